import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { commitOfBranch } from '../../src/download/branch.ts';
import { resolvePin } from '../../src/download/resolve-pin.ts';
import { Failure } from '../../src/errors/failure.ts';
import { needs } from '../needs.ts';
import { serve, withEnvironment } from './server.ts';
import { git, nixEnvironment, prefetch, scratch, writeTree } from './trees.ts';

async function failure(action: Promise<unknown>): Promise<Failure> {
  const error = await action.then(
    () => assert.fail('It worked.'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Failure, String(error));
  return error;
}

describe('A pin', () => {
  const { path: folder, remove } = scratch();
  const work = join(folder, 'work');
  const bare = join(folder, 'nixpkgs.git');
  const env = nixEnvironment(folder);
  let rev: string;
  let first: string;
  let narHash: string;
  let lastModified: number;
  let web: Awaited<ReturnType<typeof serve>>;
  let repository: { clone: string; archive(rev: string): string };

  before(needs('nix-prefetch-url'));
  before(async () => {
    writeTree(work, { 'default.nix': '{ }', 'lib/.version': '26.05\n', '.version': { link: 'lib/.version' } });
    git(work, 'init', '--quiet', '--initial-branch=nixos-unstable');
    git(work, 'add', '--all');
    git(work, 'commit', '--quiet', '--message=first');
    first = git(work, 'rev-parse', 'HEAD');
    git(work, 'tag', '--annotate', '--message=x', '25.11-tag');
    git(work, 'commit', '--quiet', '--allow-empty', '--message=second');
    // Names that end alike.
    git(work, 'branch', 'other/refs/heads/release', first);
    git(work, 'branch', 'staging/next');
    rev = git(work, 'rev-parse', 'HEAD');
    lastModified = Number(git(work, 'show', '--no-patch', '--format=%ct', 'HEAD'));
    git(folder, 'clone', '--quiet', '--bare', work, bare);
    const archive = join(folder, 'a.tar.gz');
    git(work, 'archive', `--output=${archive}`, `--prefix=nixpkgs-${rev}/`, rev);
    narHash = prefetch(archive, env);
    web = await serve((request, response) => {
      if (request.url === `/archive/${rev}.tar.gz`) response.end(readFileSync(archive));
      else response.writeHead(404).end();
    });
    repository = { clone: `file://${bare}`, archive: commit => `${web.url}/archive/${commit}.tar.gz` };
  });
  after(() => web?.close());
  after(remove);

  it('of a branch follows the branch and is locked to its commit', async () => {
    const progress: number[] = [];
    assert.deepEqual(
      await resolvePin(
        { kind: 'branch', branch: 'nixos-unstable' },
        { repository, onProgress: at => progress.push(at) },
      ),
      {
        original: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', ref: 'nixos-unstable' },
        locked: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', rev, narHash, lastModified },
        release: '26.05',
      },
    );
    assert.ok((progress.at(-1) ?? 0) > 0);
  });

  it('of a commit stays where it is', async () => {
    assert.deepEqual(await resolvePin({ kind: 'commit', rev }, { repository }), {
      original: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', rev },
      locked: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', rev, narHash, lastModified },
      release: '26.05',
    });
  });

  it('of a URL keeps the URL', async () => {
    for (const url of [repository.archive(rev), `file://${folder}/a.tar.gz`]) {
      assert.deepEqual(await resolvePin({ kind: 'url', url }), {
        original: { type: 'tarball', url },
        locked: { type: 'tarball', url, narHash },
        release: '26.05',
      });
    }
  });

  it('of a commit that does not exist is an error', async () => {
    const { message, exitCode } = await failure(resolvePin({ kind: 'commit', rev: '0'.repeat(40) }, { repository }));
    assert.match(message, /archive\/0+\.tar\.gz: the server has no such file \(status 404\)/);
    assert.equal(exitCode, 1);
  });

  it('may be of a tag, and of a branch with a slash', async () => {
    assert.equal(await commitOfBranch(repository.clone, '25.11-tag'), first);
    assert.equal(await commitOfBranch(repository.clone, 'staging/next'), rev);
    assert.equal(await commitOfBranch(repository.clone, 'other/refs/heads/release'), first);
  });

  it('of a branch that is not there is an error, whatever its name', async () => {
    for (const branch of ['nixos-27.11', 'release', 'next', '*', '--upload-pack=touch x', '$(touch x)', '']) {
      const { message, exitCode } = await failure(commitOfBranch(repository.clone, branch));
      assert.match(message, /has no branch or tag/);
      assert.equal(exitCode, 2);
    }
  });

  it('of a branch needs git, a repository and an answer', async () => {
    const missing = await failure(commitOfBranch(`file://${folder}/none.git`, 'main'));
    assert.match(missing.message, /^git could not query file:.*none\.git: /);
    assert.equal(missing.exitCode, 1);

    await withEnvironment({ PATH: folder }, async () => {
      const { message, exitCode } = await failure(commitOfBranch(repository.clone, 'main'));
      assert.match(message, /git.* is not installed/);
      assert.equal(exitCode, 1);
    });

    // Reads, so that it notices the end of a connection.
    const silent = createServer(socket => socket.resume());
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const url = `git://127.0.0.1:${(silent.address() as AddressInfo).port}/nixpkgs.git`;
    try {
      const late = await failure(commitOfBranch(url, 'main', { patience: 300 }));
      assert.match(late.message, /did not answer git in time/);
      assert.equal(late.exitCode, 1);
      const stopped = await failure(commitOfBranch(url, 'main', { signal: AbortSignal.timeout(100) }));
      assert.match(stopped.message, /was interrupted/);
      assert.equal(stopped.exitCode, 130);
    } finally {
      silent.close();
    }
  });
});
