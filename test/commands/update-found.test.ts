import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packRecord, readRecord, recordPath } from '../../src/plan/record.ts';
import { command, type Ended, scratch, treeOf } from './process.ts';
import { commitAll, committed, edit, git, makeOlder, project, read } from './projects.ts';

/** Projects in the state that users leave them in: of other versions, moved and formatted by hand. */
describe('update of a project that was edited', function () {
  this.timeout(60_000);
  const folder = scratch();
  const update = (cwd: string, ...flags: string[]): Promise<Ended> =>
    command(['update', ...flags, '--verbose'], { cwd });
  async function updated(cwd: string, ...flags: string[]): Promise<Ended> {
    const ended = await update(cwd, ...flags);
    assert.equal(ended.code, 0, ended.stderr);
    return ended;
  }
  const stored = (cwd: string) => JSON.parse(read(cwd, '.yo-rc.json'))['generator-nix-python-container'];
  async function refuses(cwd: string, code: number, says: RegExp, ...flags: string[]): Promise<void> {
    const before = treeOf(cwd);
    const { code: ended, stderr, stdout } = await update(cwd, ...flags);
    assert.equal(ended, code, stderr);
    assert.match(stderr, says);
    assert.equal(stdout, '');
    assert.deepEqual(treeOf(cwd), before);
  }

  it('updates a project of another version, and keeps its changes', async () => {
    const whole = await committed(folder);
    const cwd = await project(folder);
    makeOlder(cwd, {
      'README.md': text => text.replace('A Python service.', 'A service in Python.'),
      'BUILD.bazel': text => text.replace(/\nalias\([^)]*\)\n/, ''),
      'nix/pep440.nix': () => undefined,
      'hello.py': text => text.replace('Hello, World!', 'Hello!'),
      '.envrc': () => 'use_old\n',
    });
    const old = readFileSync(join(cwd, 'BUILD.bazel'));
    edit(cwd, 'BUILD.bazel', text => `# mine\n${text}`);
    edit(cwd, 'hello.py', text => text.replace('"Hello!"', '"Hi!"'));
    rmSync(join(cwd, '.envrc'));
    const { code, stdout, stderr } = await update(cwd);
    assert.equal(code, 1, stderr);
    assert.match(stdout, /^ +merge {2}BUILD\.bazel$/m);
    assert.match(stdout, /^ +create {2}nix\/pep440\.nix$/m);
    assert.match(stdout, /^ conflict {2}hello\.py$/m);
    assert.doesNotMatch(stdout, /\.envrc/);
    assert.equal(read(cwd, 'BUILD.bazel'), `# mine\n${read(whole, 'BUILD.bazel')}`);
    assert.notEqual(read(cwd, 'BUILD.bazel'), `# mine\n${old}`);
    assert.match(read(cwd, 'hello.py'), /<<<<<<< yours\n.*Hi!.*\n=======\n.*Hello, World!.*\n>>>>>>> generated\n/);
    for (const path of ['README.md', 'nix/pep440.nix', '.yo-rc.json', recordPath]) {
      assert.equal(read(cwd, path), read(whole, path), path);
    }
    writeFileSync(join(cwd, 'hello.py'), read(whole, 'hello.py').replace('Hello, World!', 'Hi!'));
    assert.doesNotMatch((await updated(cwd)).stdout, /update|create|merge|conflict/, 'once it is settled');
  });

  it('refuses a project of a newer version, and a folder that is not a project', async () => {
    const cwd = await project(folder);
    const bin = read(cwd, '.yo-rc.json');
    edit(cwd, '.yo-rc.json', text => text.replace(/"version": ".*"/, '"version": "99.0.0"'));
    await refuses(
      cwd,
      2,
      /written by version 99\.0\.0 of this generator, which is newer.*\n +Install that version: npm/,
    );
    for (const text of ['{ "generator-other": {} }', undefined]) {
      rmSync(join(cwd, '.yo-rc.json'));
      if (text) writeFileSync(join(cwd, '.yo-rc.json'), text);
      await refuses(
        cwd,
        2,
        /is not inside a project of this generator: no \.yo-rc\.json of one here or above\.\n +Change to/,
      );
    }
    writeFileSync(join(cwd, '.yo-rc.json'), '{');
    await refuses(cwd, 2, /\.yo-rc\.json is not JSON/);
    writeFileSync(join(cwd, '.yo-rc.json'), bin);
    edit(cwd, recordPath, text => text.slice(0, 500));
    await refuses(cwd, 2, /\.nix-python-container\.generated is damaged: .*\n +Restore it from an older commit/);
    edit(cwd, 'flake.lock', () => '{}');
    rmSync(join(cwd, recordPath));
    await refuses(cwd, 2, /flake\.lock has no pin of nixpkgs/, '--nixpkgs=25.11');
  });

  it('uses no record of another project', async () => {
    const cwd = await project(folder, '--nixpkgs=24.05', '--python=3.11');
    const other = join(mkdtempSync(join(folder, 'o-')), 'other');
    assert.equal((await command(['new', 'other', '--yes'], { cwd: join(other, '..') })).code, 0);
    cpSync(join(other, recordPath), join(cwd, recordPath));
    await refuses(cwd, 2, /\.nix-python-container\.generated is the record of the project other, not of hello\./);
    await refuses(cwd, 2, /\n +Restore the right one from git, or delete it/, '--nixpkgs=25.11');
  });

  it('deletes no file because a record names it', async () => {
    const cwd = await project(folder);
    const texts = new Map(readRecord(read(cwd, recordPath), recordPath));
    const theirs = ['main.py', 'shop/app.py', 'WORKSPACE.bazel', '.envrc.local'];
    mkdirSync(join(cwd, 'shop'));
    for (const path of [...theirs, 'WORKSPACE']) {
      writeFileSync(join(cwd, path), 'theirs\n');
      texts.set(path, 'theirs\n');
    }
    writeFileSync(join(cwd, recordPath), packRecord(texts));
    const { stderr } = await updated(cwd);
    for (const path of theirs) {
      assert.equal(read(cwd, path), 'theirs\n');
      assert.match(
        stderr,
        new RegExp(`warning: ${path.replaceAll('.', '\\.')} is kept: .*says that it was generated, but no`),
      );
    }
    assert.ok(!existsSync(join(cwd, 'WORKSPACE')), 'which it has generated for another Bazel');
  });

  it('warns of deleted files that nothing works without', async () => {
    const cwd = await project(folder);
    for (const path of ['pyproject.toml', 'nix/image.nix']) rmSync(join(cwd, path));
    const { stderr } = await updated(cwd, '--python=3.12');
    assert.match(stderr, /warning: nix\/image\.nix, pyproject\.toml: missing, and Nix and Bazel need them\. To write/);
    assert.ok(!existsSync(join(cwd, 'pyproject.toml')));
    const { code } = await command(['new', '.', '--yes'], { cwd });
    assert.equal(code, 0);
    assert.doesNotMatch((await updated(cwd)).stderr, /missing/);
  });

  it('keeps a hand-formatted pyproject.toml: CRLF, a byte order mark, comments, odd quotes', async () => {
    const cwd = await project(folder, '--nixpkgs=24.05', '--python=3.11');
    const before =
      "\uFEFF# ours\r\n[project]\r\nname='hello' # kept\r\nversion = \"0.1.0\"\r\n  requires-python  = '==3.11.*'   # why\r\n" +
      'dependencies = [ "gunicorn" , # server\r\n\t\'flask\', "redis>=4" ]\r\n\r\n[dependency-groups]\r\ndev=["pytest"]\r\n' +
      '[tool.setuptools]\r\npy-modules = ["hello"]\r\n[tool.pytest.ini_options]\r\nnorecursedirs = [".*", "bazel-*"]';
    writeFileSync(join(cwd, 'pyproject.toml'), before);
    await updated(cwd, '--python=3.12');
    assert.equal(read(cwd, 'pyproject.toml'), before.replace('3.11', '3.12'));
    await updated(cwd, '--nixpkgs=25.11', '--python=3.13', '--bazel=8');
    assert.equal(read(cwd, 'pyproject.toml'), before.replace('3.11', '3.13'));
  });

  it('takes Python and Bazel from where users change them, but not from a comment', async () => {
    const cwd = await project(folder, '--nixpkgs=24.05', '--python=3.11', '--bazel=6');
    edit(cwd, 'pyproject.toml', text => text.replace('3.11', '3.12'));
    edit(cwd, 'shell.nix', text => `# It was bazel_5 once.\n${text.replace('bazel_6', 'bazel_7')}`);
    const pyproject = read(cwd, 'pyproject.toml');
    const { stdout } = await updated(cwd);
    assert.match(stdout, /^ +delete {2}WORKSPACE$/m);
    assert.match(read(cwd, 'README.md'), /`MODULE\.bazel`/);
    assert.match(read(cwd, 'shell.nix'), /^# It was bazel_5 once\.\n.*bazel_7/s);
    assert.equal(read(cwd, 'pyproject.toml'), pyproject);
    assert.deepEqual([stored(cwd).answers.python, stored(cwd).answers.bazel], ['3.12', '7']);
    edit(cwd, 'pyproject.toml', text => text.replace('3.12', '3.99'));
    await refuses(cwd, 2, /pyproject\.toml.*3\.99/);
  });

  it('adds the attributes that the new pin needs, and removes those that it lacks', async () => {
    const [cwd, packages] = [await project(folder, '--nixpkgs=22.05', '--python=3.9', '--bazel=5'), 'torch'];
    await command(['add', packages], { cwd });
    edit(cwd, 'pyproject.toml', text => `${text}flask-own = "mine"\n`);
    assert.match(read(cwd, 'pyproject.toml'), /^torch = "pytorch"\nflask-own = "mine"\n$/m);
    const before = read(cwd, 'pyproject.toml');
    await updated(cwd, '--nixpkgs=25.11', '--python=3.13', '--bazel=7');
    assert.equal(read(cwd, 'pyproject.toml'), before.replace('torch = "pytorch"\n', '').replace('3.9', '3.13'));
    await updated(cwd, '--nixpkgs=22.05', '--python=3.9', '--bazel=5');
    assert.match(read(cwd, 'pyproject.toml'), /^torch = "pytorch"$/m);
  });

  it('prefers an attribute of the user to the catalog, and warns about an unknown package', async () => {
    const cwd = await project(folder);
    edit(cwd, 'pyproject.toml', text => text.replace('"gunicorn",', '"gunicorn",\n    "flaskk",\n    "asyncio",'));
    await refuses(cwd, 2, /no package asyncio/);
    edit(cwd, 'pyproject.toml', text => `${text}\n[tool.nixpkgs.attributes]\nasyncio = "mine"\n`);
    const { stderr } = await updated(cwd);
    assert.match(stderr, /^ {2}flaskk \(did you mean flask\?\)\n {2}asyncio$/m);
  });

  it('guesses the last generated state without a record, and warns', async () => {
    const cwd = await project(folder, '--nixpkgs=24.05', '--bazel=6', '--python=3.11');
    rmSync(join(cwd, recordPath));
    edit(cwd, 'hello.py', text => text.replace('Hello, World!', 'Hi'));
    const { stdout, stderr } = await updated(cwd, '--bazel=7');
    assert.match(
      stderr,
      /^warning: \.nix-python-container\.generated is missing: .* is guessed from \.yo-rc\.json\.$/m,
    );
    assert.match(stdout, /^ +create {2}\.nix-python-container\.generated$/m);
    assert.match(stdout, /^ +delete {2}WORKSPACE$/m);
    assert.match(read(cwd, 'hello.py'), /Hi/);
    assert.equal((await updated(cwd)).stderr, 'Nothing was changed.\n');
  });

  it('finds the project by its folder, and from a folder inside it', async () => {
    const cwd = await project(folder, '--nixpkgs=24.05', '--bazel=6');
    assert.match((await updated(join(cwd, 'nix'), '--bazel=7')).stdout, /delete {2}WORKSPACE/);
    const { stdout } = await command(['update', 'hello', '--bazel=6', '--verbose'], { cwd: join(cwd, '..') });
    assert.match(stdout, /create {2}WORKSPACE/);
    await refuses(cwd, 2, /hello\/nowhere is not a project of this generator/, 'nowhere', '--bazel=7');
    await refuses(cwd, 2, /hello\/nix is not a project of this generator/, 'nix', '--bazel=7');
    mkdirSync(join(cwd, '../other'));
    await refuses(join(cwd, '../other'), 2, /is not inside a project of this generator/);
  });

  it('writes nothing with --dry-run, not even into .git, and shows everything with --diff and --json', async () => {
    const cwd = await committed(folder, '--nixpkgs=24.05', '--bazel=6');
    edit(cwd, 'BUILD.bazel', text => text.replace('actual = "//image"', 'actual = "//elsewhere"'));
    // Git would note in its index that the file was only touched.
    utimesSync(join(cwd, 'README.md'), 1, 1);
    const before = treeOf(cwd);
    const { code, stdout, stderr } = await update(cwd, '--bazel=7', '--dry-run', '--diff', '--json');
    assert.equal(code, 0, stderr);
    assert.deepEqual(treeOf(cwd), before);
    assert.match(stderr, /^--- a\/WORKSPACE\n\+\+\+ \/dev\/null$/m);
    assert.match(stderr, /^\+<<<<<<< yours$/m);
    assert.doesNotMatch(stderr, /^(---|\+\+\+) .*\.(generated|undo)$/m, 'no base64, and no patch within a patch');
    assert.match(stderr, /^warning: .* has uncommitted changes: BUILD\.bazel\..*\n +Commit them/m);
    const dry = JSON.parse(stdout);
    assert.equal(dry.written, false);
    const done = await update(cwd, '--bazel=7', '--force', '--json');
    assert.equal(done.code, 1);
    assert.deepEqual({ ...JSON.parse(done.stdout), written: false }, dry);
    assert.deepEqual(Object.keys(dry), [
      'target',
      'written',
      'answers',
      'pin',
      'warnings',
      'steps',
      'conflicts',
      'undo',
    ]);
    assert.deepEqual([dry.target, dry.conflicts, dry.answers.bazel], [cwd, ['BUILD.bazel'], '7']);
    assert.deepEqual(dry.steps[0], { action: 'create', path: '.nix-python-container.undo' });
    assert.match(done.stderr, /^error: Merge conflicts in BUILD\.bazel\.\n +Resolve the conflict markers/m);
    const again = await update(cwd, '--force', '--json');
    assert.equal(again.code, 1);
    assert.match(JSON.parse(again.stdout).error.message, /conflicts of an earlier update in BUILD\.bazel/);
    assert.notEqual(git(cwd, 'status', '--porcelain'), '');
  });

  it('warns about a range of Python versions, which the build refuses', async () => {
    const cwd = await project(folder, '--nixpkgs=24.05', '--python=3.11');
    writeFileSync(join(cwd, 'pyproject.toml'), read(cwd, 'pyproject.toml').replace('==3.11.*', '>=3.11'));
    const { code, stderr } = await update(cwd);
    assert.equal(code, 0);
    assert.match(stderr, /^warning: pyproject\.toml: requires-python must name one Python .*"==3\.11\.\*"\.$/m);
  });

  it('works after git merged two branches that were both updated', async () => {
    const cwd = await committed(folder, '--nixpkgs=24.05', '--bazel=6', '--python=3.11');
    git(cwd, 'branch', 'other');
    await updated(cwd, '--python=3.12');
    commitAll(cwd);
    git(cwd, 'checkout', '--quiet', 'other');
    await updated(cwd, '--bazel=7');
    commitAll(cwd);
    assert.throws(() => git(cwd, 'merge', '-'), { status: 1 });
    assert.match(git(cwd, 'status', '--porcelain'), /^UU \.nix-python-container\.generated$/m);
    await refuses(cwd, 2, /\.yo-rc\.json is not JSON.*\n +Resolve the merge conflict in it\./);
    git(cwd, 'checkout', '--ours', '.yo-rc.json');
    // To git it is binary: one side or the other.
    git(cwd, 'checkout', '--theirs', recordPath);
    commitAll(cwd);
    await updated(cwd);
    const whole = await project(folder, '--nixpkgs=24.05', '--bazel=7', '--python=3.12');
    const paths = git(cwd, 'ls-files').trim().split('\n');
    assert.deepEqual(
      paths.map(path => [path, read(cwd, path)]),
      paths.map(path => [path, read(whole, path)]),
    );
  });

  it('works after new --force, add, remove and ci, and from one dialect to the other and back', async () => {
    const old = ['--nixpkgs=24.05', '--bazel=8', '--python=3.11'].map(flag => flag.replace('=8', '=7'));
    const cwd = await project(folder, ...old);
    edit(cwd, 'MODULE.bazel', text => `${text}\n# mine\n`);
    const module = read(cwd, 'MODULE.bazel');
    const down = await updated(cwd, '--bazel=6');
    assert.match(down.stderr, /^warning: MODULE\.bazel is no longer generated; kept/m);
    assert.equal(read(cwd, 'MODULE.bazel'), module);
    await command(['add', 'requests'], { cwd });
    await command(['ci', 'gitlab'], { cwd });
    await updated(cwd, '--bazel=7', '--nixpkgs=25.11', '--python=3.13');
    assert.equal(read(cwd, 'MODULE.bazel'), module);
    await command(['remove', 'requests'], { cwd });
    const forced = await command(['.', '--force', '--yes'], { cwd });
    assert.equal(forced.code, 0, forced.stderr);
    const { stdout, stderr } = await updated(cwd);
    assert.doesNotMatch(stdout, /update|merge|create|delete/);
    assert.equal(stderr, 'Nothing was changed.\n');
    rmSync(join(cwd, '.nix-python-container.undo'));
    assert.deepEqual(
      treeOf(cwd),
      treeOf(await project(folder, '--nixpkgs=25.11', '--bazel=7', '--python=3.13', '--ci=gitlab')),
    );
  });
});
