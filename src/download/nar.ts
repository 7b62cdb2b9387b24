import { createHash } from 'node:crypto';

// NAR, the serialisation Nix hashes: https://nix.dev/manual/nix/latest/protocols/nix-archive
// A string is its length as 64 bits little-endian, its bytes, and zeros up to the next multiple of 8.
const zeros = Buffer.alloc(8);
const padding = (length: number): Buffer => zeros.subarray(0, -length & 7);

function string(text: string): Buffer {
  const length = Buffer.alloc(8);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, Buffer.from(text, 'latin1'), padding(text.length)]);
}

const strings = (...texts: string[]): Buffer => Buffer.concat(texts.map(string));

const token = {
  magic: string('nix-archive-1'),
  directory: strings('(', 'type', 'directory'),
  entry: strings('entry', '(', 'name'),
  node: string('node'),
  symlink: strings('(', 'type', 'symlink', 'target'),
  file: strings('(', 'type', 'regular', 'contents'),
  executable: strings('(', 'type', 'regular', 'executable', '', 'contents'),
  end: string(')'),
};

const bufferSize = 1 << 18;
/** Larger pieces go to the hash as they are, smaller ones are gathered first: a call of update costs as much as hashing 1 kB. */
const large = 1 << 15;

/**
 * SHA-256 of a NAR, fed in NAR's own order. Names and link targets are strings of bytes ('latin1').
 * The caller sorts: within a directory, entries go in the order of the bytes of their names.
 */
export class NarHash {
  readonly #hash = createHash('sha256');
  readonly #buffer = Buffer.allocUnsafe(bufferSize);
  #used = 0;

  constructor() {
    this.#put(token.magic);
  }

  /** Begins the entry of a directory; its node follows, then `endEntry`. */
  entry(name: string): void {
    this.#put(token.entry);
    this.#put(string(name));
    this.#put(token.node);
  }

  endEntry(): void {
    this.#put(token.end);
  }

  directory(): void {
    this.#put(token.directory);
  }

  endDirectory(): void {
    this.#put(token.end);
  }

  symlink(target: string): void {
    this.#put(token.symlink);
    this.#put(string(target));
    this.#put(token.end);
  }

  /** Begins a file; `size` bytes follow through `contents`, then `endFile`. */
  file(executable: boolean, size: number): void {
    this.#put(executable ? token.executable : token.file);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(size));
    this.#put(length);
  }

  contents(bytes: Uint8Array): void {
    this.#put(bytes);
  }

  endFile(size: number): void {
    this.#put(padding(size));
    this.#put(token.end);
  }

  /** The hash in SRI form (`sha256-…=`). Nothing can be added after it. */
  digest(): string {
    this.#flush();
    return `sha256-${this.#hash.digest('base64')}`;
  }

  #put(bytes: Uint8Array): void {
    if (this.#used + bytes.length > bufferSize || bytes.length >= large) this.#flush();
    if (bytes.length >= large) {
      this.#hash.update(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  #flush(): void {
    this.#hash.update(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}
