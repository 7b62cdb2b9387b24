import { pipeline, Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
import { ArchiveError } from './nar-order.ts';

type Bytes = AsyncIterable<Uint8Array>;

interface Kind {
  readonly magic: RegExp;
  readonly open: (bytes: Bytes) => Bytes | Promise<Bytes>;
}

const refuse = (what: string) => (): never => {
  throw new ArchiveError(`is ${what}; supported are .tar, .tar.gz and .tar.xz`);
};

// Known by how they begin, whatever the file's name or the server says. The beginning is matched as 'latin1'.
const kinds: readonly Kind[] = [
  { magic: /^\x1f\x8b/, open: gunzip },
  { magic: /^\xfd7zXZ\0/, open: unxz },
  { magic: /^\x28\xb5\x2f\xfd/, open: refuse('compressed with zstd') },
  { magic: /^BZh/, open: refuse('compressed with bzip2') },
  { magic: /^PK\x03\x04/, open: refuse('a zip archive') },
  { magic: /^\s*</, open: refuse('a web page, not an archive') },
];
const longestMagic = 6;

/** Takes the compression off. @throws ArchiveError if it is one that is not supported, or plainly no archive. */
export async function decompressed(bytes: Bytes): Promise<Bytes> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < longestMagic) {
    const next = await iterator.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const whole = prepend(head, { [Symbol.asyncIterator]: () => iterator });
  const start = head.toString('latin1', 0, longestMagic);
  const kind = kinds.find(({ magic }) => magic.test(start));
  if (!kind) return whole;
  try {
    return await kind.open(whole);
  } catch (error) {
    await iterator.return?.();
    throw error;
  }
}

async function* prepend(head: Uint8Array, rest: Bytes): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

/** Errors of the source are passed on to the reader of the result. */
function gunzip(bytes: Bytes): Bytes {
  return pipeline(Readable.from(bytes), createGunzip({ chunkSize: 1 << 18 }), () => {});
}

async function* unxz(bytes: Bytes): AsyncGenerator<Uint8Array> {
  const {
    default: { XzReadableStream },
  } = await import('xz-decompress');
  yield* new XzReadableStream(ReadableStream.from(bytes)) as Bytes;
}
