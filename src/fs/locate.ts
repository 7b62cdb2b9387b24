import type { Stats } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { badRequest, type Failure } from '../errors/failure.ts';
import { lstat, realpath } from './calls.ts';
import { ifExists, wrapErrors } from './fs-error.ts';
import { repositoryAround } from './repository.ts';

/** The hidden folder in a project with the journal of a change in progress. It belongs in .gitignore. */
export const journalName = '.nix-python-container';

/** The part of a path that exists. */
export interface NearestFolder {
  /** The real path of the target, or of its nearest parent that exists. */
  readonly folder: string;
  /** The names from there to the target, outermost first; empty if the target exists. */
  readonly missing: readonly string[];
}

/** Where a path of a project really is. */
export interface Location {
  /** The file itself, links resolved; it need not exist. */
  readonly file: string;
  /** Whether the path is a symbolic link to that file. */
  readonly linked: boolean;
  readonly stats?: Stats;
  /** The folders that must be created for it, outermost first. */
  readonly missing: readonly string[];
}

/** The names in a path below a project. @throws TypeError for a path that could lead out of it */
export function namesOf(path: string): string[] {
  const names = path.split('/');
  if (names.some(name => name === '' || name === '.' || name === '..'))
    throw new TypeError(`Not a path in a project: ${path}`);
  return names;
}

/** The real path of a symbolic link. @throws Failure (exit code 2) if it is broken */
async function follow(link: string, shown: string): Promise<string> {
  const target = await wrapErrors(`follow ${shown}`, ifExists(realpath(link)));
  if (target === undefined) {
    throw badRequest(`${shown} is a broken symbolic link`, 'Remove the link or repair it, then run it again.');
  }
  return target;
}

/**
 * Finds the target, or its nearest parent that exists, following links.
 * @throws Failure (exit code 2) if that is a file
 */
export async function findNearestFolder(target: string): Promise<NearestFolder> {
  const missing: string[] = [];
  let folder = resolve(target);
  let stats = await ifExists(lstat(folder));
  while (stats === undefined) {
    missing.unshift(basename(folder));
    folder = dirname(folder);
    stats = await ifExists(lstat(folder));
  }
  const real = await follow(folder, folder);
  if (!(await lstat(real)).isDirectory()) {
    throw badRequest(`${folder} is not a folder`, 'Choose another folder, or move the file away.');
  }
  return { folder: real, missing };
}

/**
 * Finds where `path` is below the folder `root` (a real path). Symbolic links inside `root` are followed, and stay.
 * @throws Failure (exit code 2) for links that are broken or lead out of `root`, files where folders must be, and vice versa
 */
export async function locate(root: string, path: string): Promise<Location> {
  const names = namesOf(path);
  const wrongKind = (shown: string, kind: string): Failure =>
    badRequest(`${shown} must be a ${kind}`, 'Move it away, then run it again.');
  let folder = root;
  for (const [depth, name] of names.entries()) {
    const shown = names.slice(0, depth + 1).join('/');
    const below = names.slice(depth + 1);
    const entry = join(folder, name);
    const found = await ifExists(lstat(entry));
    if (found === undefined) {
      const missing = below.map((_, count) => join(entry, ...below.slice(0, count)));
      return { file: join(entry, ...below), linked: false, missing };
    }
    const linked = found.isSymbolicLink();
    const file = linked ? await follow(entry, shown) : entry;
    if (!file.startsWith(join(root, sep))) {
      throw badRequest(
        `${shown} is a symbolic link to ${file}, outside the project`,
        'Remove the link, then run it again.',
      );
    }
    const stats = linked ? await lstat(file) : found;
    if (below.length === 0) {
      if (!stats.isFile()) throw wrongKind(shown, 'file');
      return { file, linked, stats, missing: [] };
    }
    if (!stats.isDirectory()) throw wrongKind(shown, 'folder');
    folder = file;
  }
  throw new TypeError('A path has at least one name');
}

/** How many folders above the project these paths go: 0 if none starts with `../`. */
export const levelsAbove = (paths: Iterable<string>): number =>
  Math.max(0, ...[...paths].map(path => (/^(?:\.\.\/)*/.exec(path)?.[0].length ?? 0) / 3));

/**
 * The folder that many levels above a project: itself, or the root of its git repository.
 * @throws TypeError for any other folder: nothing is read or written there
 */
export function folderAbove(folder: string, levels: number): string {
  const root = resolve(folder, '../'.repeat(levels));
  if (levels > 0 && repositoryAround(folder)?.root !== root)
    throw new TypeError(`Not the root of a repository: ${root}`);
  return root;
}

/** A path of the project `folder` as one of `root`, a folder above it. */
export const pathFrom = (root: string, folder: string, path: string): string =>
  relative(root, join(folder, path)).split(sep).join('/');

/**
 * Finds where a path of the project `folder` (a real path) is. One that starts with `../` is above the project.
 * @throws Failure (exit code 2) as `locate`, and for links on the way to a file above: it is not the project's to follow them
 */
export async function locateFrom(folder: string, path: string): Promise<Location> {
  const levels = levelsAbove([path]);
  if (levels === 0) return locate(folder, path);
  const root = folderAbove(folder, levels);
  const location = await locate(root, pathFrom(root, folder, path));
  if (location.file === join(folder, path)) return location;
  throw badRequest(
    `${join(folder, path)} is reached through a symbolic link, outside the project`,
    'Remove the link, then run it again.',
  );
}
