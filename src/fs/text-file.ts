import { readFileSync, statSync } from 'node:fs';
import { withoutByteOrderMark } from '../text/byte-order-mark.ts';

/**
 * The text of a file, without a byte order mark. Errors are those of the file system; anything but a regular file is refused,
 * since reading a pipe would wait for ever.
 */
export function readText(path: string): string {
  const stats = statSync(path);
  if (!stats.isFile() && !stats.isDirectory()) throw new Error('not a regular file');
  return withoutByteOrderMark(readFileSync(path, 'utf8'));
}

/** The same; undefined if it cannot be read. */
export function readTextIfExists(path: string): string | undefined {
  try {
    return readText(path);
  } catch {
    return undefined;
  }
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
