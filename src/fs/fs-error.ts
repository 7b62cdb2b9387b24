import { Failure, failed } from '../errors/failure.ts';

/** What an error of the file system means, and what to do about it. */
const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  EACCES: ['permission denied', 'Give yourself the right to read and write there, then run it again.'],
  EBUSY: ['it is in use', 'Unmount it or end what uses it, then run it again.'],
  EDQUOT: ['your disk quota is used up', 'Free some space, then run it again.'],
  EEXIST: ['something else exists in its place', 'Move it away, then run it again.'],
  EIO: ['the disk failed', 'Check the disk, then run it again.'],
  EISDIR: ['a folder is in its place', 'Move the folder away, then run it again.'],
  ELOOP: ['too many levels of symbolic links', 'Replace the links by real folders, then run it again.'],
  ENAMETOOLONG: ['its name is too long', 'Choose a shorter name.'],
  ENOENT: ['it no longer exists', 'Run it again.'],
  ENOSPC: ['the disk is full', 'Free some space, then run it again.'],
  ENOTDIR: ['a file is where a folder must be', 'Move the file away, then run it again.'],
  ENOTEMPTY: ['something else was created in its place', 'Check it, then run it again.'],
  EPERM: ['operation not permitted', 'Check its owner and attributes (lsattr), then run it again.'],
  EROFS: ['the file system is read-only', 'Choose a folder that can be written.'],
  EXDEV: ['it is on a different file system from its project', 'Keep the project on one file system.'],
};

/** The code of an error of the file system (`ENOENT`); undefined for all others. */
export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

/** Turns an error of the file system into the failure "Cannot <action>: <reason>". Any other error stays as it is. */
export function toFailure(action: string, error: unknown): unknown {
  const code = error instanceof Failure ? undefined : codeOf(error);
  if (typeof code !== 'string') return error;
  const [reason, hint] = reasons[code] ?? [(error as Error).message, 'Fix that, then run it again.'];
  return failed(`Cannot ${action}: ${reason}`, hint, error);
}

/** Awaits `work`, with its errors as `toFailure` makes them. */
export async function wrapErrors<T>(action: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toFailure(action, error);
  }
}

/** Awaits `work`; undefined if it failed with one of these codes. */
export async function ignoreCodes<T>(codes: readonly string[], work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codes.includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Awaits `work`; undefined if the file does not exist. */
export const ifExists = <T>(work: Promise<T>): Promise<T | undefined> => ignoreCodes(['ENOENT', 'ENOTDIR'], work);

/** The failure for a file that is no longer as it was planned. */
export const modifiedMeanwhile = (path: string): Failure =>
  failed(`${path} was modified while this command ran`, 'Nothing was changed. Look at it, then run this again.');
