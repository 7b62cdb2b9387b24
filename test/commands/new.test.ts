import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, main, scratch, treeOf } from './process.ts';

describe('nix-python-container new', () => {
  const folder = scratch();
  const empty = () => mkdtempSync(join(folder, 'd-'));
  const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

  it('writes a project into a new folder', async () => {
    const cwd = empty();
    const { code, stdout, stderr } = await command(['hello', '--yes', '--verbose'], { cwd });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ {3}create {2}MODULE\.bazel$/m);
    assert.match(stderr, /cd hello\n {2}nix-shell --run 'bazel test \/\/\.\.\.'/);
    assert.match(read(cwd, 'hello/hello.py'), /app = Flask\(__name__\)/);
    assert.match(read(cwd, 'hello/pyproject.toml'), /requires-python = "==3\.13\.\*"/);
    assert.deepEqual(
      Object.keys(treeOf(cwd)).filter(path => /\.tmp|^\./.test(path)),
      [],
    );
  });

  it('takes the name from the folder, or the folder from the name', async () => {
    const cwd = empty();
    assert.equal((await command(['--name', 'My_Service', '--yes'], { cwd })).code, 0);
    assert.match(read(cwd, 'my-service/my_service.py'), /Flask/);
    mkdirSync(join(cwd, 'other'));
    assert.equal((await command(['.', '--yes'], { cwd: join(cwd, 'other') })).code, 0);
    assert.match(read(cwd, 'other/other_test.py'), /from other import app/);
  });

  it('prints commands that can be pasted, whatever the folder is called', async () => {
    for (const name of ['-x; touch PWNED #', "it's $(touch PWNED)", '--help']) {
      const cwd = empty();
      const { code, stderr } = await command(['new', `./${name}`, '--name=hello', '--yes'], { cwd });
      assert.equal(code, 0, stderr);
      const doctor = JSON.parse((await command(['doctor', `./${name}`, '--json'], { cwd })).stdout);
      const fixes = doctor.checks.flatMap(({ fix = '' }) => /^cd .*(?= && )/.exec(fix)?.[0] ?? []);
      const printed = /^ {2}(cd .*)$/m.exec(stderr)?.[1] ?? 'false';
      for (const line of [printed, ...fixes]) {
        const said = execFileSync('sh', ['-c', `${line} && pwd`], { cwd, encoding: 'utf8' });
        assert.equal(said, `${join(cwd, name)}\n`);
      }
      assert.deepEqual(readdirSync(cwd), [name]);
    }
  });

  it('changes nothing and asks nothing on a second run', async () => {
    const cwd = empty();
    await command(['hello', '--yes', '--python', '3.12', '--packages', 'requests'], { cwd });
    const before = treeOf(cwd);
    const again = await command(['hello', '--yes'], { cwd });
    assert.equal(again.code, 0, again.stderr);
    assert.doesNotMatch(again.stdout, /create|update|conflict/);
    assert.match(again.stderr, /Nothing was changed\./);
    assert.deepEqual(treeOf(cwd), before);
    assert.equal((await command(['hello'], { cwd })).code, 0, 'every answer is stored, so --yes is not needed');
    assert.equal((await command([], { cwd: join(cwd, 'hello') })).code, 0, 'nor is the folder, inside of it');
  });

  it('refuses to overwrite a changed file without --force, and shows the difference', async () => {
    const cwd = empty();
    await command(['hello', '--yes'], { cwd });
    writeFileSync(join(cwd, 'hello/hello.py'), 'print("mine")\n');
    const before = treeOf(cwd);
    const refused = await command(['hello', '--yes'], { cwd });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /hello\.py in .*hello already exists with different content\. Nothing was written\./);
    assert.match(refused.stderr, /^-print\("mine"\)$/m);
    assert.match(
      refused.stderr,
      /^ +Keep your changes: nix-python-container update hello\. Or overwrite them with --force\.$/m,
    );
    assert.deepEqual(treeOf(cwd), before);
    const forced = await command(['hello', '--yes', '--force'], { cwd });
    assert.equal(forced.code, 0, forced.stderr);
    assert.match(forced.stdout, /updated {2}hello\.py/);
    assert.match(read(cwd, 'hello/hello.py'), /Flask/);
  });

  it('leaves other files in the folder alone', async () => {
    const cwd = empty();
    writeFileSync(join(cwd, 'notes.txt'), 'mine\n');
    assert.equal((await command(['.', '--name', 'hello', '--yes'], { cwd })).code, 0);
    assert.equal(read(cwd, 'notes.txt'), 'mine\n');
  });

  it('writes nothing with --dry-run, and shows what it would write', async () => {
    const cwd = empty();
    const { code, stdout, stderr } = await command(['hello', '--yes', '--dry-run', '--diff'], { cwd });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /create {2}flake\.lock/);
    assert.match(
      stderr,
      /hello: nixpkgs \d\d\.\d\d \(\d+ \w+ \d{4}\), Python 3\.\d+, Bazel \d\nDry run: nothing was written\.\n$/,
    );
    assert.match(stderr, /^\+app = Flask\(__name__\)$/m);
    assert.deepEqual(treeOf(cwd), {});
  });

  it('prints one JSON document with --json, even if it fails', async () => {
    const cwd = empty();
    const done = JSON.parse((await command(['hello', '--yes', '--json'], { cwd })).stdout);
    assert.equal(done.written, true);
    assert.equal(done.target, join(cwd, 'hello'));
    assert.equal(done.answers.bazel, '8');
    assert.match(done.pin.locked.narHash, /^sha256-/);
    assert.ok(done.steps.some((step: object) => 'action' in step && step.action === 'create'));
    const failed = await command(['hello', '--yes', '--json', '--bazel', '99'], { cwd });
    assert.equal(failed.code, 2);
    assert.equal(JSON.parse(failed.stdout).error.exitCode, 2);
  });

  it('names the missing answers without a terminal', async () => {
    const cwd = empty();
    const { code, stderr } = await command(['hello', '--python', '3.12'], {
      cwd,
      env: { NIX_PYTHON_CONTAINER_NIXPKGS: '' },
    });
    assert.equal(code, 2);
    assert.match(stderr, /Missing answers: --nixpkgs, --packages, --bazel; there is no terminal to ask on\./);
    assert.deepEqual(treeOf(cwd), {});
    const args = ['hello', '--nixpkgs', '25.05', '--packages=', '--bazel', '7', '--python', '3.12'];
    assert.equal((await command(args, { cwd })).code, 0);
  });

  it('prefers options, then the answers file, the last run, the environment, the defaults', async () => {
    const cwd = empty();
    const python = async (args: string[], env = {}) => {
      const { stdout, stderr } = await command([...args, '--yes', '--json', '--dry-run'], { cwd, env });
      assert.ok(stdout, stderr);
      return JSON.parse(stdout).answers.python;
    };
    writeFileSync(join(cwd, 'answers.json'), JSON.stringify({ python: '3.13' }));
    const environment = { NIX_PYTHON_CONTAINER_PYTHON: '3.14' };
    assert.equal(await python(['hello']), '3.13');
    assert.equal(await python(['hello'], environment), '3.14');
    await command(['stored', '--yes', '--python', '3.12'], { cwd });
    assert.equal(await python(['stored'], environment), '3.12');
    assert.equal(await python(['stored', '--answers', 'answers.json'], environment), '3.13');
    assert.equal(await python(['stored', '--answers', 'answers.json', '--python', '3.14'], environment), '3.14');
  });

  it('does not confuse 3.10 with 3.1', async () => {
    const cwd = empty();
    const { code, stderr } = await command(['hello', '--yes', '--nixpkgs', '24.05', '--python', '3.10'], { cwd });
    assert.equal(code, 0, stderr);
    assert.match(read(cwd, 'hello/pyproject.toml'), /"==3\.10\.\*"/);
  });

  it('keeps a pin that `nix flake update` moved', async () => {
    const cwd = empty();
    await command(['hello', '--yes'], { cwd });
    const path = join(cwd, 'hello/flake.lock');
    writeFileSync(path, read(path).replace(/"rev": "\w{40}"/, `"rev": "${'a'.repeat(40)}"`));
    const { code, stdout } = await command(['hello', '--yes'], { cwd });
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /flake\.lock|files/);
  });

  it('keeps the answers of other generators in .yo-rc.json', async () => {
    const cwd = empty();
    mkdirSync(join(cwd, 'hello'));
    writeFileSync(join(cwd, 'hello/.yo-rc.json'), '{"generator-node": {"a": 1}}');
    const { code, stderr } = await command(['hello', '--yes'], { cwd });
    assert.equal(code, 0, stderr);
    const stored = JSON.parse(read(cwd, 'hello/.yo-rc.json'));
    assert.deepEqual(stored['generator-node'], { a: 1 });
    assert.equal(stored['generator-nix-python-container'].answers.name, 'hello');
    const again = await command(['hello', '--yes'], { cwd });
    assert.doesNotMatch(again.stdout, /create|update|merge/);
  });

  it('finds the stored answers in the folder with that name', async () => {
    const cwd = empty();
    await command(['--name', 'foo', '--python', '3.12', '--yes'], { cwd });
    const { code, stderr } = await command(['--name', 'foo', '--yes'], { cwd });
    assert.equal(code, 0);
    assert.match(stderr, /Nothing was changed\./);
  });

  it('succeeds if the reader of its output stops early', async () => {
    const cwd = empty();
    const line = `${process.execPath} ${main} hello --yes | true; exit \${PIPESTATUS[0]}`;
    const { status, stderr } = spawnSync('bash', ['-c', line], { cwd, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /Unhandled|at /);
  });

  it('does not suggest update for files that it did not generate', async () => {
    const cwd = empty();
    writeFileSync(join(cwd, 'shell.nix'), '{ }\n');
    const { code, stderr } = await command(['.', '--yes', '--name', 'hello'], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /shell\.nix in .*\n +Overwrite with --force, or move the changes away\.\n$/);
  });

  it('does not trust the strings in flake.lock', async () => {
    const cwd = empty();
    await command(['hello', '--yes'], { cwd });
    const path = join(cwd, 'hello/flake.lock');
    const lock = JSON.parse(read(path));
    lock.nodes.nixpkgs.original.owner = 'a"; evil = "b';
    writeFileSync(path, JSON.stringify(lock));
    const { code, stderr } = await command(['hello', '--yes'], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /flake\.lock in .* already exists with different content/);
  });

  it('rolls back no journal that would write into .git', async () => {
    const cwd = empty();
    const journal = join(cwd, '.nix-python-container');
    mkdirSync(join(journal, 'old'), { recursive: true });
    mkdirSync(join(cwd, '.git/hooks'), { recursive: true });
    const entry = { file: '.git/hooks/pre-commit', replaces: true };
    writeFileSync(join(journal, 'intent'), JSON.stringify({ entries: [entry], folders: [] }));
    writeFileSync(join(journal, 'old/0'), '#!/bin/sh\n', { mode: 0o755 });
    const { code, stderr } = await command(['.', '--name', 'hello', '--yes'], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /intent is damaged/);
    assert.equal(existsSync(join(cwd, '.git/hooks/pre-commit')), false);
  });

  it('takes a single word for a folder unless it is like a command', async () => {
    const { code, stdout } = await command(['frob', '--yes', '--dry-run'], { cwd: empty() });
    assert.equal(code, 0);
    assert.match(stdout, /create {2}frob\.py/);
  });

  it('suggests the update that keeps local changes, with the same options', async () => {
    const cwd = empty();
    await command(["it's", '--name=hello', '--yes'], { cwd });
    const { code, stderr } = await command(["it's", '--yes', '--python=3.12'], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /^ {7}Keep your changes: nix-python-container update 'it'\\''s' --python 3\.12\. Or/m);
    const line = /changes: nix-python-container (.*)\. Or/.exec(stderr)?.[1];
    execFileSync('sh', ['-c', `${process.execPath} ${main} ${line}`], { cwd, stdio: 'pipe' });
    assert.match(read(cwd, "it's", 'pyproject.toml'), /"==3\.12\.\*"/);
  });

  it('creates a git repository with --git, and adds the files', async () => {
    const cwd = empty();
    const { code, stderr } = await command(['hello', '--yes', '--git'], { cwd });
    assert.equal(code, 0, stderr);
    assert.match(read(cwd, 'hello/.git/HEAD'), /refs\/heads\/main/);
    assert.match(stderr, /^Created a git repository with the files added\.$/m);
    mkdirSync(join(cwd, 'third'));
    writeFileSync(join(cwd, 'third/.env'), 'SECRET\n');
    await command(['third', '--yes', '--git'], { cwd });
    const staged = execFileSync('git', ['-C', join(cwd, 'third'), 'ls-files'], { encoding: 'utf8' });
    assert.match(staged, /^flake\.nix$/m);
    assert.doesNotMatch(staged, /\.env$/m, 'what was there before is not staged');
  });

  it('adds the files to the repository of the new project with --git, also in a hook of another repository', async () => {
    const cwd = empty();
    const other = join(cwd, 'other');
    execFileSync('git', ['init', '--quiet', other]);
    const env = { GIT_DIR: join(other, '.git'), GIT_WORK_TREE: other, GIT_INDEX_FILE: join(other, '.git/index') };
    const { code, stderr } = await command(['hello', '--yes', '--git'], { cwd, env });
    assert.equal(code, 0, stderr);
    const staged = (repository: string) => execFileSync('git', ['-C', repository, 'ls-files'], { encoding: 'utf8' });
    assert.match(staged(join(cwd, 'hello')), /^flake\.nix$/m);
    assert.equal(staged(other), '');
  });
});
