import { isUtf8 } from 'node:buffer';
import { lstat, readBytes } from './calls.ts';

// A byte that is not part of valid UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF (Python calls this "surrogateescape").
// No generated text has one, so such a file never equals a generated one, and is still written back byte for byte.
const escaped = (byte: number): string => String.fromCharCode(0xdc00 + byte);
const escapes = /([\udc80-\udcff])/u;

/** The length of the sequence that a byte starts. */
const sequenceLength = (lead: number): number => (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);

/** The text of these bytes, with a byte order mark if they have one. `encode` restores the same bytes, whatever they are. */
export function decode(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const parts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const lead = bytes.readUInt8(at);
    const sequence = bytes.subarray(at, at + sequenceLength(lead));
    const valid = isUtf8(sequence);
    parts.push(valid ? sequence.toString('utf8') : escaped(lead));
    at += valid ? sequence.length : 1;
  }
  return parts.join('');
}

/** The bytes of a text in UTF-8, except for what `decode` has escaped. */
export function encode(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  // The separators are captured, so every second part is an escape.
  const parts = text.split(escapes);
  return Buffer.concat(
    parts.map((part, at) => (at % 2 === 0 ? Buffer.from(part) : Buffer.of(part.charCodeAt(0) - 0xdc00))),
  );
}

/** The most that is read of a file, in bytes. Generated files have some kilobytes, lock files some megabytes. */
export const mostBytes = 16_000_000;

/** @throws an error of the file system (EFBIG) for a file that is larger than what is read */
export function checkSize({ size }: { readonly size: number }): void {
  if (size <= mostBytes) return;
  throw Object.assign(new Error(`it has ${size} bytes; at most ${mostBytes} are read`), { code: 'EFBIG' });
}

/** The text of a file, see `decode`. Errors are those of the file system. */
export async function readRawText(file: string): Promise<string> {
  checkSize(await lstat(file));
  return decode(await readBytes(file));
}
