import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failed } from '../errors/failure.ts';

const memory = 1 << 22;
const piece = 1 << 18;

/**
 * File contents that have to wait: a stack of bytes of which the last 4 MiB are in memory, what is below in one temporary file.
 * The file has no name from the moment it is open, so that nothing is left behind however the process ends.
 */
export class Spool {
  readonly #directory: string;
  readonly #tail = Buffer.allocUnsafe(memory);
  #file: number | undefined;
  /** How many bytes, from the first, are in the file; the others are in `#tail`. */
  #filed = 0;
  #used = 0;

  constructor(directory: string = tmpdir()) {
    this.#directory = directory;
  }

  get length(): number {
    return this.#filed + this.#used;
  }

  append(bytes: Uint8Array): void {
    if (this.#used + bytes.length > memory) this.#writeOut();
    if (bytes.length > memory) {
      for (let at = 0; at < bytes.length; at += memory) this.append(bytes.subarray(at, at + memory));
      return;
    }
    this.#tail.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** The bytes from `start` to `end`, in pieces that are valid until the next one is asked for. */
  *read(start: number, end: number): Generator<Uint8Array> {
    const filedEnd = Math.min(end, this.#filed);
    if (start < filedEnd) {
      const buffer = Buffer.allocUnsafe(Math.min(piece, filedEnd - start));
      for (let at = start; at < filedEnd;) {
        const got = readSync(this.#file as number, buffer, 0, Math.min(buffer.length, filedEnd - at), at);
        if (got === 0) throw new Error('The temporary file was cut short.');
        yield buffer.subarray(0, got);
        at += got;
      }
    }
    if (end > this.#filed) yield this.#tail.subarray(Math.max(0, start - this.#filed), end - this.#filed);
  }

  /** Forgets everything from `length` on. */
  truncate(length: number): void {
    // The file keeps its length: what is beyond is written over.
    this.#used = Math.max(0, length - this.#filed);
    this.#filed = Math.min(length, this.#filed);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #writeOut(): void {
    try {
      this.#file ??= openNameless(this.#directory);
      for (let at = 0; at < this.#used;) {
        at += writeSync(this.#file, this.#tail, at, this.#used - at, this.#filed + at);
      }
    } catch (error) {
      const { message } = error as Error;
      throw failed(
        `No temporary file could be written in ${this.#directory}: ${message}.`,
        'Make room, or set TMPDIR.',
        error,
      );
    }
    this.#filed += this.#used;
    this.#used = 0;
  }
}

function openNameless(directory: string): number {
  const folder = mkdtempSync(join(directory, 'nixpkgs-'));
  try {
    return openSync(join(folder, 'spool'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
