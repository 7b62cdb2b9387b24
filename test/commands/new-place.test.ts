import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, execute, main, scratch, shipped, treeOf } from './process.ts';

describe('nix-python-container new, by its folder and variables', () => {
  const folder = scratch();
  const empty = () => mkdtempSync(join(folder, 'd-'));

  it('refuses a variable that answers no question, and names the one that was meant', async () => {
    const cwd = empty();
    const env = { NIX_PYTHON_CONTAINER_PYTHN: '3.12' };
    const { code, stderr } = await command(['hello', '--yes'], { cwd, env });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^error: NIX_PYTHON_CONTAINER_PYTHN is set, .+\n {7}Did you mean NIX_PYTHON_CONTAINER_PYTHON\?/,
    );
    assert.deepEqual(treeOf(cwd), {});
    const unset = await command(['hello', '--yes'], { cwd, env: { NIX_PYTHON_CONTAINER_PYTHN: '' } });
    assert.equal(unset.code, 0, unset.stderr);
  });

  it('says before anything is asked that the folder cannot be written to', async function () {
    if (process.geteuid?.() !== 0) return this.skip();
    const cwd = empty();
    mkdirSync(join(cwd, 'closed'), { mode: 0o755 });
    mkdirSync(join(cwd, 'hidden'), { mode: 0o700 });
    chmodSync(cwd, 0o755);
    chmodSync(folder, 0o755);
    // Where that user can read it: the repository may be below a folder of root's.
    cpSync(shipped, join(folder, 'lib'), { recursive: true });
    const user = { uid: 65534, gid: 65534 };
    for (const [target, says] of [
      ['closed/x/y', /^error: Cannot write to \S+\/closed: permission denied\.\n {7}Choose another folder/],
      ['hidden/x', /^error: Cannot write to \S+\/hidden\/x: permission denied\.\n {7}Choose another folder/],
    ] as const) {
      // Without answers: they would be missing.
      const { code, stderr } = await execute([process.execPath, join(folder, 'lib/main.cjs'), target], { cwd, user });
      assert.equal(code, 1);
      assert.match(stderr, says);
    }
  });

  it('warns that the Bazel workspace around it takes it up, unless .bazelignore names it', async () => {
    const cwd = empty();
    await command(['outer', '--yes'], { cwd });
    const outer = join(cwd, 'outer');
    const { code, stderr } = await command(['new', 'apps/inner', '--yes'], { cwd: outer });
    assert.equal(code, 0, stderr);
    assert.ok(stderr.includes(`${join(outer, 'apps/inner')} is inside the Bazel workspace ${outer}, whose`), stderr);
    assert.ok(stderr.includes(`add the line apps/inner to ${join(outer, '.bazelignore')}.`), stderr);
    const again = await command(['new', 'apps/inner', '--yes'], { cwd: outer });
    assert.doesNotMatch(again.stderr, /inside the Bazel workspace/, 'it is known by now');
    writeFileSync(join(outer, '.bazelignore'), '# mine\napps/\n');
    const ignored = await command(['new', 'apps/other', '--yes'], { cwd: outer });
    assert.doesNotMatch(ignored.stderr, /inside the Bazel workspace/);
  });

  it('fails with a message if no folder can be created, or the current one was deleted', async () => {
    const proc = await command(['/proc/x', '--yes'], { cwd: empty() });
    assert.equal(proc.code, 1);
    assert.match(proc.stderr, /^error: Cannot (create|write to) \/proc.*\n {7}Choose another folder/);
    const line = `mkdir gone && cd gone && rmdir ../gone && ${process.execPath} ${main} hello --yes`;
    const { status, stderr } = spawnSync('sh', ['-c', line], { cwd: empty(), encoding: 'utf8' });
    assert.equal(status, 1);
    assert.equal(
      stderr.replaceAll(/^(sh|shell-init).*\n/gm, ''),
      'error: The current folder no longer exists.\n       Change to another folder, then run it again.\n',
    );
  });

  it('warns at the end that git failed, and of a build that fails, all that it would have warned of', async () => {
    const cwd = empty();
    const bin = join(cwd, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'git'), '#!/bin/sh\necho "fatal: out of order" >&2\nexit 1\n', { mode: 0o755 });
    const env = { PATH: `${bin}:/nowhere` };
    const { code, stderr } = await command(['hello', '--yes', '--git'], { cwd, env });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^hello: nixpkgs .+\nwarning: the project was written, but git failed: .*out of order/);
    const built = await command(['again', '--yes', '--git', '--build'], { cwd, env });
    assert.equal(built.code, 1);
    assert.match(built.stderr, /\nwarning: the project was written, but git failed.+\nerror: Nix is not installed/);
  });

  it('says what a name becomes, of a project and of services', async () => {
    const cwd = empty();
    const { stderr } = await command(['Bad Name', '--yes'], { cwd });
    assert.match(stderr, /^"Bad Name" becomes bad-name \(in Python: bad_name\)\.\nbad-name: nixpkgs/);
    const project = join(cwd, 'Bad Name');
    const added = await command(['service', 'Mail', 'out_box', 'log'], { cwd: project });
    assert.match(added.stderr, /^"Mail" becomes mail\.\n"out_box" becomes out-box \(in Python: out_box\)\.\n\nNext:/);
    const named = await command(['--name=shop', '--yes'], { cwd });
    assert.doesNotMatch(named.stderr, /becomes/);
  });
});
