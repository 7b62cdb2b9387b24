import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** The git repository that a folder is in. */
export interface Repository {
  /** The real path of its root: of the worktree or submodule, where it is one. */
  readonly root: string;
  /** The path from there to the folder, with `/`; empty for the root itself. */
  readonly place: string;
}

const statOf = (path: string) => lstatSync(path, { throwIfNoEntry: false });

/** Whether a folder holds a repository, or is a worktree or submodule of one: then `.git` is a file. */
function isRoot(folder: string): boolean {
  const git = join(folder, '.git');
  const stats = statSync(git, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return statOf(join(git, 'HEAD')) !== undefined;
  return stats?.isFile() === true && readFileSync(git, 'latin1').startsWith('gitdir: ');
}

/**
 * Finds the repository that a folder is in, or will be in once it exists. As git does, it counts only if it belongs to this user,
 * or to the owner of the folder: in /tmp, anybody could have put one above.
 */
export function repositoryAround(folder: string): Repository | undefined {
  let existing = resolve(folder);
  const missing: string[] = [];
  let start = realPathOf(existing);
  // What cannot be looked at, because a file or a broken link is on the way, is reported where it is to be written.
  for (; start === undefined; start = realPathOf(existing)) {
    missing.unshift(basename(existing));
    existing = dirname(existing);
  }
  for (let root = start; ; root = dirname(root)) {
    if (isReadableRoot(root)) {
      const owners = [process.geteuid?.(), statOf(start)?.uid];
      if (!owners.includes(statOf(join(root, '.git'))?.uid)) return undefined;
      return {
        root,
        place: relative(root, join(start, ...missing))
          .split(sep)
          .join('/'),
      };
    }
    if (root === dirname(root)) return undefined;
  }
}

/** Undefined if there is none. */
function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** A folder that may not be looked into is no root that could be written to. */
function isReadableRoot(folder: string): boolean {
  try {
    return isRoot(folder);
  } catch {
    return false;
  }
}
