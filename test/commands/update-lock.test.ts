import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordPath } from '../../src/plan/record.ts';
import { command, type Ended, scratch } from './process.ts';
import { edit, project, read } from './projects.ts';

describe('update of a project whose flake.lock was moved', function () {
  this.timeout(60_000);
  const folder = scratch();
  async function updated(cwd: string, ...flags: string[]): Promise<Ended> {
    const ended = await command(['update', ...flags, '--verbose'], { cwd });
    assert.equal(ended.code, 0, ended.stderr);
    return ended;
  }

  type Lock = {
    nodes: Record<string, { locked?: Record<string, unknown>; original?: Record<string, unknown>; inputs?: object }>;
  };
  const lockOf = (cwd: string): Lock => JSON.parse(read(cwd, 'flake.lock'));
  const moveLock = (cwd: string, change: (nodes: Lock['nodes']) => void): string => {
    const lock = lockOf(cwd);
    change(lock.nodes);
    writeFileSync(join(cwd, 'flake.lock'), JSON.stringify(lock));
    return read(cwd, 'flake.lock');
  };
  const rev = 'b'.repeat(40);
  const narHash = `sha256-${'B'.repeat(43)}=`;
  const later = { lastModified: 1_999_999_999, rev, narHash };

  it('keeps a later commit, with a warning if its release is asked for', async () => {
    const cwd = await project(folder, '--nixpkgs=24.05', '--bazel=6');
    const lock = moveLock(cwd, ({ nixpkgs }) => Object.assign(nixpkgs?.locked ?? {}, later));
    const { stdout } = await updated(cwd);
    assert.deepEqual(stdout.match(/^ +(update|merge) .*$/gm), ['   update  .nix-python-container.generated']);
    const { stderr } = await updated(cwd, '--nixpkgs=24.05', '--bazel=7');
    assert.match(stderr, /^warning: nixpkgs: kept the commit in flake\.lock, which is later than .* for 24\.05\.$/m);
    assert.equal(read(cwd, 'flake.lock'), lock);
    assert.match(read(cwd, 'shell.nix'), /bazel_7/);
  });

  it('replaces the pin for another release, and keeps the other inputs', async () => {
    const cwd = await project(folder, '--nixpkgs=24.05');
    const other = { locked: { type: 'github', owner: 'a', repo: 'b', rev, narHash, lastModified: 1 } };
    moveLock(cwd, nodes => {
      Object.assign(nodes.nixpkgs?.locked ?? {}, later);
      // As Nix writes it if an earlier input has a nixpkgs of its own.
      Object.assign(nodes, {
        nixpkgs_2: nodes.nixpkgs,
        nixpkgs: other,
        agenix: { ...other, inputs: { nixpkgs: 'nixpkgs' } },
      });
      nodes.root = { inputs: { agenix: 'agenix', nixpkgs: 'nixpkgs_2' } };
    });
    const { nixpkgs_2: _, ...rest } = lockOf(cwd).nodes;
    await updated(cwd, '--nixpkgs=25.11');
    const { nixpkgs_2: pin, ...after } = lockOf(cwd).nodes;
    assert.deepEqual(after, rest);
    assert.deepEqual(pin, lockOf(await project(folder, '--nixpkgs=25.11')).nodes.nixpkgs);
  });

  it('moves an older commit of the release forward if that is asked for', async () => {
    const cwd = await project(folder, '--nixpkgs=24.05');
    const first = lockOf(cwd);
    moveLock(cwd, ({ nixpkgs }) => Object.assign(nixpkgs?.locked ?? {}, { rev, narHash, lastModified: 1 }));
    await updated(cwd, '--nixpkgs=24.05');
    assert.deepEqual(lockOf(cwd), first);
  });

  it('uses the moved lock in add too, before any update', async () => {
    const cwd = await project(folder, '--nixpkgs=23.11', '--python=3.11', '--bazel=6');
    const other = await project(folder, '--nixpkgs=24.05', '--python=3.11', '--bazel=6');
    writeFileSync(join(cwd, 'flake.lock'), read(other, 'flake.lock'));
    await command(['add', 'torch'], { cwd });
    assert.doesNotMatch(read(cwd, 'pyproject.toml'), /pytorch/, 'its attribute up to 23.11');
  });

  it('follows the lock to another release', async () => {
    const cwd = await project(folder, '--nixpkgs=22.05', '--bazel=5', '--python=3.9');
    const next = await project(folder, '--nixpkgs=25.11', '--bazel=5', '--python=3.9').catch(() => undefined);
    assert.equal(next, undefined, '25.11 has neither');
    edit(cwd, 'flake.nix', text => text.replace('nixos-22.05', 'nixos-25.11'));
    moveLock(cwd, ({ nixpkgs }) => {
      Object.assign(nixpkgs?.original ?? {}, { ref: 'nixos-25.11' });
      Object.assign(nixpkgs?.locked ?? {}, later);
    });
    const refused = await command(['update'], { cwd });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /pyproject\.toml: nixpkgs 25\.11 has no Python 3\.9/);
    edit(cwd, 'pyproject.toml', text => text.replace('3.9', '3.13'));
    edit(cwd, 'shell.nix', text => text.replace('bazel_5', 'bazel_8'));
    const { stdout } = await updated(cwd);
    assert.match(stdout, /^ +create {2}MODULE\.bazel$/m);
    assert.doesNotMatch(stdout, /flake\.(lock|nix)$/m, 'both stay');
    const { answers } = JSON.parse(read(cwd, '.yo-rc.json'))['generator-nix-python-container'];
    assert.deepEqual(answers, { name: 'hello', nixpkgs: '25.11', python: '3.13', bazel: '8' });
  });

  for (const [kind, original, locked] of [
    ['a path', { type: 'path', path: '/src/nixpkgs' }, { type: 'path', path: '/src/nixpkgs', narHash }],
    [
      'the registry',
      { type: 'indirect', id: 'nixpkgs' },
      { type: 'github', owner: 'NixOS', repo: 'nixpkgs', ...later },
    ],
  ] as const) {
    it(`keeps a lock of ${kind} until another nixpkgs is asked for`, async () => {
      const cwd = await project(folder, '--nixpkgs=24.05', '--bazel=6', '--packages=requests');
      const first = lockOf(cwd);
      const lock = moveLock(cwd, ({ nixpkgs }) => Object.assign(nixpkgs ?? {}, { original, locked }));
      await updated(cwd, '--bazel=7');
      assert.equal(read(cwd, 'flake.lock'), lock);
      rmSync(join(cwd, recordPath));
      await updated(cwd);
      assert.equal(read(cwd, 'flake.lock'), lock, 'without a record');
      await updated(cwd, '--nixpkgs=24.05');
      assert.deepEqual(lockOf(cwd), first);
    });
  }
});
