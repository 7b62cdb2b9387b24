import assert from 'node:assert/strict';
import { formatRequirement } from '../../src/packaging/requirement.ts';
import { pep440Of, readOtherFormat } from '../../src/pyproject/requirement-formats.ts';

const read = (file: string, text: string) => {
  const { requirements, skipped } = readOtherFormat(file, text) ?? assert.fail(`${file} is taken for pip's`);
  return [requirements.map(({ requirement }) => formatRequirement(requirement)), skipped.map(({ line }) => line)];
};

describe('a list of packages in another format', () => {
  it('is the dependencies of a pyproject.toml', () => {
    const text = '[project]\nname = "x"\ndependencies = ["Flask>=2", "redis[hiredis]==4.*", "not a name!"]\n';
    assert.deepEqual(read('a/pyproject.toml', text), [['flask>=2', 'redis[hiredis]==4.*'], ['not a name!']]);
  });

  it("is Poetry's, without its Python", () => {
    const text =
      '[tool.poetry.dependencies]\npython = "^3.10"\nflask = "^2.3"\ncelery = { version = "~5.2", extras = ["redis"] }\n' +
      'own = { path = "../own" }\nany = "*"\nboth = "1 || 2"\n';
    assert.deepEqual(read('pyproject.toml', text), [
      ['flask>=2.3,<3', 'celery[redis]>=5.2,<5.3', 'any'],
      ['own', 'both'],
    ]);
  });

  it('is that of pipenv, or its lock', () => {
    const text =
      '[packages]\nflask = "*"\nredis = "==4.5.1"\nx = { git = "https://example.org/x" }\n[dev-packages]\npytest = "*"\n';
    assert.deepEqual(read('Pipfile', text), [['flask', 'redis==4.5.1'], ['x']]);
    const lock = JSON.stringify({ default: { flask: { version: '==2.3.1' }, own: { path: '.' } }, develop: {} });
    assert.deepEqual(read('Pipfile.lock', lock), [['flask==2.3.1'], ['own']]);
  });

  it('is that of a lock file', () => {
    const uv =
      '[[package]]\nname = "app"\nversion = "0"\nsource = { editable = "." }\n[[package]]\nname = "Flask"\nversion = "3.0.1"\n';
    assert.deepEqual(read('uv.lock', uv), [['flask==3.0.1'], []]);
    assert.deepEqual(read('pylock.web.toml', '[[packages]]\nname = "flask"\nversion = "3.0.1"\n'), [
      ['flask==3.0.1'],
      [],
    ]);
    assert.deepEqual(read('poetry.lock', '[[package]]\nname = "flask"\nversion = "3.0.1"\n'), [['flask==3.0.1'], []]);
  });

  it("is not that of pip's files", () => assert.equal(readOtherFormat('requirements.txt', 'flask'), undefined));

  for (const file of ['setup.cfg', 'setup.py', 'environment.yml']) {
    it(`is refused with the way to convert it: ${file}`, () => {
      assert.throws(() => readOtherFormat(file, ''), { name: 'Failure', exitCode: 2, message: /which is not read\.$/ });
    });
  }
});

describe('a range of Poetry', () => {
  for (const [range, written] of [
    ['^1.2.3', '>=1.2.3,<2'],
    ['^0.2.3', '>=0.2.3,<0.3'],
    ['^0.0.3', '>=0.0.3,<0.0.4'],
    ['^0', '>=0,<1'],
    ['~1.2.3', '>=1.2.3,<1.3'],
    ['~1', '>=1,<2'],
    ['1.2.*', '==1.2.*'],
    ['1.2', '==1.2'],
    ['>= 1, < 2', '>=1,<2'],
    ['~=1.4', '~=1.4'],
    ['*', ''],
    ['1 || 2', undefined],
  ] as const) {
    it(`${range} is ${written ?? 'not one range'}`, () => assert.equal(pep440Of(range), written));
  }
});
