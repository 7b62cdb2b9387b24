import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { narHashOfTar } from '../../src/download/tar.ts';
import type { TreeFacts } from '../../src/download/archive-tree.ts';
import { needs } from '../needs.ts';
import { git, type Items, nixEnvironment, pack, prefetch, scratch, unusual, writeTree } from './trees.ts';

/** Counts how often the archive is read. */
function archive(path: string, highWaterMark = 1 << 16): { reads: number; hash(): Promise<TreeFacts> } {
  const counter = {
    reads: 0,
    hash: () =>
      narHashOfTar({
        name: 'the archive',
        read() {
          counter.reads++;
          return createReadStream(path, { highWaterMark });
        },
      }),
  };
  return counter;
}

/** The same for the same seed: a failing order can be had again. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const result = [...items];
  for (let at = result.length - 1; at > 0; at--) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const other = seed % (at + 1);
    [result[at], result[other]] = [result[other] as T, result[at] as T];
  }
  return result;
}

const everything = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).map(entry =>
    relative(join(folder, '..'), join(entry.parentPath, entry.name)),
  );

describe('The hash of an archive', () => {
  const { path: folder, remove } = scratch();
  const env = nixEnvironment(folder);
  const tree = join(folder, 'nixpkgs-1');
  let expected: string;

  before(needs('nix-prefetch-url'));
  before(() => {
    writeTree(tree, unusual);
    pack(join(folder, 'reference.tar'), tree, []);
    expected = prefetch(join(folder, 'reference.tar'), env);
  });
  after(remove);

  const formats: Record<string, string[]> = {
    'GNU tar, sorted by name': ['--format=gnu', '--sort=name'],
    'GNU tar, as the folder comes': ['--format=gnu', '--sort=none'],
    'pax headers': ['--format=posix', '--sort=name'],
    'numbers that change nothing': ['--format=gnu', '--sort=name', '--owner=7', '--mtime=@1'],
  };
  for (const [title, flags] of Object.entries(formats)) {
    it(`is Nix's: ${title}`, async () => {
      const path = join(folder, 'format.tar');
      pack(path, tree, flags);
      assert.equal((await archive(path).hash()).narHash, expected);
      assert.equal((await archive(path, 700).hash()).narHash, expected);
    });
  }

  it("is Nix's for git's own archives, which are read once", async () => {
    const repository = join(folder, 'repository');
    const { 'foo/empty/': _, 'empty-folder/': __, ...kept } = unusual;
    writeTree(repository, kept);
    git(repository, 'init', '--quiet');
    git(repository, 'add', '--all');
    git(repository, 'commit', '--quiet', '--message=x', '--date=2026-01-02T03:04:05Z');
    const path = join(folder, 'git.tar');
    git(repository, 'archive', `--output=${path}`, '--prefix=nixpkgs-0123/', 'HEAD');
    const read = archive(path);
    const facts = await read.hash();
    assert.equal(facts.narHash, prefetch(path, env));
    assert.equal(read.reads, 1);
    assert.equal(facts.lastModified, Number(git(repository, 'show', '--no-patch', '--format=%ct', 'HEAD')));
    assert.equal(facts.release, '26.05');
  });

  it('reads an archive that is sorted by name once, one in disorder twice', async () => {
    const path = join(folder, 'order.tar');
    pack(path, tree, ['--sort=name']);
    const sorted = archive(path);
    await sorted.hash();
    pack(path, tree, [], ['nixpkgs-1/foo', 'nixpkgs-1/eight']);
    const disorder = archive(path);
    await disorder.hash();
    assert.deepEqual([sorted.reads, disorder.reads], [1, 2]);
  });

  it("is Nix's in any order", async function () {
    this.timeout(60_000);
    const names = ['nixpkgs-1', ...everything(tree)];
    for (let seed = 1; seed <= 40; seed++) {
      const path = join(folder, 'shuffled.tar');
      pack(path, tree, ['--format=gnu'], shuffled(names, seed));
      assert.equal((await archive(path).hash()).narHash, expected, `seed ${seed}`);
    }
  });

  it("is Nix's for random trees in git's order", async function () {
    this.timeout(120_000);
    const parts = ['a', 'a-', 'a-b', 'a.', 'a/', 'a b', 'a/b', 'a.b', 'b', 'a-/', 'a0', 'ab', '-', 'a!', 'A', '~'];
    for (let seed = 1; seed <= 30; seed++) {
      const items: Record<string, string> = {};
      for (const [index, first] of shuffled(parts, seed).entries()) {
        const second = shuffled(parts, seed * 31 + index).slice(0, 3);
        for (const part of second) items[`${first}${part}/${index}`.replaceAll('//', '/')] = `${index}`;
        if (index % 3 === 0) items[`${first.replace(/\/$/, '')}${index}`] = 'x'.repeat(index);
      }
      const repository = join(folder, `random-${seed}`);
      writeTree(repository, items);
      git(repository, 'init', '--quiet');
      git(repository, 'add', '--all');
      const path = join(folder, 'random.tar');
      git(repository, 'archive', `--output=${path}`, '--prefix=top/', git(repository, 'write-tree'));
      const read = archive(path);
      const { narHash } = await read.hash();
      execFileSync('rm', ['-r', join(repository, '.git')]);
      const hex = execFileSync('nix-hash', ['--type', 'sha256', repository], { env, encoding: 'utf8' }).trim();
      assert.equal(narHash, `sha256-${Buffer.from(hex, 'hex').toString('base64')}`, `seed ${seed}`);
      assert.equal(read.reads, 1, `seed ${seed}`);
    }
  });

  const trees: Record<string, Items> = {
    'hard links': { 'a/one': { x: '1' }, 'a/two': { hard: 'a/one' }, 'b/three': { hard: 'a/one' }, c: { link: 'a' } },
    'nothing but a folder': {},
    'a folder in a folder': { 'a/b/c/d/': '' },
    'one file': { a: 'a' },
  };
  for (const [title, items] of Object.entries(trees)) {
    it(`is Nix's: ${title}`, async () => {
      const root = join(folder, title);
      const path = join(folder, 'small.tar');
      writeTree(root, items);
      pack(path, root, ['--sort=name']);
      assert.equal((await archive(path).hash()).narHash, prefetch(path, env));
    });
  }

  it("is Nix's for names that are no UTF-8", async () => {
    const root = join(folder, 'bytes');
    mkdirSync(root);
    for (const byte of [0x80, 0xe9, 0xff])
      writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.of(byte)]), `${byte}`);
    const path = join(folder, 'bytes.tar');
    pack(path, root, ['--format=gnu', '--sort=name']);
    assert.equal((await archive(path).hash()).narHash, prefetch(path, env));
  });

  it('takes the later of two files of one name, as unpacking does', async () => {
    const root = join(folder, 'twice');
    const path = join(folder, 'twice.tar');
    writeTree(root, { a: 'first', b: 'b' });
    pack(path, root, []);
    writeFileSync(join(root, 'a'), 'second');
    execFileSync('tar', ['-rf', path, '-C', folder, 'twice/a']);
    assert.equal((await archive(path).hash()).narHash, prefetch(path, env));
  });

  it("is Nix's for large files, also where they have to wait", async function () {
    this.timeout(60_000);
    const root = join(folder, 'large');
    const large = 'x'.repeat(40_000_001);
    writeTree(root, { 'data.bin': large, 'data/a': 'a', 'data-x/b': large.slice(0, 9_000_000), z: 'z' });
    git(root, 'init', '--quiet');
    git(root, 'add', '--all');
    const path = join(folder, 'large.tar');
    git(root, 'archive', `--output=${path}`, '--prefix=top/', git(root, 'write-tree'));
    const prefetched = prefetch(path, env);
    const read = archive(path);
    assert.equal((await read.hash()).narHash, prefetched);
    assert.equal(read.reads, 1);
  });

  for (const [title, late] of [
    ['never comes', false],
    ['comes after all', true],
  ] as const) {
    it(`is Nix's where much waits for a folder that ${title}`, async function () {
      this.timeout(60_000);
      const root = join(folder, `much ${late}`);
      const mega = 'y'.repeat(1 << 20);
      const items: Record<string, string> = {
        'by-name.x': 'x',
        'by!': '!',
        by$: '$',
        z: 'z',
        ...(late && { 'by/late': 'l' }),
      };
      for (let at = 10; at < 60; at++)
        items[`by-name/${at}-/a`] = items[`by-name/${at}/a`] = at % 7 ? 'small' : mega.repeat(6);
      writeTree(root, items);
      git(root, 'init', '--quiet');
      git(root, 'add', '--all');
      const path = join(folder, 'much.tar');
      git(root, 'archive', `--output=${path}`, '--prefix=top/', git(root, 'write-tree'));
      const read = archive(path);
      assert.equal((await read.hash()).narHash, prefetch(path, env));
      assert.equal(read.reads, late ? 2 : 1);
    });
  }

  it('comes with the newest modification time', async () => {
    const root = join(folder, 'times');
    writeTree(root, { a: 'a', b: 'b' });
    utimesSync(join(root, 'a'), 2_000_000_000, 2_000_000_000);
    const path = join(folder, 'times.tar');
    pack(path, root, []);
    assert.equal((await archive(path).hash()).lastModified, 2_000_000_000);
  });
});
