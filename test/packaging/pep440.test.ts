import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { satisfies } from '../../src/packaging/version.ts';
import { scratch } from '../commands/process.ts';
import { nixEnvironment } from '../download/trees.ts';
import { needs } from '../needs.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** How many random pairs are tried; the gate tries 100,000. */
const count = Number(process.env.PEP440_PAIRS ?? 3000);

type Pair = readonly [version: string, specifier: string];
/** Whether the version is in the range; null if that is not a range. */
type Verdict = boolean | null;

const small = fc.integer({ min: 0, max: 3 });
const release = fc.array(small, { minLength: 1, maxLength: 4 }).map(parts => parts.join('.'));
const maybe = (text: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: text });
const versions = fc
  .tuple(
    maybe(fc.constantFrom('1!', '0!')),
    release,
    maybe(
      fc.tuple(fc.constantFrom('a', 'b', 'rc', '.alpha', '-c', '_pre', 'beta.'), small).map(parts => parts.join('')),
    ),
    maybe(fc.tuple(fc.constantFrom('.post', '-', '.rev', 'r'), small).map(parts => parts.join(''))),
    maybe(small.map(number => `.dev${number}`)),
    maybe(fc.constantFrom('+x', '+1', '+x.01', '+ubuntu-1')),
  )
  .map(parts => parts.join(''));
const clause = fc.oneof(
  fc.tuple(fc.constantFrom('==', '!=', '<', '<=', '>', '>=', '~='), versions).map(parts => parts.join('')),
  fc
    .tuple(
      fc.constantFrom('==', '!=', '>=', '~='),
      release.map(text => `${text}.*`),
    )
    .map(parts => parts.join('')),
);
// Before 24.0, `packaging` loses the epoch of a version that it compares by a prefix.
const examples = fc
  .tuple(versions, fc.array(clause, { minLength: 1, maxLength: 2 }))
  .filter(([version, clauses]) => !version.startsWith('1!') || !clauses.some(text => /\.\*$|^~=/.test(text)))
  .map(([version, clauses]): Pair => [version, clauses.join(',')]);

const named: readonly Pair[] = [
  ['4.2', '>=4.*'],
  ['5.0', '>=4.*'],
  ['3.0', '~=2'],
  ['1.0', '==1.0+x'],
  ['1.0RC1', '===1.0rc1'],
];

describe('a version and a range', function () {
  this.timeout(300_000);
  const folder = scratch();
  before(needs('python3'));
  before(needs('nix-instantiate'));

  /** What Python's own `packaging` says. A pre-release counts like any other version. */
  function byPython(pairs: readonly Pair[]): Verdict[] {
    const program = `
import json, sys
from packaging.specifiers import InvalidSpecifier, SpecifierSet
def verdict(version, specifier):
    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except InvalidSpecifier:
        return None
print(json.dumps([verdict(*pair) for pair in json.load(open(sys.argv[1]))]))`;
    const file = join(folder, 'pairs.json');
    writeFileSync(file, JSON.stringify(pairs));
    return JSON.parse(
      execFileSync('/usr/bin/python3', ['-c', program, file], { encoding: 'utf8', maxBuffer: 2 ** 28 }),
    );
  }

  /** What the Nix of generated projects says. */
  function byNix(pairs: readonly Pair[]): Verdict[] {
    const file = join(folder, 'pairs.json');
    writeFileSync(file, JSON.stringify(pairs));
    const expression = `
      let
        inherit (import ${root}test/nixpkgs { }) lib;
        inherit (import ${root}dist/src/nix/project/pep440.nix { inherit lib; }) satisfies;
        verdict = pair:
          let tried = builtins.tryEval (satisfies (builtins.head pair) (builtins.elemAt pair 1));
          in if tried.success then tried.value else null;
      in map verdict (builtins.fromJSON (builtins.readFile ${file}))`;
    const args = ['--eval', '--strict', '--json', '--expr', expression];
    return JSON.parse(
      execFileSync('nix-instantiate', args, { encoding: 'utf8', env: nixEnvironment(folder), maxBuffer: 2 ** 28 }),
    );
  }

  const ours = (pairs: readonly Pair[]): Verdict[] =>
    pairs.map(([version, specifier]) => satisfies(version, specifier) ?? null);

  function compare(pairs: readonly Pair[]): void {
    const [python, nix, typescript] = [byPython(pairs), byNix(pairs), ours(pairs)];
    const apart = pairs.flatMap((pair, at) =>
      python[at] === nix[at] && python[at] === typescript[at]
        ? []
        : [{ pair, python: python[at], nix: nix[at], typescript: typescript[at] }],
    );
    assert.deepEqual(apart.slice(0, 10), [], `${apart.length} of ${pairs.length}`);
  }

  for (const one of named) {
    it(`${one[0]} in ${one[1]}: Python, Nix and TypeScript agree`, () => compare([one]));
  }

  it(`agree for ${count} random pairs`, () => {
    const pairs = fc.sample(examples, count);
    for (let at = 0; at < pairs.length; at += 5000) compare(pairs.slice(at, at + 5000));
  });
});
