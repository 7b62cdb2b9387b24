import type { FlakeOriginal, Pin, PinRequest } from '../pin/pin.ts';
import { archiveAt } from './archive.ts';
import type { Progress } from './options.ts';
import { commitOfBranch } from './branch.ts';
import { narHashOfTar } from './tar.ts';

/** Where nixpkgs is. */
export interface Repository {
  /** What git can clone. */
  readonly clone: string;
  /** The archive of the tree at a commit. */
  archive(rev: string): string;
}

export interface ResolveOptions {
  readonly onProgress?: Progress;
  readonly signal?: AbortSignal;
  /** See `DownloadOptions`. */
  readonly maxArchive?: number | undefined;
  readonly repository?: Repository;
}

const nixpkgs = { type: 'github', owner: 'NixOS', repo: 'nixpkgs' } as const;

const github: Repository = {
  clone: `https://github.com/${nixpkgs.owner}/${nixpkgs.repo}.git`,
  archive: rev => `https://github.com/${nixpkgs.owner}/${nixpkgs.repo}/archive/${rev}.tar.gz`,
};

/**
 * Looks up a revision of nixpkgs: its commit, and the hash of its tree, for which the archive is downloaded once.
 * Writes nothing. Releases are the catalog's.
 * @throws Failure: exit code 2 if there is no such branch or file, 130 if it was stopped, 1 for everything else.
 */
export async function resolvePin(
  request: Exclude<PinRequest, { kind: 'release' }>,
  { onProgress, signal, maxArchive, repository = github }: ResolveOptions = {},
): Promise<Pin> {
  const hashed = (url: string) => narHashOfTar(archiveAt(url, { onProgress, signal, maxArchive }));

  if (request.kind === 'url') {
    const tarball = { type: 'tarball', url: request.url } as const;
    const { narHash, release } = await hashed(request.url);
    return { original: tarball, locked: { ...tarball, narHash }, ...(release && { release }) };
  }
  const isCommit = request.kind === 'commit';
  const rev = isCommit ? request.rev : await commitOfBranch(repository.clone, request.branch, { signal });
  const original: FlakeOriginal = isCommit ? { ...nixpkgs, rev } : { ...nixpkgs, ref: request.branch };
  const { narHash, lastModified, release } = await hashed(repository.archive(rev));
  return { original, locked: { ...nixpkgs, rev, narHash, lastModified }, ...(release && { release }) };
}
