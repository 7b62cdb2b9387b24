import { readFileSync, statSync } from 'node:fs';
import { withoutByteOrderMark } from '../text/byte-order-mark.ts';
import { checkSize, decode } from './encoding.ts';

/**
 * Reads a text file, without its byte order mark. Errors are those of the file system, see `reasonOf`.
 * A pipe or a device is an error, since reading it could wait forever.
 */
export const readText = (path: string): string => withoutByteOrderMark(readDecoded(path));

/** The same; undefined if it cannot be read. */
export const readTextIfExists = (path: string): string | undefined => {
  const text = readRawTextIfExists(path);
  return text === undefined ? undefined : withoutByteOrderMark(text);
};

/** The same with the byte order mark, for files that will be written back (see `decode`). */
export function readRawTextIfExists(path: string): string | undefined {
  try {
    return readDecoded(path);
  } catch {
    return undefined;
  }
}

function readDecoded(path: string): string {
  const stats = statSync(path);
  if (!stats.isFile() && !stats.isDirectory()) throw new Error('not a regular file');
  if (stats.isFile()) checkSize(stats);
  return decode(readFileSync(path));
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'is a folder',
  ENOTDIR: 'part of its path is not a folder',
  ELOOP: 'too many levels of symbolic links',
};

/** Why a file could not be read, for a message. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? message;
}
