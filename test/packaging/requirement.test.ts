import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../src/errors/failure.ts';
import {
  formatRequirement,
  mergeRequirements,
  nameIn,
  normaliseName,
  parseRequirement,
  readRequirementTexts,
  splitRequirements,
} from '../../src/packaging/requirement.ts';

const refusal = (part: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Failure);
  assert.equal(error.exitCode, 2);
  assert.match(error.message, part);
  assert.notEqual(error.hint, '');
  assert.doesNotMatch(error.message + error.hint, /(?! )[\p{C}\p{Z}]/u, 'fit for one line of a terminal');
  return true;
};

describe('parseRequirement', () => {
  for (const [text, written] of [
    ['flask', 'flask'],
    ['  Flask  ', 'flask'],
    ['ruamel.YAML', 'ruamel-yaml'],
    ['a__b-._C', 'a-b-c'],
    ['x', 'x'],
    ['2captcha', '2captcha'],
    ['constructor', 'constructor'],
    ['requests[]', 'requests'],
    ['requests[ ]', 'requests'],
    [`flask${' '.repeat(195)}`, 'flask'],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['requests [Use_Chardet, socks,socks]', 'requests[socks,use-chardet]'],
    ['flask>=2,<4', 'flask>=2,<4'],
    ['flask < 4 , >= 2', 'flask>=2,<4'],
    ['flask (>=2, <4)', 'flask>=2,<4'],
    ['flask()', 'flask'],
    ['flask[async]==2.*', 'flask[async]==2.*'],
    ['flask\t~= 2.1', 'flask~=2.1'],
    ['flask!=2.0.1', 'flask!=2.0.1'],
    ['flask===2.0-Odd', 'flask===2.0-Odd'],
    ['flask==1!2.0RC1.post1.dev2+local', 'flask==1!2.0rc1.post1.dev2+local'],
  ] as const) {
    it(`${JSON.stringify(text)} is ${written}`, () => assert.equal(formatRequirement(parseRequirement(text)), written));
  }

  for (const [text, message] of [
    ['', /is empty/],
    ['  ', /is empty/],
    ['-', /not a valid package name/],
    ['_x', /not a valid package name/],
    ['-r other.txt', /not a valid package name/],
    ['./dir', /not a valid package name/],
    ['x-', /not a valid version range/],
    ['flask requests', /"flask requests" is not a valid package name/],
    ['flask=2', /not a valid version range/],
    ['flask>=', /not a valid version range/],
    ['flask>=one', /not a valid version range/],
    ['flask(>=2', /not a valid version range/],
    ['flask>=2@x', /">=2@x" in "flask>=2@x" is not a valid version range/],
    [`flask${' '.repeat(196)}`, /too long, at 201/],
    ['flask[a', /not a valid version range/],
    ['flask[a b]', /not a valid extra name/],
    ['flask[a,]', /not a valid extra name/],
    ['flask[-a]', /not a valid extra name/],
    ['flask==1,==2', /no version of flask satisfies ==1,==2/],
    ['flask @ https://example.org/flask.zip', /is a URL/],
    ['git+https://example.org/flask', /is a URL/],
    ['https://example.org/flask', /is a URL/],
    ['flask; python_version < "3.9"', /has an environment marker/],
    ['flask;', /has an environment marker/],
    [`f${'l'.repeat(200)}`, /too long, at 201/],
    [`f${Array.from({ length: 25 }, (_, at) => `!=1-${at}`).join(',')}`, /too long/],
  ] as const) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () =>
      assert.throws(() => parseRequirement(text), refusal(message)));
  }

  // Nix, Starlark, TOML, shell, YAML, HTML, EJS; line ends, control characters, and letters that look like others.
  const hostile = ['${x}', "''", '"', "'", '\\', '`', '$(id)', '$x', '&&', '|', '#', '%', '<%= 1 %>', '{', '}', '/'];
  hostile.push('\n', '\r', '\0', '\x1b[31m', '\u2028', '\u00a0', '\u202e', '\ufeff', '\ud800', '\u{1f600}');
  hostile.push('\u0430', '\ufb02', '\u212a', '\u017f', '\u0131', '\uff11', '\u0661');
  for (const piece of hostile) {
    it(`refuses ${JSON.stringify(piece)} wherever it stands`, () => {
      for (const text of [`fl${piece}ask`, `flask[a${piece}b]`, `flask==1${piece}2`, `flask===1${piece}2`]) {
        assert.throws(() => parseRequirement(text), refusal(/^packages: /));
      }
    });
  }

  it('says where', () => {
    assert.throws(() => parseRequirement('!', 'requirements.txt:3'), refusal(/^requirements\.txt:3: "!"/));
  });

  it('lets nothing through but letters that are harmless everywhere', () => {
    const alphabet = fc.constantFrom(...'aB1-_.[],=<>!~*()+; @"\'$`{}\\\n#');
    const soup = fc.string({ unit: alphabet, maxLength: 12 }).map(tail => `x${tail}`);
    fc.assert(
      fc.property(fc.oneof(soup, fc.string({ unit: 'binary' })), text => {
        let written: string;
        try {
          written = formatRequirement(parseRequirement(text));
        } catch (error) {
          return error instanceof Failure && error.exitCode === 2;
        }
        return /^[a-z0-9-]+(\[[a-z0-9,-]+\])?([=<>!~]+[A-Za-z0-9.!+*_-]+(,|$))*$/.test(written);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads back what it wrote', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?$/);
    const version = fc.stringMatching(
      /^v?([0-9]!)?[0-9]{1,3}(\.[0-9]{1,3}){0,3}([-_.]?(a|b|rc|alpha|pre)[0-9]?)?(-[0-9]|\.?post[0-9]?)?(\.?dev[0-9]?)?$/,
    );
    const clause = fc.oneof(
      fc.tuple(fc.constantFrom('>=', '<=', '<', '>', '!=', '=='), version).map(([operator, text]) => operator + text),
      fc.stringMatching(/^[!=]= ?[0-9]{1,3}(\.[0-9]{1,3}){0,2}\.\*$/),
      fc.stringMatching(/^~= ?[0-9]{1,3}(\.[0-9]{1,3}){1,2}$/),
      fc.stringMatching(/^===[A-Za-z0-9]{1,5}$/),
      fc.stringMatching(/^==[0-9]{1,3}\+[A-Za-z0-9]{1,3}([-_.][A-Za-z0-9]{1,3})?$/),
    );
    const text = fc
      .tuple(word, fc.array(word, { maxLength: 3 }), fc.array(clause, { maxLength: 3 }))
      .map(([name, extras, clauses]) => `${name}[${extras.join(', ')}] ${clauses.join(' , ')}`);
    let [tried, read] = [0, 0];
    fc.assert(
      fc.property(text, written => {
        let requirement: ReturnType<typeof parseRequirement>;
        tried += 1;
        try {
          requirement = parseRequirement(written);
        } catch (error) {
          // Two exact versions may meet; nothing else may be refused.
          assert.match((error as Error).message, /^packages: no version of /);
          return;
        }
        read += 1;
        assert.deepEqual(parseRequirement(formatRequirement(requirement)), requirement);
      }),
      { numRuns: 1000 },
    );
    assert.ok(read > tried / 2, `${read} of ${tried} were read`);
  });
});

describe('mergeRequirements', () => {
  const merged = (...texts: string[]) =>
    mergeRequirements(texts.map(text => parseRequirement(text))).map(formatRequirement);

  it('unites extras and joins ranges, in the order of first mention', () => {
    assert.deepEqual(merged('Flask[async]<4', 'requests', 'flask[dotenv,async]>=2'), [
      'flask[async,dotenv]>=2,<4',
      'requests',
    ]);
  });
  it('takes the same twice for once', () => assert.deepEqual(merged('a==1', 'A==1'), ['a==1']));
  it('refuses two exact versions', () =>
    assert.throws(() => merged('a==1', 'a==2'), refusal(/^packages: no version of a satisfies ==1,==2/)));
  it('refuses what would be too long to read again', () => {
    const many = Array.from({ length: 40 }, (_, at) => `flask!=1.${at}`);
    assert.throws(() => merged(...many), refusal(/too long/));
  });
});

describe('readRequirementTexts', () => {
  it('reads several in one text, and each package once', () =>
    assert.deepEqual(readRequirementTexts(['flask>=2,<4, requests', 'Flask[async]']).map(formatRequirement), [
      'flask[async]>=2,<4',
      'requests',
    ]));
  it('says where', () => {
    assert.throws(() => readRequirementTexts(['!'], '--packages'), refusal(/^--packages: "!"/));
    assert.throws(() => readRequirementTexts(['a==1', 'a==2'], '--packages'), refusal(/^--packages: no version of a/));
  });
});

describe('nameIn', () => {
  for (const [text, name] of [
    ['Flask', 'flask'],
    ['  Zope.Interface_x[a]>=2; python_version > "3"', 'zope-interface-x'],
    ['(x', ''],
  ] as const) {
    it(JSON.stringify(text), () => assert.equal(nameIn(text), name));
  }
});

it('normaliseName follows PEP 503', () => {
  for (const name of ['Friendly-Bard', 'FRIENDLY.BARD', 'friendly_bard', 'friendly--bard', 'FrIeNdLy-._.-bArD']) {
    assert.equal(normaliseName(name), 'friendly-bard');
  }
});

describe('splitRequirements', () => {
  for (const [text, parts] of [
    ['', []],
    [' , ', []],
    ['flask', ['flask']],
    ['flask,requests', ['flask', 'requests']],
    ['flask>=2,<4, requests', ['flask>=2,<4', 'requests']],
    ['flask (>=2, <4),requests,', ['flask (>=2, <4)', 'requests']],
    ['requests[socks, security]>=2, !=2.1,flask', ['requests[socks, security]>=2, !=2.1', 'flask']],
    ['a[b,c],d[e,f]', ['a[b,c]', 'd[e,f]']],
  ] as const) {
    it(JSON.stringify(text), () => assert.deepEqual(splitRequirements(text), parts));
  }

  it('refuses more than 10,000 characters', () => {
    const list = 'flask,'.repeat(2000);
    assert.equal(splitRequirements(list.slice(0, 10_000)).length, 1667);
    assert.throws(() => splitRequirements(list), refusal(/^packages: the list of packages is too long \(12000 char/));
    assert.throws(() => splitRequirements(list.slice(0, 10_001)), refusal(/too long/));
  });
});
