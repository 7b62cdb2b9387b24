import { closeSync, fchmodSync, fchownSync, openSync, type Stats, writeFileSync } from 'node:fs';
import { fsync, inTurn, link } from './calls.ts';
import { codeOf, ignoreCodes } from './fs-error.ts';
import { encode } from './encoding.ts';

/** Writes a new file; with `like`, with the mode and owner of that file. It is on the disk only after `flush`. */
export const writeNew = (file: string, text: string, like?: Stats): Promise<void> =>
  inTurn(() => {
    const descriptor = openSync(file, 'wx', like ? like.mode & 0o777 : 0o666);
    try {
      writeFileSync(descriptor, encode(text));
      if (like) {
        changeOwner(descriptor, like);
        fchmodSync(descriptor, like.mode & 0o7777);
      }
    } finally {
      closeSync(descriptor);
    }
  });

/** Only root may change owners; otherwise the file belongs to the user who runs this. */
function changeOwner(descriptor: number, { uid, gid }: Stats): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
  }
}

/** Waits until a file, or the list of files in a folder, is on the disk; returns at once where the file system cannot do that. */
export async function flush(path: string): Promise<void> {
  const descriptor = openSync(path, 'r');
  try {
    await ignoreCodes(['EINVAL', 'ENOTSUP', 'EBADF'], fsync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** The same for many, at the same time: one wait of the disk then serves several. */
export async function flushAll(paths: readonly string[]): Promise<void> {
  for (let at = 0; at < paths.length; at += concurrency) {
    // Waits for all even if one fails: the clean-up must not run beside them.
    const results = await Promise.allSettled(paths.slice(at, at + concurrency).map(flush));
    const failure = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
    if (failure) throw failure.reason;
  }
}

const concurrency = 32;

/** Makes a hard link unless its path exists (a rename would overwrite that). Returns whether it did. */
export async function linkUnlessExists(file: string, path: string): Promise<boolean> {
  try {
    await link(file, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
