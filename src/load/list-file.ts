import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { badRequest } from '../errors/failure.ts';
import { mostBytes } from '../fs/encoding.ts';
import { reasonOf } from '../fs/text-file.ts';
import { withoutByteOrderMark } from '../text/byte-order-mark.ts';

/** A text file that is not one of the project's, and may have any encoding. */
export interface ListFile {
  readonly text: string;
  /** Set if the encoding had to be guessed. */
  readonly guessed?: 'Latin-1';
}

/**
 * Reads a file in UTF-8, in UTF-16 with a byte order mark, as PowerShell writes it, or else in Latin-1.
 * @param shown its path, for messages
 * @throws Failure (exit code 2) if it cannot be read, is over the bound, or is not text
 */
export function readListFile(path: string, shown: string): ListFile {
  const file = decode(readBytes(path, shown));
  if (file.text.includes('\0')) throw badRequest(`${shown} is not a text file.`, 'Save it as UTF-8.');
  return file;
}

function readBytes(path: string, shown: string): Buffer {
  let size: number;
  try {
    const stats = statSync(path);
    // Reading a pipe would wait for ever. What a folder is, reading says.
    if (!stats.isFile() && !stats.isDirectory()) throw new Error('not a regular file');
    if (stats.size <= mostBytes) return readFileSync(path);
    size = stats.size;
  } catch (error) {
    throw badRequest(`${shown} cannot be read: ${reasonOf(error)}.`, 'Check the path.', error);
  }
  throw badRequest(`${shown} has ${size} bytes; at most ${mostBytes} are read.`, 'Check the path.');
}

function decode(bytes: Buffer): ListFile {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { text: new TextDecoder('utf-16le').decode(bytes) };
  if (first === 0xfe && second === 0xff) return { text: new TextDecoder('utf-16be').decode(bytes) };
  if (isUtf8(bytes)) return { text: withoutByteOrderMark(bytes.toString('utf8')) };
  const marked = first === 0xef && second === 0xbb && bytes[2] === 0xbf;
  return { text: bytes.subarray(marked ? 3 : 0).toString('latin1'), guessed: 'Latin-1' };
}
