import { constants } from 'node:fs';
import { join } from 'node:path';
import { badRequest } from '../errors/failure.ts';
import type { ExistingFiles } from '../plan/plan.ts';
import { access } from './calls.ts';
import { findNearestFolder, folderAbove, levelsAbove, locateFrom } from './locate.ts';
import { wrapErrors } from './fs-error.ts';
import { readRawText } from './encoding.ts';

/**
 * Reads the files at these paths in the folder `target`, or above it (`../`). Paths that do not exist are left out.
 * Bytes that are not UTF-8 are kept (see `decode`).
 * @param known texts that were read before, by path: those files are checked, and not read again
 * @throws Failure for all that would stop a commit: folders in place of files and vice versa, links that are broken or lead out
 * of the target, two paths of one file, files that cannot be read, folders that cannot be written
 */
export async function readExisting(
  target: string,
  paths: Iterable<string>,
  known: ExistingFiles = new Map(),
): Promise<ExistingFiles> {
  const { folder, missing } = await wrapErrors(`access ${target}`, findNearestFolder(target));
  await wrapErrors(`write to ${folder}`, access(folder, constants.W_OK | constants.X_OK));
  const project = join(folder, ...missing);
  const all = [...paths];
  const above = levelsAbove(all);
  // The journal of a change is in the folder that all its files are in.
  const root = folderAbove(project, above);
  if (above > 0) await wrapErrors(`write to ${root}`, access(root, constants.W_OK | constants.X_OK));
  const found = new Map<string, string>();
  if (missing.length > 0 && above === 0) return found;

  const names = new Map<string, string>();
  for (const path of all) {
    const location = await wrapErrors(`access ${path}`, locateFrom(project, path));
    const other = names.get(location.file);
    if (other !== undefined) {
      throw badRequest(
        `${other} and ${path} are the same file, through a symbolic link`,
        'Remove the link, then run it again.',
      );
    }
    names.set(location.file, path);
    if (location.stats)
      found.set(path, known.get(path) ?? (await wrapErrors(`read ${path}`, readRawText(location.file))));
  }
  return found;
}
