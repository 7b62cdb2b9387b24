import { readFileSync, statSync } from 'node:fs';
import { withoutByteOrderMark } from '../text/byte-order-mark.ts';
import { decode } from './encoding.ts';

/**
 * The text of a file, without a byte order mark. Errors are those of the file system; anything but a regular file is refused,
 * since reading a pipe would wait for ever.
 */
export const readText = (path: string): string => withoutByteOrderMark(readRawText(path));

/** The same; undefined if it cannot be read. */
export const readTextIfExists = (path: string): string | undefined => {
  const text = readRawTextIfExists(path);
  return text === undefined ? undefined : withoutByteOrderMark(text);
};

/** The text of a file as it is, to be changed: see `decode`. Undefined if it cannot be read. */
export function readRawTextIfExists(path: string): string | undefined {
  try {
    return readRawText(path);
  } catch {
    return undefined;
  }
}

function readRawText(path: string): string {
  const stats = statSync(path);
  if (!stats.isFile() && !stats.isDirectory()) throw new Error('not a regular file');
  return decode(readFileSync(path));
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'too many levels of symbolic links',
};

/** Why a file could not be read, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? message;
}
