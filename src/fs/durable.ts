import { closeSync, fchmodSync, fchownSync, openSync, type Stats, writeFileSync } from 'node:fs';
import { fsync, inTurn, link } from './calls.ts';
import { codeOf, ignoring } from './fs-error.ts';
import { encode } from './encoding.ts';

/** Writes a new file; with `like`, with the mode and owner of that file. It is on the disk only after `flush`. */
export const writeNew = (file: string, text: string, like?: Stats): Promise<void> =>
  inTurn(() => {
    const descriptor = openSync(file, 'wx', like ? like.mode & 0o777 : 0o666);
    try {
      writeFileSync(descriptor, encode(text));
      if (like) {
        giveTo(descriptor, like);
        fchmodSync(descriptor, like.mode & 0o7777);
      }
    } finally {
      closeSync(descriptor);
    }
  });

/** Only root may give files away; for others the file becomes their own. */
function giveTo(descriptor: number, { uid, gid }: Stats): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
  }
}

/** Waits until a file, or the names in a folder, are on the disk, where the file system can tell. */
export async function flush(path: string): Promise<void> {
  const descriptor = openSync(path, 'r');
  try {
    await ignoring(['EINVAL', 'ENOTSUP', 'EBADF'], fsync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** The same for many: what one of them waits for, the disk writes for all. */
export async function flushAll(paths: readonly string[]): Promise<void> {
  for (let at = 0; at < paths.length; at += atOnce) {
    // All are waited for, also when one fails: they must not be at work while that is cleaned up.
    const results = await Promise.allSettled(paths.slice(at, at + atOnce).map(flush));
    const failure = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
    if (failure) throw failure.reason;
  }
}

const atOnce = 32;

/** Gives a file one more name, unless something has that name already: a rename would overwrite it. Gives whether it did. */
export async function nameUnlessTaken(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
