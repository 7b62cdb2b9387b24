import assert from 'node:assert/strict';
import { frameworks } from '../../src/catalog/frameworks.ts';
import { checkAppFolder, type CodeKind, moduleOf, parseName } from '../../src/model/name.ts';
import { questions } from '../../src/model/questions.ts';
import { parseServices } from '../../src/model/services.ts';
import { parseProcesses } from '../../src/model/processes.ts';
import { notInApp } from '../../src/render/app-files.ts';

/** Names that no project can have, and why. */
const refused: readonly (readonly [name: string, why: RegExp])[] = [
  ['test', /test\.py would shadow Python's standard module test/],
  ['sitecustomize', /standard module sitecustomize/],
  ['starlette', /would shadow a package that frameworks or their tests import/],
  ['pydantic-core', /would shadow a package that frameworks/],
  ['asgiref', /would shadow a package that frameworks/],
  ['all', /"all" is reserved: \/\/:all stands for all targets/],
  ['external', /reserved: Bazel keeps a folder/],
  ['bazel-tools', /reserved: a Bazel repository/],
  ['nix-sbom', /reserved: a Bazel repository/],
  ['kubernetes', /reserved: the manifests/],
  ['setup', /reserved: pip and others run a file setup\.py/],
  ['tests', /reserved: tests are found by that name/],
  ['test-shop', /reserved: files named test_\*\.py and \*_test\.py are tests/],
  ['shop-test', /reserved: files named test_\*\.py and \*_test\.py are tests/],
];

describe('names of projects', () => {
  for (const [name, why] of refused) {
    it(`refuses ${name}`, () => assert.throws(() => parseName(name), { exitCode: 2, message: why }));
  }

  it('takes for a folder what only a file cannot be', () => {
    for (const name of ['shop-test', 'test-shop', 'setup']) assert.equal(parseName(name, 'service', 'folder'), name);
    assert.throws(() => parseName('json', 'service', 'folder'), { message: /^service: json\/ would shadow Python's/ });
  });

  it('takes a name that an older version gave, but none that takes the place of something else', () => {
    for (const name of ['test', 'shop-test', 'kubernetes', 'tests', 'py']) {
      const context = { today: new Date('2026-11-27'), folder: 'shop', answers: {} };
      assert.equal(questions.name.parse(name, { ...context, storedName: name }, '.yo-rc.json: name'), name);
      assert.throws(() => questions.name.parse(name, { ...context, storedName: 'shop' }, '--name'), { exitCode: 2 });
    }
    assert.deepEqual(
      parseServices(['tests', 'py'], 'shop').map(({ name }) => name),
      ['py', 'tests'],
    );
    for (const name of ['nix', 'bazel-tools']) {
      assert.throws(() => parseName(name, 'name', 'existing'), { message: /reserved/ });
      assert.throws(() => parseServices([name], 'shop'), { message: /reserved/ });
    }
  });

  it('takes for code that was there before what only generated code cannot be', () => {
    for (const name of ['test', 'setup', 'starlette']) assert.equal(parseName(name, 'name', 'adopted'), name);
    assert.throws(() => parseName('all', 'name', 'adopted'), { message: /reserved/ });
  });

  /** Whether a pattern of Bazel's glob matches a path. */
  const matches = (pattern: string, path: string): boolean =>
    new RegExp(
      `^${pattern
        .split('/')
        .map(part => (part === '**' ? '(?:.+/)?' : `${part.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}/`))
        .join('')}$`,
    ).test(`${path}/`);

  it('takes none whose app would have no code: what is left out of apps', () => {
    const names = [
      'shop',
      'build',
      'dist',
      'docs',
      'result',
      'results',
      'tests',
      'test',
      'test-a',
      'a-test',
      'venv',
      'wheels',
    ];
    const taken = (name: string, isFolder: boolean, code: CodeKind): boolean => {
      try {
        parseName(name, 'name', code);
        if (isFolder) checkAppFolder(name);
        return true;
      } catch {
        return false;
      }
    };
    for (const [framework, { generated }] of Object.entries(frameworks())) {
      for (const name of names) {
        const paths = Object.keys(generated?.files ?? {})
          .filter(path => !path.includes('_test'))
          .map(path => path.replace('%', moduleOf(name)));
        const isFolder = paths.some(path => path.startsWith(`${moduleOf(name)}/`));
        const left = paths.filter(path => notInApp([]).some(pattern => matches(pattern, path)));
        if (left.length > 0) assert.ok(!taken(name, isFolder, 'file'), `${framework}: ${left.join(', ')}`);
        else if (name === 'shop' || name === 'results') assert.ok(paths.length === 0 || taken(name, isFolder, 'file'));
      }
    }
    assert.ok(
      matches('**/test_*.py', 'test_a.py') && matches('docs/**', 'docs/wsgi.py') && !matches('docs/**', 'docs.py'),
    );
  });

  it('refuses a Django app with the name of its manage.py', () => {
    assert.throws(() => checkAppFolder('manage'), { message: /reserved: Django has its manage\.py/ });
  });

  it('refuses services and processes that Bazel would put where something else is', () => {
    assert.throws(() => parseServices(['shop-test'], 'shop'), { message: /shop-test is the test of this project/ });
    for (const name of ['all', 'external', 'tests'])
      assert.throws(() => parseProcesses({ [name]: 'run' }, 'shop', []), { message: /already belongs to/ });
  });
});
