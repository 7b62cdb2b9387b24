import { constants } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Step } from '../plan/plan.ts';
import { access, lstat, mkdir, readdir, rename, rm } from './calls.ts';
import { writeNew } from './durable.ts';
import { isAlive, newOwnerId, ownerIdPattern } from './lock.ts';
import { findNearestFolder, type NearestFolder, namesOf } from './locate.ts';
import { Failure, failed } from '../errors/failure.ts';
import { codeOf, ifExists, ignoreCodes, toFailure, wrapErrors } from './fs-error.ts';

/** Beside the outermost missing folder: on the same file system, so that one rename moves it with everything in it. */
const stagingName = (name: string, owner: string): string => `.${beginning(name)}.nix-python-container.${owner}`;

/** So much of a name that the staging folder's is no longer than names can be: 255 bytes. */
const beginning = (name: string): string => Buffer.from(name).subarray(0, 150).toString();

/**
 * Writes a project to a folder that does not exist: to a staging folder beside it, which one rename moves into place.
 * Nothing is flushed to disk, since a second run can write the same again.
 */
export async function createFolder(
  { folder, missing }: NearestFolder,
  steps: readonly Step[],
  throwIfAborted: () => void,
): Promise<void> {
  const [outermost = '', ...inner] = missing;
  const staging = join(folder, stagingName(outermost, await newOwnerId()));
  const files = steps.map(({ path, after = '' }) => ({ path, after, file: join(staging, ...inner, ...namesOf(path)) }));
  try {
    await createIn(folder, outermost, staging);
    for (const parent of new Set(files.map(({ file }) => dirname(file)))) {
      await wrapErrors(`create ${relative(staging, parent)}`, mkdir(parent, { recursive: true }));
    }
    for (const { path, file, after } of files) {
      throwIfAborted();
      await wrapErrors(`write ${path}`, writeNew(file, after));
    }
    throwIfAborted();
    await wrapErrors(`create ${join(folder, outermost)}`, rename(staging, join(folder, outermost)));
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

/** What refuses to hold new folders, whoever asks. */
const refusals: readonly (string | undefined)[] = ['EACCES', 'ENOENT', 'EPERM', 'EROFS'];

/** @throws Failure (exit code 1) if nothing can be created in that folder */
async function createIn(folder: string, name: string, staging: string): Promise<void> {
  try {
    // Not recursively: where nothing can be created, as in /proc, Node would try forever.
    await mkdir(staging);
  } catch (error) {
    throw asRefusal(`create ${join(folder, name)}`, folder, error);
  }
}

/** The failure for a folder that lets nothing be created in it. */
function asRefusal(what: string, folder: string, error: unknown): unknown {
  const failure = toFailure(what, error);
  if (!(failure instanceof Failure) || !refusals.includes(codeOf(error))) return failure;
  // A folder of /proc exists, and still there is "no such file" in it.
  const message = codeOf(error) === 'ENOENT' ? `Cannot ${what}: ${folder} takes no new folders` : failure.message;
  return failed(message, 'Choose another folder, in which you may write.', error);
}

/**
 * Makes sure that the target, or the nearest folder above it that exists, can be written to: before anything is asked.
 * @throws Failure (exit code 1)
 */
export async function refuseUnwritable(target: string): Promise<void> {
  let folder = target;
  try {
    ({ folder } = await findNearestFolder(target));
    await access(folder, constants.W_OK);
  } catch (error) {
    throw asRefusal(`write to ${folder}`, folder, error);
  }
}

/** Removes what killed runs left beside a target that does not exist. Returns whether there was anything. */
export async function removeStagingFolders({ folder, missing }: NearestFolder): Promise<boolean> {
  const prefix = stagingName(missing[0] ?? '', '');
  const leftOver = ((await ignoreCodes(['EACCES'], readdir(folder))) ?? []).filter(name => {
    return name.startsWith(prefix) && ownerIdPattern.test(name.slice(prefix.length));
  });
  let removed = false;
  for (const name of leftOver) {
    const path = join(folder, name);
    const isOwn = (await ifExists(lstat(path)))?.uid === process.geteuid?.();
    if (!isOwn || (await isAlive(name.slice(prefix.length), path))) continue;
    await rm(path, { recursive: true, force: true });
    removed = true;
  }
  return removed;
}
