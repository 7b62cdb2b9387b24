import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { root, user } from '../yeoman/installed.ts';
import { needs } from '../needs.ts';
import { command, execute, scratch, treeOf } from './process.ts';
import { commitAll, committed, edit, git, project, read, undoCommand } from './projects.ts';

const undo = '.nix-python-container.undo';
const old = ['--nixpkgs=24.05', '--bazel=6', '--python=3.11'];
const next = ['--nixpkgs=25.11', '--bazel=8', '--python=3.13'];

describe('undoing an update', function () {
  this.timeout(60_000);
  const folder = scratch();
  before(needs('git'));

  /** All files except git's, which change whenever git looks at them. */
  const files = (cwd: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries(treeOf(cwd)).filter(([path]) => !/(^|\/)\.git(\/|$)/.test(path) && path !== undo),
    );

  /** Updates a project, and runs the undo command that was printed. */
  async function thereAndBack(
    cwd: string,
    flags: readonly string[] = [],
    env: Record<string, string> = {},
  ): Promise<string> {
    const before = files(cwd);
    const { code, stderr } = await command(['update', ...next, ...flags], { cwd, env });
    assert.ok(code === 0 || /Merge conflicts/.test(stderr), stderr);
    assert.notDeepEqual(files(cwd), before);
    const back = undoCommand(stderr);
    const { status, stderr: said } = spawnSync('/bin/sh', ['-c', back], {
      cwd,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${back}: ${said}`);
    assert.equal(said, '');
    assert.deepEqual(files(cwd), before);
    return back;
  }

  /** Edits of users: text at both ends, CRLF, no final line break, an empty file, a deleted one, one that is not UTF-8. */
  function editAll(cwd: string): void {
    edit(cwd, 'README.md', text => text.trimEnd());
    edit(cwd, 'BUILD.bazel', text => text.replaceAll('\n', '\r\n').replace('alias(', '# trailing   \r\nalias('));
    edit(cwd, 'flake.nix', text => text.replace('description', '# \u00e9t\u00e9\n  description'));
    writeFileSync(join(cwd, 'nix/python.nix'), Buffer.from(`# caf\xe9\n${read(cwd, 'nix/python.nix')}`, 'latin1'));
    edit(cwd, 'shell.nix', () => '');
    edit(cwd, 'WORKSPACE', text => text.replaceAll('\n', '\r\n'));
    rmSync(join(cwd, '.envrc'));
  }

  it('uses git if everything is committed', async () => {
    const cwd = await committed(folder, ...old);
    editAll(cwd);
    commitAll(cwd);
    const back = await thereAndBack(cwd);
    assert.equal(back, 'git restore . && rm MODULE.bazel bazel/layer.bzl image/load.py');
    assert.equal(git(cwd, 'status', '--porcelain'), '');
  });

  it('uses a patch without a repository, or with uncommitted changes', async () => {
    for (const [cwd, flags] of [
      [await project(folder, ...old), []],
      [await committed(folder, ...old), ['--force']],
    ] as const) {
      editAll(cwd);
      writeFileSync(join(cwd, 'notes.txt'), 'x');
      assert.equal(await thereAndBack(cwd, flags), `git apply -p1 --whitespace=nowarn ${undo}`);
      edit(cwd, 'hello.py', text => `${text}# more\n`);
      await thereAndBack(cwd, ['--force']);
    }
  });

  it('uses patch(1) without git', async function () {
    needs('patch').call(this);
    const bin = mkdtempSync(join(folder, 'bin-'));
    for (const name of ['sh', 'patch'])
      symlinkSync(execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(), join(bin, name));
    const cwd = await project(folder, ...old);
    edit(cwd, 'BUILD.bazel', text => `${text}# no line break`);
    assert.equal(await thereAndBack(cwd, [], { PATH: bin }), `patch -p1 < ${undo}`);
  });

  it('works in a folder of a larger repository, whatever the state of the rest', async () => {
    const top = mkdtempSync(join(folder, 'mono-'));
    git(top, 'init', '--quiet');
    mkdirSync(join(top, 'services'));
    // A name that git could take for a part of the paths in a patch.
    renameSync(await project(folder, ...old), join(top, 'nix'));
    commitAll(top);
    writeFileSync(join(top, 'elsewhere.txt'), 'x');
    assert.match(await thereAndBack(join(top, 'nix')), /^git restore \. && rm /);
    assert.equal(git(top, 'status', '--porcelain'), '?? elsewhere.txt\n');
    writeFileSync(join(top, 'nix/more.txt'), 'x');
    const refused = await command(['update', ...next], { cwd: join(top, 'nix') });
    assert.match(refused.stderr, /has uncommitted changes: nix\/more\.txt\./);
    assert.match(await thereAndBack(join(top, 'nix'), ['--force']), /^git apply/);
  });

  it('uses a patch in a folder that git ignores', async () => {
    const top = mkdtempSync(join(folder, 'ignoring-'));
    git(top, 'init', '--quiet');
    writeFileSync(join(top, '.gitignore'), '/hello/\n');
    renameSync(await project(folder, ...old), join(top, 'hello'));
    commitAll(top);
    assert.match(await thereAndBack(join(top, 'hello')), /^git apply/);
  });

  it('uses git in a worktree and in a submodule', async () => {
    const origin = await committed(folder, ...old);
    const tree = join(dirname(origin), 'tree');
    git(origin, 'worktree', 'add', '--quiet', tree);
    assert.match(await thereAndBack(tree), /^git restore/);
    const top = mkdtempSync(join(folder, 'super-'));
    git(top, 'init', '--quiet');
    git(top, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', origin, 'sub');
    assert.match(await thereAndBack(join(top, 'sub')), /^git restore/);
    assert.equal(git(join(top, 'sub'), 'status', '--porcelain'), '');
  });

  it('follows symbolic links, and keeps them', async () => {
    for (const make of [project, committed]) {
      const cwd = await make(folder, ...old);
      mkdirSync(join(cwd, 'docs'));
      for (const [path, to] of [
        ['README.md', 'docs/readme.md'],
        ['image', 'docker'],
      ] as const) {
        renameSync(join(cwd, path), join(cwd, to));
        symlinkSync(to, join(cwd, path));
      }
      if (make === committed) commitAll(cwd);
      await thereAndBack(cwd);
      const linked = execFileSync('readlink', ['README.md', 'image'], { cwd, encoding: 'utf8' });
      assert.equal(linked, 'docs/readme.md\ndocker\n');
    }
  });

  it('quotes paths for the shell', async () => {
    const cwd = await committed(folder, ...old);
    renameSync(join(cwd, 'image'), join(cwd, 'x; touch PWNED #'));
    symlinkSync('x; touch PWNED #', join(cwd, 'image'));
    commitAll(cwd);
    assert.match(await thereAndBack(cwd), / 'x; touch PWNED #\/load\.py'$/);
  });

  it('ignores the patch of an earlier run, and keeps bytes that are not UTF-8', async () => {
    const cwd = await committed(folder, ...old);
    edit(cwd, '.gitignore', text => text.replace(`/${undo}\n`, ''));
    commitAll(cwd);
    writeFileSync(join(cwd, 'nix/python.nix'), Buffer.from(`# caf\xe9\n${read(cwd, 'nix/python.nix')}`, 'latin1'));
    await thereAndBack(cwd, ['--force']);
    await thereAndBack(cwd, ['--force']);
    commitAll(cwd);
    rmSync(join(cwd, undo));
    git(cwd, 'rm', '--quiet', '--cached', undo);
    git(cwd, 'commit', '--quiet', '--message=x');
    writeFileSync(join(cwd, undo), 'old');
    assert.match(await thereAndBack(cwd), /^git restore/);
  });

  it('is not offered if nothing changes, or nothing can be changed', async function () {
    const cwd = await committed(folder, ...old);
    writeFileSync(join(cwd, 'notes.txt'), 'x');
    const { code, stderr } = await command(['update'], { cwd });
    assert.deepEqual([code, stderr], [0, 'Nothing was changed.\n'], 'a dirty tree is no matter then');
    if (!user) return this.skip();
    const mine = await project(folder, ...old);
    for (const path of [
      folder,
      dirname(mine),
      mine,
      ...readdirSync(mine, { recursive: true }).map(name => join(mine, String(name))),
    ]) {
      if (path === folder) chmodSync(path, 0o755);
      else chownSync(path, user.uid, user.gid);
    }
    chmodSync(join(mine, 'README.md'), 0o444);
    const before = treeOf(mine);
    // The checkout may be in a folder that only root may enter.
    for (const path of ['lib', 'package.json'])
      cpSync(join(root, path), join(folder, 'copy', path), { recursive: true });
    const copy = join(folder, 'copy/lib/main.cjs');
    const refused = await execute([process.execPath, copy, 'update', ...next], { cwd: mine, user });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /Cannot change README\.md: permission denied/);
    assert.deepEqual(treeOf(mine), before);
  });
});
