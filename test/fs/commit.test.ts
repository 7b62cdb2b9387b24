import assert from 'node:assert/strict';
import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { commit, journalName } from '../../src/fs/commit.ts';
import { readExisting } from '../../src/fs/read-existing.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { mounted, remountReadOnly } from './mounted.ts';
import { planNew, scratch, tree, trees, write, writeOld } from './tree.ts';

const hello: Plan = [
  { path: 'README.md', action: 'create', after: '# hello\n' },
  { path: 'nix/python.nix', action: 'create', after: '{ }\n' },
];

describe('commit', () => {
  const here = scratch();
  const at = (path: string): string => join(here.path, path);

  describe('to a new folder', () => {
    it('creates it and its parents, with modes by the umask', async () => {
      await commit(at('some/where/hello'), hello);
      assert.deepEqual(tree(here.path), {
        'some/': '755',
        'some/where/': '755',
        'some/where/hello/': '755',
        'some/where/hello/README.md': '644 # hello\n',
        'some/where/hello/nix/': '755',
        'some/where/hello/nix/python.nix': '644 { }\n',
      });
      const umask = process.umask(0o077);
      try {
        await commit(at('private'), hello);
      } finally {
        process.umask(umask);
      }
      assert.equal(statSync(at('private')).mode & 0o777, 0o700);
      assert.equal(statSync(at('private/README.md')).mode & 0o777, 0o600);
    });

    it('keeps an existing empty folder', async () => {
      mkdirSync(at('hello'), { mode: 0o750 });
      const { ino } = statSync(at('hello'));
      await commit(at('hello'), hello);
      assert.equal(statSync(at('hello')).ino, ino);
      assert.deepEqual(Object.keys(tree(at('hello'))), ['README.md', 'nix/', 'nix/python.nix']);
    });

    it('fails if a file in the plan no longer exists', async () => {
      const plan: Plan = [{ path: 'README.md', action: 'update', before: 'old\n', after: 'new\n' }];
      await assert.rejects(commit(at('hello'), plan), {
        name: 'Failure',
        exitCode: 1,
        message: /^README\.md was modified/,
      });
      assert.deepEqual(tree(here.path), {});
    });
  });

  describe('to an existing project', () => {
    it('creates, replaces and deletes files, keeps modes and bytes, and writes through links', async () => {
      const expected = trees(here.path);
      writeOld(at('project'));
      await commit(at('project'), await planNew(at('project')));
      assert.deepEqual(tree(here.path), {
        'project/': '755',
        ...Object.fromEntries(Object.entries(expected.new).map(([path, entry]) => [`project/${path}`, entry])),
      });
    });

    it('touches nothing if all files are identical', async () => {
      write(at('project'), { 'same.txt': 'same\n' });
      const before = [statSync(at('project')), statSync(at('project/same.txt'))];
      await commit(at('project'), [{ path: 'same.txt', action: 'identical', before: 'same\n', after: 'same\n' }]);
      assert.deepEqual(
        [statSync(at('project')), statSync(at('project/same.txt'))].map(s => s.ctimeMs),
        before.map(s => s.ctimeMs),
      );
    });

    it('keeps the owner of a replaced file', async function () {
      if (process.getuid?.() !== 0) this.skip();
      write(at('project'), { 'a.txt': 'old\n' });
      chownSync(at('project/a.txt'), 1234, 2345);
      await commit(at('project'), [{ path: 'a.txt', action: 'update', before: 'old\n', after: 'new\n' }]);
      const { uid, gid } = statSync(at('project/a.txt'));
      assert.deepEqual([uid, gid], [1234, 2345]);
    });

    it('works through a link to the project', async () => {
      write(at('project'), { 'a.txt': 'old\n' });
      symlinkSync('project', at('link'));
      await commit(at('link'), [{ path: 'a.txt', action: 'update', before: 'old\n', after: 'new\n' }]);
      assert.equal(readFileSync(at('project/a.txt'), 'utf8'), 'new\n');
      assert.ok(lstatSync(at('link')).isSymbolicLink());
    });
  });

  describe('refuses before the first write', () => {
    /** Expects a failure with this message and an unchanged tree. */
    async function refuses(plan: Plan, message: RegExp): Promise<void> {
      const before = tree(here.path);
      const { ctimeMs } = statSync(at('project'));
      await assert.rejects(commit(at('project'), plan), { name: 'Failure', exitCode: 1, message });
      assert.deepEqual(tree(here.path), before);
      assert.equal(statSync(at('project')).ctimeMs, ctimeMs);
    }

    it('an unresolved conflict', async () => {
      write(at('project'), { 'a.txt': 'theirs\n' });
      await refuses(
        [{ path: 'a.txt', action: 'conflict', before: 'theirs\n', after: 'ours\n' }],
        /^a\.txt exists and differs\.$/,
      );
    });

    it('a file that was modified, created or deleted since the plan was made', async () => {
      write(at('project'), { 'a.txt': 'edited\n' });
      await refuses([{ path: 'a.txt', action: 'update', before: 'old\n', after: 'new\n' }], /^a\.txt was modified/);
      await refuses([{ path: 'a.txt', action: 'delete', before: 'old\n' }], /^a\.txt was modified/);
      await refuses([{ path: 'a.txt', action: 'create', after: 'new\n' }], /^a\.txt was modified/);
      await refuses([{ path: 'b.txt', action: 'update', before: 'old\n', after: 'new\n' }], /^b\.txt was modified/);
    });

    it('to delete a link', async () => {
      write(at('project'), { 'a.txt': 'text\n' });
      symlinkSync('a.txt', at('project/b.txt'));
      await refuses([{ path: 'b.txt', action: 'delete', before: 'text\n' }], /^b\.txt is a symbolic link/);
    });

    it('a read-only folder inside', async function () {
      write(at('project'), { 'a.txt': 'old\n' });
      const unmount = mounted(this, at('project/nix'), 'size=64k');
      try {
        remountReadOnly(at('project/nix'));
        await refuses(
          [
            { path: 'a.txt', action: 'update', before: 'old\n', after: 'new\n' },
            { path: 'nix/python.nix', action: 'create', after: '{ }\n' },
          ],
          /^Cannot write to .*nix: the file system is read-only\.$/,
        );
      } finally {
        unmount();
      }
    });
  });

  describe('on a full disk', () => {
    const big = 'x'.repeat(100_000);

    it('changes nothing of a project', async function () {
      const unmount = mounted(this, at('disk'), 'size=64k');
      try {
        write(at('disk'), { 'a.txt': 'old a\n', 'b.txt': 'old b\n' });
        const before = tree(at('disk'));
        const plan: Plan = [
          { path: 'a.txt', action: 'update', before: 'old a\n', after: 'new a\n' },
          { path: 'b.txt', action: 'update', before: 'old b\n', after: big },
        ];
        const failure = { name: 'Failure', exitCode: 1, message: 'Cannot write b.txt: the disk is full.' };
        await assert.rejects(commit(at('disk'), plan), failure);
        assert.deepEqual(tree(at('disk')), before);
      } finally {
        unmount();
      }
    });

    it('leaves nothing of a new folder', async function () {
      const unmount = mounted(this, at('disk'), 'size=64k');
      try {
        const plan: Plan = [...hello, { path: 'z.txt', action: 'create', after: big }];
        const failure = { name: 'Failure', exitCode: 1, message: 'Cannot write z.txt: the disk is full.' };
        await assert.rejects(commit(at('disk/hello'), plan), failure);
        assert.deepEqual(tree(at('disk')), {});
      } finally {
        unmount();
      }
    });
  });

  it('rolls back if a folder inside is on another file system', async function () {
    write(at('project'), { 'a.txt': 'old\n' });
    const unmount = mounted(this, at('project/nix'), 'size=64k');
    try {
      const before = tree(here.path);
      const plan: Plan = [
        { path: 'a.txt', action: 'update', before: 'old\n', after: 'new\n' },
        { path: 'nix/python.nix', action: 'create', after: '{ }\n' },
      ];
      await assert.rejects(commit(at('project'), plan), {
        name: 'Failure',
        message: /^Cannot write nix\/python\.nix: it is on a different file system/,
      });
      assert.deepEqual(tree(here.path), before);
    } finally {
      unmount();
    }
  });

  it('lets at most one of several concurrent runs through, and keeps nothing of the others', async () => {
    write(at('project'), { 'a.txt': 'old\n', 'b.txt': 'old\n' });
    const runs = Array.from({ length: 6 }, (_, n): Plan => {
      return ['a.txt', 'b.txt'].map(path => ({ path, action: 'update', before: 'old\n', after: `run ${n}\n` }));
    });
    const results = await Promise.allSettled(runs.map(plan => commit(at('project'), plan)));
    const through = results.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
    const found = await readExisting(at('project'), ['a.txt', 'b.txt']);
    assert.ok(through.length <= 1, `${through}`);
    const text = through.length === 1 ? `run ${through[0]}\n` : 'old\n';
    assert.deepEqual([...found.values()], [text, text]);
    assert.equal(existsSync(at(`project/${journalName}`)), false);
    for (const result of results) {
      if (result.status === 'rejected')
        assert.match(result.reason.message, /Another run is in progress|was modified while/);
    }
  });

  it('lets one of several concurrent runs create a new folder', async () => {
    const runs = [1, 2, 3].map((n): Plan => [{ path: 'a.txt', action: 'create', after: `run ${n}\n` }]);
    const results = await Promise.allSettled(runs.map(plan => commit(at('hello'), plan)));
    const through = results.flatMap(({ status }, n) => (status === 'fulfilled' ? [n + 1] : []));
    assert.equal(through.length, 1);
    assert.deepEqual(tree(here.path), { 'hello/': '755', 'hello/a.txt': `644 run ${through[0]}\n` });
  });
});
