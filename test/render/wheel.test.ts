import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Answers } from '../../src/model/questions.ts';
import { render } from '../../src/render/render.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { projectWith } from './projects.ts';

/** What users add: files of the app, and files that no image should have. */
const theirs = [
  ...['helpers.py', 'shop/__init__.py', 'shop/cart.py', 'templates/index.html', 'static/css/site.css'],
  ...['migrations/0001.sql', 'c_d/templates/mail.txt', 'shop/data/rates.json', 'shop/dist/kept.js', 'alembic.ini'],
  ...['cart_test.py', 'test_cart.py', 'conftest.py', 'tests/test_all.py', 'tests/data.json', 'shop/tests/test_it.py'],
  ...[
    'shop/cart_test.py',
    'shop/tests.py',
    'test/data.json',
    'shop/conftest.py',
    '.env',
    'shop/.env',
    '.venv/lib/a.py',
    'secrets/tls.key',
    'tls.pem',
  ],
  ...['secrets/tls.pem', 'shop/local.sqlite3', 'app.db', 'shop/app.db', 'shop/__pycache__/cart.cpython-313.pyc'],
  ...[
    'node_modules/a/index.js',
    'static/node_modules/b.js',
    'hello.egg-info/PKG-INFO',
    'dist/old.whl',
    'build/lib/a.py',
  ],
  ...['docs/conf.py', 'venv/lib/b.py', 'wheels/a.whl', 'result-1/image', 'NOTES.txt'],
];

/** A pattern of Bazel's `glob` as a regular expression. */
function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+?^$()[\]{}|\\]/g, String.raw`\$&`)
    .replaceAll(/\*\*\/|\*\*|\*/g, stars => ({ '**/': '(?:[^/]+/)*', '**': '.+', '*': '[^/]*' })[stars] ?? '');
  return new RegExp(`^${source}$`);
}

const stringsOf = (list = ''): RegExp[] => [...list.matchAll(/"([^"]+)"/g)].map(([, text = '']) => expressionOf(text));

describe('the wheel of a project', function () {
  this.timeout(60_000);
  const folder = scratch();
  before(needs('hatchling'));

  for (const [what, answers] of Object.entries({
    'a generated app': { framework: 'flask' },
    'a generated package': { framework: 'django' },
  } as const)) {
    it(`has the files of its libraries, and so of its images, however it grows: ${what}`, () => check(answers));
  }

  it('is left to the app that was there before', async () => {
    const text = render(await projectWith({ framework: 'wsgi', app: 'shop.cart:app' }), '0.0.0').get('pyproject.toml');
    assert.doesNotMatch(text ?? '', /build-system|hatch/);
  });

  async function check(answers: Partial<Answers>): Promise<void> {
    const place = mkdtempSync(join(folder, 'd-'));
    const project = join(place, 'hello');
    const rendered = render(await projectWith({ name: 'hello', ...answers }), '0.0.0');
    const write = (path: string, text: string): void => {
      mkdirSync(join(project, dirname(path)), { recursive: true });
      writeFileSync(join(project, path), text);
    };
    for (const [path, text] of rendered) write(path, text);
    for (const path of theirs) write(path, 'x');
    mkdirSync(join(place, 'out/hello'), { recursive: true });
    writeFileSync(join(place, 'out/hello/stale.py'), 'x');
    symlinkSync(join(place, 'out'), join(project, 'bazel-out'));
    // What git ignores is in the image too: a file that a build step writes, for example.
    writeFileSync(join(project, '.gitignore'), 'migrations/\n');

    // As bazel/app.bzl defines them: a glob in each package, which ends where another package begins.
    const rules = rendered.get('bazel/app.bzl') ?? '';
    const excluded = stringsOf(/_NOT_IN_APP = \[([^\]]*)\]/.exec(rules)?.[1]);
    const included = stringsOf(/glob\(\s*\[([^\]]*)\]/.exec(rules)?.[1]);
    assert.ok(excluded.length > 10 && included.length === 3);
    const all = readdirSync(project, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name).slice(project.length + 1));
    const packages = all
      .filter(path => /(^|\/)BUILD\.bazel$/.test(path))
      .map(path => path.slice(0, -'BUILD.bazel'.length));
    const packageOf = (path: string): string =>
      packages.filter(name => path.startsWith(name)).reduce((a, b) => (a.length > b.length ? a : b));
    const libraries = all.filter(path => {
      const name = packageOf(path);
      if (!rendered.get(`${name}BUILD.bazel`)?.includes('app_library(')) return false;
      const own = path.slice(name.length);
      return included.some(pattern => pattern.test(own)) && !excluded.some(pattern => pattern.test(own));
    });

    execFileSync('hatchling', ['build', '-t', 'wheel', '-d', join(place, 'wheels')], { cwd: project, stdio: 'pipe' });
    const [wheel = ''] = readdirSync(join(place, 'wheels'));
    assert.match(wheel, /^hello-0\.1\.0-py3-none-any\.whl$/);
    const list = 'import sys, zipfile; print("\\n".join(zipfile.ZipFile(sys.argv[1]).namelist()))';
    const names = execFileSync('python3', ['-c', list, join(place, 'wheels', wheel)], { encoding: 'utf8' });
    const inWheel = names.split('\n').filter(name => name && !name.includes('.dist-info/'));
    assert.deepEqual(inWheel.sort(), libraries.sort());
    for (const path of theirs.slice(0, 10)) assert.ok(inWheel.includes(path), path);
    for (const path of inWheel)
      assert.doesNotMatch(path, /test|conftest|secret|\.env|\.pem|sqlite|BUILD|^(bazel|nix|image)\b/);
  }
});
