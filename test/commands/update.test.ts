import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pickAnswers, questions, updatableNames } from '../../src/model/questions.ts';
import { command, scratch, treeOf } from './process.ts';
import { commitAll, committed, edit, git, project, read, undoCommand } from './projects.ts';

describe('nix-python-container update', function () {
  this.timeout(60_000);
  const folder = scratch();

  it('changes nothing in a project that is up to date', async () => {
    const cwd = await project(folder, '--packages', 'requests');
    const before = treeOf(cwd);
    const { code, stdout, stderr } = await command(['update'], { cwd });
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout, /update|create|merge|delete|conflict/);
    assert.match(stderr, /^Nothing was changed\.$/m);
    assert.deepEqual([stdout, treeOf(cwd)], ['', before]);
  });

  it('names the versions that change, and only the files that change', async () => {
    const cwd = await project(folder, '--nixpkgs=24.05', '--bazel=7', '--python=3.11');
    const { stdout, stderr } = await command(['update', '--python=3.12', '--remote-cache=grpc://cache'], { cwd });
    assert.match(stderr, /^Python 3\.11 → 3\.12, remote cache none → grpc:\/\/cache$/m);
    assert.match(stderr, /^Next:\n {2}nix-shell --run 'bazel test \/\/\.\.\.'$/m);
    assert.doesNotMatch(stdout, /identical/);
  });

  it('writes what new writes, from one dialect to the other and back', async () => {
    const old = ['--nixpkgs=24.05', '--bazel=6', '--python=3.11'];
    const next = ['--nixpkgs=25.11', '--bazel=8', '--python=3.13'];
    const packages = ['--packages', 'requests', '--ci=github'];
    const cwd = await project(folder, ...old, ...packages);
    const [first, second] = [treeOf(cwd), treeOf(await project(folder, ...next, ...packages))];
    for (const [flags, tree] of [
      [next, second],
      [old, first],
    ] as const) {
      const { code, stderr } = await command(['update', ...flags], { cwd });
      assert.equal(code, 0, stderr);
      rmSync(join(cwd, '.nix-python-container.undo'));
      assert.deepEqual(treeOf(cwd), tree);
    }
  });

  it('keeps the changes of users, and can be undone by git', async () => {
    const cwd = await committed(folder, '--nixpkgs=22.05', '--bazel=4', '--python=3.9');
    edit(cwd, 'hello.py', text => text.replace('Hello, World!', 'Hi'));
    edit(cwd, 'BUILD.bazel', text => text.replace('alias(', '# mine\nalias('));
    edit(cwd, 'README.md', text => `${text}\nOurs.\n`);
    edit(cwd, 'pyproject.toml', text => text.replace('"0.1.0"', '"0.2.0"  # soon'));
    rmSync(join(cwd, '.envrc'));
    commitAll(cwd);
    const { code, stdout, stderr } = await command(
      ['update', '--nixpkgs=24.05', '--bazel=7', '--python=3.12', '--json'],
      { cwd },
    );
    assert.equal(code, 0, stderr);
    assert.match(read(cwd, 'hello.py'), /"Hi"/);
    assert.match(read(cwd, 'BUILD.bazel'), /# mine\nalias\(\n.*\n {4}actual = "\/\/image:run"/);
    assert.match(read(cwd, 'README.md'), /`MODULE\.bazel`.*\nOurs\.\n$/s);
    assert.match(read(cwd, 'pyproject.toml'), /"0\.2\.0" {2}# soon\nrequires-python = "==3\.12\.\*"/);
    const { steps, conflicts, answers, undo } = JSON.parse(stdout);
    assert.deepEqual(conflicts, []);
    const others = pickAnswers(updatableNames, name => questions[name].unset as never);
    assert.deepEqual(answers, { ...others, nixpkgs: '24.05', python: '3.12', bazel: '7' });
    const action = (of: string): string | undefined => steps.find(({ path }: { path: string }) => path === of)?.action;
    assert.deepEqual(['hello.py', 'BUILD.bazel', 'WORKSPACE', 'MODULE.bazel', 'shell.nix', '.envrc'].map(action), [
      'identical',
      'merge',
      'delete',
      'create',
      'update',
      undefined,
    ]);
    execFileSync('sh', ['-c', undo], { cwd });
    assert.equal(git(cwd, 'status', '--porcelain'), '');
  });

  it('marks conflicts, ends with 1 until they are resolved, and leaves a patch without git', async () => {
    const cwd = await project(folder, '--nixpkgs=22.05', '--bazel=4', '--python=3.9');
    edit(cwd, 'BUILD.bazel', text => text.replace('actual = "//image"', 'actual = "//elsewhere"'));
    const before = treeOf(cwd);
    const { code, stdout, stderr } = await command(['update', '--nixpkgs=24.05', '--bazel=7', '--python=3.12'], {
      cwd,
    });
    assert.equal(code, 1);
    assert.match(stdout, /^ conflict {2}BUILD\.bazel$/m);
    assert.match(stderr, /^error: Merge conflicts in BUILD\.bazel\.$/m);
    assert.match(
      read(cwd, 'BUILD.bazel'),
      /<<<<<<< yours\n {4}actual = "\/\/elsewhere",\n=======\n {4}actual = "\/\/image:run",\n>>>>>>> generated\n\)/,
    );
    const marked = treeOf(cwd);
    const again = await command(['update', '--force'], { cwd });
    assert.equal(again.code, 1);
    assert.match(again.stderr, /conflicts of an earlier update in BUILD\.bazel/);
    assert.deepEqual(treeOf(cwd), marked);
    execFileSync('sh', ['-c', `${undoCommand(stderr)} && rm .nix-python-container.undo`], { cwd });
    assert.deepEqual(treeOf(cwd), before);
  });

  it('refuses uncommitted changes without --force', async () => {
    const cwd = await committed(folder, '--nixpkgs=24.05', '--bazel=6');
    writeFileSync(join(cwd, 'notes.txt'), 'x');
    const before = treeOf(cwd);
    const refused = await command(['update', '--bazel=7'], { cwd });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /has uncommitted changes: notes\.txt\. Nothing was written\.\n.*--force/);
    assert.deepEqual(treeOf(cwd), before);
    const forced = await command(['update', '--bazel=7', '--force'], { cwd });
    assert.equal(forced.code, 0, forced.stderr);
    assert.match(forced.stderr, /git apply/, 'git cannot take all of it back');
  });

  it('runs no program that the git settings of a project name', async () => {
    const cwd = await committed(folder);
    const trace = join(folder, 'trace');
    const monitor = join(folder, 'monitor');
    writeFileSync(monitor, `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
    git(cwd, 'config', 'core.fsmonitor', monitor);
    const { code, stderr } = await command(['update', '--bazel=7', '--nixpkgs=25.11', '--dry-run'], { cwd });
    assert.equal(code, 0, stderr);
    assert.equal(existsSync(trace), false);
    git(cwd, 'status');
    assert.equal(existsSync(trace), true, 'git itself would run it');
  });
});
