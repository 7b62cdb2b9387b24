import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { normaliseSpecifier, normaliseVersion, satisfies } from '../../src/packaging/version.ts';
import { scratch } from '../commands/process.ts';
import { nixEnvironment } from '../download/trees.ts';
import { needs } from '../needs.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** How many random pairs are tried; the gate tries 100,000. FC_SEED=… tries others. */
const count = Number(process.env.PEP440_PAIRS ?? 3000);

/** A Python with `packaging`. That of Debian 12 is 23.0. */
const pythonPath = process.env.PEP440_PYTHON ?? '/usr/bin/python3';

type Pair = readonly [version: string, specifier: string];
/** Whether the version is in the range; null if that is not a range. */
type Verdict = boolean | null;

const joined = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map(texts => texts.join(''));
const often = (weight: number, text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant('') }, { weight, arbitrary: text });
const oneOf = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

const number = fc.oneof(
  { weight: 8, arbitrary: oneOf('0', '1', '2', '3') },
  { weight: 1, arbitrary: oneOf('00', '01', '10') },
);
const separator = oneOf('', '', '.', '-', '_');
const release = fc.array(number, { minLength: 1, maxLength: 4 }).map(parts => parts.join('.'));
const publicVersion = joined(
  often(1, oneOf('v', 'V')),
  often(1, oneOf('0!', '1!', '2!')),
  release,
  often(
    3,
    joined(separator, oneOf('a', 'b', 'rc', 'c', 'alpha', 'beta', 'pre', 'preview', 'RC', 'A'), separator, number),
  ),
  often(
    2,
    fc.oneof(joined(fc.constant('-'), number), joined(separator, oneOf('post', 'rev', 'r', 'Post'), often(8, number))),
  ),
  often(2, joined(separator, fc.constant('dev'), often(8, number))),
);
const versions = joined(publicVersion, often(1, oneOf('+x', '+1', '+x.01', '+ubuntu-1', '+X_2', '+1.2')));
const prefix = joined(often(1, oneOf('v', '1!')), release, fc.constant('.*'));
const nonsense = oneOf(
  '',
  'abc',
  '1.x',
  '1..2',
  '*',
  '1.0*',
  '1.0+',
  '1 2',
  '=1',
  '1.0.**',
  '1.0-',
  '1.0+x..y',
  '1.0a1.*',
  '1.*.2',
);
const blank = often(1, oneOf(' ', '  '));
const operators = oneOf('==', '!=', '<', '<=', '>', '>=', '~=', '===');

/** A clause about a version that may be the one that is compared, or near it. */
const clauseNear = (version: string): fc.Arbitrary<string> =>
  joined(
    blank,
    operators,
    blank,
    fc.oneof(
      { weight: 6, arbitrary: publicVersion },
      { weight: 3, arbitrary: versions },
      {
        weight: 6,
        arbitrary: oneOf(
          version,
          version.split('+')[0] as string,
          `${version.split(/[^\d.]/)[0]}.dev1`,
          version.replace(/\D+\d*$/, ''),
        ),
      },
      { weight: 5, arbitrary: prefix },
      { weight: 1, arbitrary: nonsense },
    ),
    blank,
  );
const specifierNear = (version: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(clauseNear(version), { minLength: 1, maxLength: 3 }),
      oneOf(',', ',', ',', ',', ',,'),
      often(1, oneOf(',', ', ', ' ,', ',,')),
      fc.integer({ min: 0, max: 15 }),
    )
    .map(([clauses, comma, last, brackets]) => {
      // Python's grammar takes a comma after "===" for a part of the version, so such a clause stands last, as we write it.
      const [exact] = clauses.filter(clause => clause.includes('==='));
      const others = clauses.filter(clause => !clause.includes('==='));
      const text = exact === undefined ? others.join(comma) + last : [...others, exact].join(comma);
      return brackets === 0 ? `(${text})` : text;
    });
const examples: fc.Arbitrary<Pair> = fc
  .oneof(
    { weight: 60, arbitrary: versions },
    { weight: 1, arbitrary: oneOf('unstable-2023-01-01', '1.0-foo', '2023-01-01', 'x') },
  )
  .chain(version => fc.tuple(fc.constant(version), specifierNear(version)));

/** Whether releases of `packaging` (their major number) disagree about the pair. The newest is followed, or PEP 440 where it is wrong too. */
function differsBetweenReleases([version, specifier]: Pair, major: number): boolean {
  const clauses = specifier.replace(/[()\s]/g, '').split(',');
  const [, ...parts] = /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)/i.exec(version) ?? [];
  const base = ([epoch = '0', numbers = '']: readonly (string | undefined)[]): string =>
    `${Number(epoch)}!${numbers
      .split('.')
      .map(Number)
      .join('.')
      .replace(/(\.0)+$/, '')}`;
  return clauses.some(clause => {
    const [, operator = '', operand = ''] = /^(===|==|!=|~=|[<>]=?)(.*)$/.exec(clause) ?? [];
    const [, epoch, numbers, suffix = ''] = /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(.*)$/i.exec(operand) ?? [];
    const isPrefix = operator === '~=' || suffix === '.*';
    // Before 24, the epoch of a version that is compared by a prefix is lost.
    if (major < 24 && isPrefix && [parts[0], epoch].some(text => Number(text ?? 0) > 0)) return true;
    // Before 26, a bound that is a pre- or post-release excludes others of the same release too.
    if (major < 26 && (operator === '<' || operator === '>') && suffix !== '' && base(parts) === base([epoch, numbers]))
      return true;
    // Before 26, "===" compares the normal form of the version.
    if (major < 26 && operator === '===' && normaliseVersion(version) !== version.toLowerCase()) return true;
    // Python compares any texts with "===".
    if (operator === '===' && !/^[a-z0-9][a-z0-9._+!*-]*$/i.test(operand)) return true;
    // "~=" takes the text apart as it is written: "~=1.0-a.1" is not "~=1.0a1", and from 26 on "~=v1.0" allows nothing.
    return operator === '~=' && normaliseVersion(operand) !== operand.toLowerCase();
  });
}

const named: readonly (readonly [...Pair, Verdict])[] = [
  ['4.2', '>=4.*', null],
  ['5.0', '>=4.*', null],
  ['3.0', '~=2', null],
  ['1.0', '==1.0+x', false],
  ['1.0RC1', '===1.0rc1', true],
  ['1.0', '===1.0.*', false],
  ['1.0', '===*', null],
  ['1.0', '==1.0a1.*', null],
  ['2.3.dev3', '<2.3', false],
  ['1.0a1', '<1.0.post1', true],
  ['1.0.dev1', '<1.0a1', true],
  ['1.0.post1', '>1.0', false],
  ['1.0.post1', '>1.0.dev1', true],
  ['1.0.post2', '>1.0.post1', true],
  ['1.0+x', '>1.0', false],
  ['1.0+x', '<=1.0', true],
  ['1.4', '~=1.4.0.0', true],
  ['1!2.0', '==2.*', false],
  ['unstable-2023-01-01', '>=1', false],
  ['12', '==1 2', null],
  ['2.0', '>=1,,<3', null],
  ['2.0', '>=1,', true],
  ['2.0', '(>=1, <3)', true],
  ['2.0', '', true],
];

describe('a version and a range', function () {
  this.timeout(600_000);
  const folder = scratch();
  before(needs(pythonPath));
  before(needs('nix-instantiate'));

  const run = (program: string, args: readonly string[], environment?: NodeJS.ProcessEnv): unknown =>
    JSON.parse(
      execFileSync(program, args, {
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
        ...(environment ? { env: environment } : {}),
      }),
    );

  /** What Python's own `packaging` says. A pre-release counts like any other version; what is not a version is in no range. */
  const byPython = (file: string): { major: number; verdicts: Verdict[] } =>
    run(pythonPath, [
      '-c',
      `
import json, packaging, sys
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier
from packaging.version import InvalidVersion
def verdict(version, specifier):
    try:
        return Requirement("x " + specifier).specifier.contains(version, prereleases=True)
    except (InvalidRequirement, InvalidSpecifier):
        return None
    except InvalidVersion:
        return False
verdicts = [verdict(*pair) for pair in json.load(open(sys.argv[1]))]
print(json.dumps({"major": int(packaging.__version__.split(".")[0]), "verdicts": verdicts}))`,
      file,
    ]) as { major: number; verdicts: Verdict[] };

  /** What the Nix of generated projects says. */
  const byNix = (file: string): Verdict[] =>
    run(
      'nix-instantiate',
      [
        ...['--eval', '--strict', '--json', '--expr'],
        `let
          inherit (import ${root}test/nixpkgs { }) lib;
          inherit (import ${root}dist/src/nix/project/pep440.nix { inherit lib; }) satisfies;
          verdict = pair:
            let tried = builtins.tryEval (satisfies (builtins.head pair) (builtins.elemAt pair 1));
            in if tried.success then tried.value else null;
        in map verdict (builtins.fromJSON (builtins.readFile ${file}))`,
      ],
      nixEnvironment(folder),
    ) as Verdict[];

  const byTypeScript = (pairs: readonly Pair[]): Verdict[] =>
    pairs.map(([version, specifier]) => {
      const inner = specifier.replace(/^\((.*)\)$/, '$1');
      return normaliseSpecifier(inner) === undefined ? null : (satisfies(version, inner) ?? false);
    });

  interface Row {
    readonly pair: Pair;
    readonly python: Verdict;
    readonly nix: Verdict;
    readonly typescript: Verdict;
    readonly agree: boolean;
    /** They agree, or only Python differs and its releases do too. */
    readonly right: boolean;
  }

  function compare(pairs: readonly Pair[]): Row[] {
    const file = join(folder, 'pairs.json');
    writeFileSync(file, JSON.stringify(pairs));
    const { major, verdicts } = byPython(file);
    const [allNix, allTypeScript] = [byNix(file), byTypeScript(pairs)];
    return pairs.map((pair, at) => {
      const [python, nix, typescript] = [verdicts[at] as Verdict, allNix[at] as Verdict, allTypeScript[at] as Verdict];
      const same = nix === typescript;
      const agree = same && nix === python;
      return { pair, python, nix, typescript, agree, right: agree || (same && differsBetweenReleases(pair, major)) };
    });
  }

  describe('of a kind that was answered wrongly once', () => {
    let rows: readonly Row[];
    before(() => {
      rows = compare(named.map(([version, specifier]) => [version, specifier]));
    });
    for (const [at, [version, specifier, verdict]] of named.entries()) {
      it(`${version} in "${specifier}": ${verdict ?? 'not a range'}`, () => {
        const { nix, ...row } = rows[at] as Row;
        assert.equal(nix, verdict);
        assert.ok(row.right, JSON.stringify(row));
      });
    }
  });

  it(`agree for ${count} random pairs`, () => {
    const pairs = fc.sample(examples, count);
    let apart = 0;
    for (let at = 0; at < pairs.length; at += 10_000) {
      const rows = compare(pairs.slice(at, at + 10_000));
      const wrong = rows.filter(row => !row.right);
      assert.deepEqual(wrong.slice(0, 10), [], `${wrong.length} of ${rows.length}`);
      apart += rows.filter(row => !row.agree).length;
    }
    assert.ok(apart < count * 0.02, `${apart} differ between releases of packaging`);
  });
});
