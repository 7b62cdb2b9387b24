import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';

/** One file, folder or link in a layer. */
export interface Entry {
  readonly type: string;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly time: number;
  readonly owner: string;
  /** Bytes. */
  readonly size: number;
  /** Where a link points to; empty for what is none. */
  readonly target: string;
  /** SHA-256 of the contents. */
  readonly content: string;
}

export type Bytes = AsyncIterable<Uint8Array>;

const nameOf = (header: Header): string => header.name.replace(/^\.?\/+/, '').replace(/\/$/, '') || '/';

/** Calls `visit` for each entry of a tar, in its order; what that returns gets the entry's contents, piece by piece. */
async function visitEntries(
  tar: Bytes,
  visit: (name: string, header: Header) => { readonly data?: (piece: Uint8Array) => void; readonly end?: () => void },
): Promise<void> {
  const parser = extract();
  parser.on('entry', (header, contents, next) => {
    const { data, end } = visit(nameOf(header), header);
    contents.on('data', piece => data?.(piece as Uint8Array));
    contents.on('end', () => {
      end?.();
      next();
    });
    contents.on('error', () => {}); // The parser reports it too.
  });
  await pipeline(tar, parser);
}

/** The entries of a layer by their paths, in their order. Only what is known of them is kept, not their contents. */
export async function entriesOf(tar: Bytes): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  await visitEntries(tar, (name, header) => {
    const hash = createHash('sha256');
    return {
      data: piece => hash.update(piece),
      end: () =>
        entries.set(name, {
          type: header.type ?? 'file',
          mode: header.mode ?? 0,
          time: Math.floor((header.mtime?.getTime() ?? 0) / 1000),
          owner: `${header.uid ?? 0}:${header.gid ?? 0}`,
          size: header.size ?? 0,
          target: header.linkname ?? '',
          content: hash.digest('hex'),
        }),
    };
  });
  return entries;
}

/** The contents of some files of a layer, by their paths; of each, at most the first `most` bytes. */
export async function contentsIn(
  tar: Bytes,
  names: ReadonlySet<string>,
  most: number,
): Promise<ReadonlyMap<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  await visitEntries(tar, name => {
    if (!names.has(name)) return {};
    const pieces: Uint8Array[] = [];
    let length = 0;
    return {
      data: piece => {
        if (length < most) pieces.push(piece);
        length += piece.length;
      },
      end: () => contents.set(name, Buffer.concat(pieces).subarray(0, most)),
    };
  });
  return contents;
}
