import { constants } from 'node:fs';
import { badRequest } from '../errors/failure.ts';
import type { ExistingFiles } from '../plan/plan.ts';
import { access } from './calls.ts';
import { anchor, locate } from './locate.ts';
import { wrapErrors } from './fs-error.ts';
import { readText } from './encoding.ts';

/**
 * Reads the texts that the folder `target` holds at these paths, and writes nothing. Paths that are not there are left out.
 * Bytes that are not UTF-8 survive the way there and back (see `decode`).
 * Fails on all that would stop a commit: something of the wrong kind in the way, a link that leaves the target or
 * leads nowhere, two paths that are one file, a file that cannot be read, a folder that cannot be written.
 * @param known texts that were read before, by path: those files are checked, and not read again
 */
export async function readExisting(
  target: string,
  paths: Iterable<string>,
  known: ExistingFiles = new Map(),
): Promise<ExistingFiles> {
  const { folder, missing } = await wrapErrors(`look at ${target}`, anchor(target));
  await wrapErrors(`write into ${folder}`, access(folder, constants.W_OK | constants.X_OK));
  const found = new Map<string, string>();
  if (missing.length > 0) return found;

  const names = new Map<string, string>();
  for (const path of paths) {
    const place = await wrapErrors(`look at ${path}`, locate(folder, path));
    const other = names.get(place.file);
    if (other !== undefined) {
      throw badRequest(`${other} and ${path} are one file by a symbolic link`, 'Remove the link, then run it again.');
    }
    names.set(place.file, path);
    if (place.stats) found.set(path, known.get(path) ?? (await wrapErrors(`read ${path}`, readText(place.file))));
  }
  return found;
}
