import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command, scratch, treeOf } from './process.ts';

const flaskApp = 'from flask import Flask\n\napp = Flask(__name__)\n';

/** A Flask app as people have them. */
const shop: Readonly<Record<string, string>> = {
  'README.md': '# Our shop\n',
  '.gitignore': '# ours\n.env\n*.sqlite3\n__pycache__/',
  'requirements.txt': 'Flask\nrequests  # for the bank\n',
  'requirements-dev.txt': '-r requirements.txt\npytest\nresponses\n',
  'wsgi.py': 'from shop import create_app\n\napp = create_app()\n',
  'shop/__init__.py': 'from flask import Flask\n\n\ndef create_app(config=None):\n    return Flask(__name__)\n',
  'shop/templates/index.html': 'hello\n',
  'tests/test_shop.py': 'def test_it():\n    pass\n',
  'gunicorn_config.py': 'workers = 2\n',
};

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd, encoding: 'utf8' });

describe('new, in a repository with an app', () => {
  const folder = scratch();
  let number = 0;

  /** A repository with these files, all of them committed. */
  function repository(files: Readonly<Record<string, string>>): string {
    const cwd = join(folder, `repository-${(number += 1)}`);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
    }
    git(cwd, 'init', '-q');
    git(cwd, 'add', '-A');
    git(cwd, 'commit', '-qm', 'theirs');
    return cwd;
  }
  const adopt = (cwd: string, ...args: string[]) => command(['new', '.', '--yes', ...args], { cwd });
  const read = (cwd: string, path: string) => readFileSync(join(cwd, path), 'utf8');
  const stored = (cwd: string) => JSON.parse(read(cwd, '.yo-rc.json'))['generator-nix-python-container'];
  /** The lines that a commit of everything would take away. */
  const lost = (cwd: string) =>
    git(cwd, 'diff', 'HEAD')
      .split('\n')
      .filter(line => line.startsWith('-') && !line.startsWith('--- '));

  it('takes what is there, writes what is missing, and changes no line', async () => {
    const cwd = repository(shop);
    const { code, stderr } = await adopt(cwd);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Found in .*:\n {2}app +wsgi:app, Flask \(wsgi\.py\)\n {2}packages +requirements\.txt/m);
    assert.deepEqual(lost(cwd), []);
    assert.equal(git(cwd, 'status', '--porcelain', '-uno'), ' M .gitignore\n');
    for (const [path, text] of Object.entries(shop)) {
      assert.ok(read(cwd, path).includes(text), path);
    }
    const { answers, adopted } = stored(cwd);
    assert.equal(answers.app, 'wsgi:app');
    assert.deepEqual(adopted, { files: ['.gitignore', 'README.md'], serverConfig: 'gunicorn_config.py' });
    const pyproject = read(cwd, 'pyproject.toml');
    assert.match(pyproject, /dependencies = \[\n {4}"flask",\n {4}"gunicorn",\n {4}"requests",\n\]/);
    assert.match(pyproject, /dev = \["pytest", "responses"\]/);
    assert.match(read(cwd, 'image/BUILD.bazel'), /env = \{"GUNICORN_CONFIG": "\/app\/gunicorn_config\.py"\},/);
    assert.equal(existsSync(join(cwd, 'shop.py')), false);
  });

  it('does nothing the second time, and can be undone', async () => {
    const cwd = repository(shop);
    const before = treeOf(cwd);
    const { stderr } = await adopt(cwd);
    const after = treeOf(cwd);
    const again = await adopt(cwd);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /Nothing was changed/);
    assert.deepEqual(treeOf(cwd), after);
    const [, undo = ''] = /^To undo, in .*:\n {2}(.*)$/m.exec(stderr) ?? [];
    execFileSync('sh', ['-c', undo], { cwd });
    const left = Object.entries(treeOf(cwd)).filter(
      ([path]) => !path.startsWith('.git/') && !/^(bazel|image|nix)$/.test(path),
    );
    const first = Object.entries(before).filter(([path]) => !path.startsWith('.git/'));
    assert.deepEqual(left, first);
  });

  it('keeps a list in pyproject.toml where it is, with its comments and range of Pythons', async () => {
    const text =
      '[project]\nname = "web-shop"\nrequires-python = ">=3.10,<3.13" # for the bank\ndependencies = [\n  "flask>=2", # the web\n  "tzdata; sys_platform == \'win32\'",\n]\n\n[dependency-groups]\ndocs = ["sphinx"]\n';
    const cwd = repository({ 'src/shop/__init__.py': '', 'src/shop/web.py': flaskApp, 'pyproject.toml': text });
    const { code, stderr } = await adopt(cwd);
    assert.equal(code, 0, stderr);
    assert.deepEqual(lost(cwd), []);
    assert.deepEqual(
      [stored(cwd).answers.name, stored(cwd).answers.python, stored(cwd).answers.app],
      ['web-shop', '3.12', 'src/shop.web:app'],
    );
    const pyproject = read(cwd, 'pyproject.toml');
    assert.match(
      pyproject,
      /\[tool\.nixpkgs\]\ngroups = \["dev"\]\npython = "3\.12"\n|\[tool\.nixpkgs\]\npython = "3\.12"\ngroups = \["dev"\]\n/,
    );
    assert.match(pyproject, /"gunicorn"/);
  });

  it('keeps what is theirs in every later command', async () => {
    const cwd = repository({
      ...shop,
      'pyproject.toml': '[project]\nname = "shop"\nrequires-python = ">=3.10"\ndependencies = ["flask"]\n',
    });
    assert.equal((await adopt(cwd)).code, 0);
    git(cwd, 'add', '-A');
    git(cwd, 'commit', '-qm', 'adopted');
    for (const args of [
      ['add', 'redis'],
      ['update', '--python', '3.12', '--force'],
      ['service', 'mailer'],
      ['ci', 'github'],
    ]) {
      const { code, stderr } = await command(args, { cwd });
      assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    }
    assert.equal(read(cwd, 'README.md'), shop['README.md']);
    assert.ok(read(cwd, '.gitignore').includes(shop['.gitignore'] as string));
    assert.match(read(cwd, 'pyproject.toml'), /requires-python = ">=3\.10"\n[^]*"redis"[^]*\npython = "3\.12"\n/);
    assert.match(read(cwd, 'wsgi.py'), /create_app\(\)/);
  });

  it('leaves the lists of packages to their users from then on', async () => {
    const groups =
      '\n[dependency-groups]\ndev = ["pytest", {include-group = "lint"}]\nlint = ["ruff"]\ntest = ["responses"]\n';
    const cwd = repository({
      'app.py': flaskApp,
      'pyproject.toml': `[project]\nname = "shop"\nrequires-python = ">=3.10"\ndependencies = ["flask"]\n${groups}`,
    });
    const adopted = await adopt(cwd);
    assert.equal(adopted.code, 0, adopted.stderr);
    assert.deepEqual(lost(cwd), ['-dependencies = ["flask"]']);
    const without = read(cwd, 'pyproject.toml').replace(', "gunicorn"', '');
    writeFileSync(join(cwd, 'pyproject.toml'), without);
    for (const args of [
      ['new', '.', '--yes'],
      ['update', '--force'],
      ['update', '--force', '--python', '3.12'],
    ]) {
      const { code, stderr } = await command(args, { cwd });
      assert.equal(code, 0, stderr);
      assert.equal(read(cwd, 'pyproject.toml').replace('"3.12"', '"3.13"'), without, args.join(' '));
    }
  });

  it('adds to .gitignore and keeps README.md where there is no code, and writes an app', async () => {
    const cwd = repository({ 'README.md': '# Soon\n', '.gitignore': '.env\n', LICENSE: 'MIT\n' });
    const { code, stderr } = await adopt(cwd, '--name', 'soon');
    assert.equal(code, 0, stderr);
    assert.deepEqual(lost(cwd), []);
    assert.ok(existsSync(join(cwd, 'soon.py')));
    assert.equal(read(cwd, 'README.md'), '# Soon\n');
  });

  it('loses nothing with --force', async () => {
    const cwd = repository({ ...shop, '.envrc': 'export X=1\n', 'shell.nix': '{ }\n' });
    const refused = await adopt(cwd);
    assert.equal(refused.code, 1, refused.stderr);
    assert.match(refused.stderr, /shell\.nix in .* already exists with different content/);
    const { code, stderr } = await adopt(cwd, '--force');
    assert.equal(code, 0, stderr);
    assert.deepEqual(lost(cwd), ['-{ }']);
  });

  const cases: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[], RegExp])[] = [
    [
      'several apps',
      { 'one.py': flaskApp, 'two.py': flaskApp, 'requirements.txt': 'flask\n' },
      [],
      /Several apps were found: one:app, two:app\.\n +Choose one: --app one:app/,
    ],
    [
      'a list and no app',
      { 'requirements.txt': 'flask\n' },
      [],
      /no app was found in it\.\n +Name it by --app MODULE:OBJECT/,
    ],
    [
      'an app that is not there',
      { 'one.py': flaskApp },
      ['--app', 'two:app'],
      /--app: .* has no module for two:app\.\n +Found were one:app\./,
    ],
    [
      'an app in a folder with its list',
      { 'api/app.py': flaskApp, 'api/requirements.txt': 'flask\n' },
      [],
      /is in api, with the list of its packages\.\n +Create the project there: nix-python-container new api$/m,
    ],
    [
      'files of Bazel',
      { 'app.py': flaskApp, 'requirements.txt': '', 'MODULE.bazel': '' },
      [],
      /is built by Bazel already: it has MODULE\.bazel/,
    ],
    [
      'code where project files go',
      { 'app.py': flaskApp, 'requirements.txt': '', 'nix/x.py': '' },
      [],
      /has Python code in nix\//,
    ],
    [
      'a broken pyproject.toml',
      { 'app.py': flaskApp, 'pyproject.toml': '[project\n' },
      [],
      /pyproject\.toml is not valid TOML/,
    ],
  ];
  for (const [name, files, args, message] of cases) {
    it(`refuses ${name}, and leaves the disk as it was`, async () => {
      const cwd = repository(files);
      const before = treeOf(cwd);
      const { code, stderr } = await adopt(cwd, ...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.deepEqual(treeOf(cwd), before);
    });
  }

  it('chooses between several apps by --app, and finds the folder of its module', async () => {
    const cwd = repository({ 'one.py': flaskApp, 'src/two.py': flaskApp, 'requirements.txt': 'flask\n' });
    assert.equal((await adopt(cwd, '--app', 'two:app')).code, 0);
    assert.equal(stored(cwd).answers.app, 'src/two:app');
    assert.match(read(cwd, 'image/BUILD.bazel'), /"PYTHONPATH": "\/app\/src"/);
  });

  it('does not take the app of another project below', async () => {
    const cwd = repository({ 'README.md': '# Two\n' });
    assert.equal((await command(['new', 'api', '--yes'], { cwd })).code, 0);
    const { code, stderr } = await adopt(cwd, '--name', 'outer');
    assert.equal(code, 0, stderr);
    assert.ok(existsSync(join(cwd, 'outer.py')));
  });

  it('needs no folder on the command line where there is an app', async () => {
    const cwd = repository(shop);
    const { code, stderr } = await command(['--yes'], { cwd });
    assert.equal(code, 0, stderr);
    assert.ok(existsSync(join(cwd, 'MODULE.bazel')));
  });
});
