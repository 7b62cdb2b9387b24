import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, lchownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, scratch, treeOf } from './process.ts';

/** A user other than the one who runs the tests. */
const other = 65534;

describe('traces of other users', function () {
  const folder = scratch();
  let parent: string;
  let cwd: string;
  let number = 0;

  before(function () {
    // Only root can give files away.
    if (process.geteuid?.() !== 0) this.skip();
  });
  beforeEach(async () => {
    parent = join(folder, `shared-${(number += 1)}`);
    mkdirSync(parent, { mode: 0o777 });
    chmodSync(parent, 0o1777);
    cwd = join(parent, 'mine');
    const { code, stderr } = await command(['mine', '--yes'], { cwd: parent });
    assert.equal(code, 0, stderr);
  });

  /** Writes a journal that would create a file, and move others. */
  function plant(root: string, owner: number, mode = 0o700): void {
    const journal = join(root, '.nix-python-container');
    for (const path of ['', 'new', 'old']) {
      mkdirSync(join(journal, path), { mode });
      chmodSync(join(journal, path), mode);
      chownSync(join(journal, path), owner, owner);
    }
    const intent = { entries: [{ file: 'planted.py', replaces: true }], folders: [] };
    for (const [path, text] of [
      ['intent', JSON.stringify(intent)],
      ['old/0', 'import os\n'],
    ] as const) {
      writeFileSync(join(journal, path), text);
      chownSync(join(journal, path), owner, owner);
    }
  }

  it('above a project are left alone: a journal, and an .yo-rc.json', async () => {
    plant(parent, other);
    const file = join(parent, '.yo-rc.json');
    writeFileSync(file, JSON.stringify({ 'generator-nix-python-container': { answers: { name: 'planted' } } }));
    chownSync(file, other, other);
    const before = treeOf(join(parent, '.nix-python-container'));
    const added = await command(['add', 'requests'], { cwd });
    assert.equal(added.code, 0, added.stderr);
    const beside = join(parent, 'beside');
    mkdirSync(beside);
    const outside = await command(['add', 'requests'], { cwd: beside });
    assert.equal(outside.code, 2);
    assert.match(outside.stderr, /is not inside a project of this generator/);
    assert.equal(existsSync(join(parent, 'planted.py')), false);
    assert.deepEqual(treeOf(join(parent, '.nix-python-container')), before);
  });

  it('in a project are an error that names them, and are not carried out', async () => {
    const before = treeOf(cwd);
    for (const [owner, mode] of [
      [other, 0o700],
      [0, 0o777],
    ] as const) {
      plant(cwd, owner, mode);
      const refused = await command(['add', 'requests'], { cwd });
      assert.equal(refused.code, 1, refused.stderr);
      assert.match(refused.stderr, /\.nix-python-container belongs to another user, or others may write to it/);
      assert.equal(existsSync(join(cwd, 'planted.py')), false);
      rmSync(join(cwd, '.nix-python-container'), { recursive: true });
    }
    assert.deepEqual(treeOf(cwd), before);
  });

  it('that are links lead nowhere', async () => {
    const elsewhere = join(folder, `elsewhere-${number}`);
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, '0'), 'mine\n');
    plant(cwd, 0);
    rmSync(join(cwd, '.nix-python-container/old'), { recursive: true });
    symlinkSync(elsewhere, join(cwd, '.nix-python-container/old'));
    lchownSync(join(cwd, '.nix-python-container/old'), 0, 0);
    const refused = await command(['add', 'requests'], { cwd });
    assert.equal(refused.code, 1, refused.stderr);
    assert.deepEqual(Object.keys(treeOf(elsewhere)), ['0']);
    assert.equal(existsSync(join(cwd, 'planted.py')), false);
  });

  it('of this user are carried out as before', async () => {
    plant(cwd, 0);
    assert.equal((await command(['add', 'requests'], { cwd })).code, 0);
    assert.equal(existsSync(join(cwd, 'planted.py')), true);
    assert.equal(existsSync(join(cwd, '.nix-python-container')), false);
  });
});
