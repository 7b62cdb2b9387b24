import { Failure, failed } from '../errors/failure.ts';

/** What the file system says no with, in words: the reason, and what to do about it. */
const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  EACCES: ['permission denied', 'Give yourself the right to read and write there, then run it again.'],
  EBUSY: ['it is in use', 'Unmount it or end what uses it, then run it again.'],
  EDQUOT: ['your disk quota is used up', 'Free some space, then run it again.'],
  EEXIST: ['something else exists in its place', 'Look at what is there, move it away, then run it again.'],
  EIO: ['the disk failed', 'Look after the disk, then run it again.'],
  EISDIR: ['a folder is in its place', 'Move the folder away, then run it again.'],
  ELOOP: ['too many levels of symbolic links', 'Replace the links by real folders, then run it again.'],
  ENAMETOOLONG: ['its name is too long', 'Choose a shorter name.'],
  ENOENT: ['it no longer exists', 'Run it again.'],
  ENOSPC: ['the disk is full', 'Free some space, then run it again.'],
  ENOTDIR: ['a file is where a folder must be', 'Move the file away, then run it again.'],
  ENOTEMPTY: ['something else was created in its place', 'Look at what is there, then run it again.'],
  EPERM: ['operation not permitted', 'Look at its owner and attributes (lsattr), then run it again.'],
  EROFS: ['the file system is read-only', 'Choose a folder that can be written.'],
  EXDEV: ['it is on another file system than its project', 'Keep the project on one file system.'],
};

/** The code of a file system's error (`ENOENT`), undefined for all other errors. */
export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

/** Says a file system's error as a failure, "Cannot <act>: <reason>"; a failure stays as it is, so does what is no system error. */
export function toFailure(act: string, error: unknown): unknown {
  const code = error instanceof Failure ? undefined : codeOf(error);
  if (typeof code !== 'string') return error;
  const [reason, hint] = reasons[code] ?? [(error as Error).message, 'Look at what is there, then run it again.'];
  return failed(`Cannot ${act}: ${reason}`, hint, error);
}

/** Awaits `work`, turning a file system's error into "Cannot <act>: <reason>". */
export async function wrapErrors<T>(act: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toFailure(act, error);
  }
}

/** Awaits `work`; undefined if it failed with one of these codes. */
export async function ignoring<T>(codes: readonly string[], work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codes.includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Awaits `work`; undefined if what it asks for is not there. */
export const ifExists = <T>(work: Promise<T>): Promise<T | undefined> => ignoring(['ENOENT', 'ENOTDIR'], work);

/** What stops a change to a file that is not what the plan saw. */
export const modifiedMeanwhile = (path: string): Failure =>
  failed(`${path} was modified while this command ran`, 'Nothing was changed. Look at it, then run this again.');
