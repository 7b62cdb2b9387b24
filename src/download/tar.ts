import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { Failure, failed } from '../errors/failure.ts';
import { ArchiveError, OutOfOrder } from './nar-order.ts';
import { Spool } from './spool.ts';
import { Tree, type TreeFacts } from './archive-tree.ts';

/** A tar archive that can be read, from its beginning, more than once. */
export interface Archive {
  /** What to call it in messages. */
  readonly name: string;
  /** How much it may hold, in GiB; 2 by default, several times of what nixpkgs does. */
  readonly maxArchive?: number;
  /** Its bytes, decompressed. */
  read(): AsyncIterable<Uint8Array>;
}

/**
 * Reads an archive and hashes its tree as Nix would, without unpacking it.
 * An archive in neither git's nor NAR's order, or with hard links, is read twice: what is hashed cannot be taken back.
 * @throws Failure (exit code 1) if it is not a tar archive, or not one that Nix can use.
 */
export async function narHashOfTar(archive: Archive): Promise<TreeFacts> {
  try {
    return await hash(archive, true).catch((error: unknown) => {
      if (error instanceof OutOfOrder) return hash(archive, false);
      throw error;
    });
  } catch (error) {
    throw explain(archive.name, error);
  }
}

async function hash(archive: Archive, live: boolean): Promise<TreeFacts> {
  const spool = new Spool();
  try {
    const tree = new Tree(spool, live);
    await parse(archive.read(), tree, archive.maxArchive ?? defaultMaxArchive);
    return tree.facts();
  } finally {
    spool.close();
  }
}

const defaultMaxArchive = 2;
const entriesPerGiB = 250_000;

/** The archive is over the limit. */
class TooLarge extends ArchiveError {
  readonly hint: string;

  constructor(message: string, maxArchive: number) {
    super(message);
    this.hint = `If this is the archive you mean, raise the limit: --max-archive ${maxArchive * 2}`;
  }
}

// Names are bytes; latin1 keeps them apart where they are no UTF-8. Archives from before POSIX have no magic.
// The parser's own types leave its options out.
const options = { filenameEncoding: 'latin1', allowUnknownFormat: true };

/** Feeds every entry of a tar stream to `tree`. */
async function parse(tar: AsyncIterable<Uint8Array>, tree: Tree, maxArchive: number): Promise<void> {
  let entries = 0;
  const parser = extract(options as Parameters<typeof extract>[0]);
  const guard = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      parser.destroy(error as Error);
    }
  };
  parser.on('entry', (header, contents, next) => {
    contents.on('error', () => {}); // The parser reports it too.
    guard(() => {
      entries += 1;
      if (entries > maxArchive * entriesPerGiB) {
        throw new TooLarge(`holds more than ${maxArchive * entriesPerGiB} files and folders`, maxArchive);
      }
      tree.entry(header);
      if (header.size === 0) {
        tree.endFile();
        contents.resume();
        next();
        return;
      }
      contents.on('data', bytes => guard(() => tree.contents(bytes as Uint8Array)));
      contents.on('end', () =>
        guard(() => {
          tree.endFile();
          next();
        }),
      );
    });
  });
  await pipeline(wholeTar(tar, maxArchive), parser);
}

/** Passes a tar stream on, and fails if it is over the limit, or ends without the zeros that end an archive: the parser would not mind. */
async function* wholeTar(tar: AsyncIterable<Uint8Array>, maxArchive: number): AsyncGenerator<Uint8Array> {
  let zeros = 0;
  let length = 0;
  for await (const bytes of tar) {
    length += bytes.length;
    if (length > maxArchive * 2 ** 30) throw new TooLarge(`unpacks to more than ${maxArchive} GiB`, maxArchive);
    let at = bytes.length;
    while (at > 0 && bytes.length - at < 512 && bytes[at - 1] === 0) at--;
    zeros = at === 0 ? zeros + bytes.length : bytes.length - at;
    yield bytes;
  }
  if (zeros < 512) throw new ArchiveError('is cut short: the end of the archive is missing');
}

// What the parser says, and how it reads behind the archive's name.
const faults: readonly (readonly [RegExp, string])[] = [
  [/^Invalid tar header|^Invalid header|^Header exceeds/, 'is not a tar archive, or is damaged'],
  [/^Unexpected end of data/, 'is cut short in the middle of a file'],
];

const checkIt = 'Check that this is the archive you mean, then try again.';

function explain(name: string, error: unknown): unknown {
  if (error instanceof Failure) return error;
  const { message } = error as Error;
  const fault = error instanceof ArchiveError ? message : faults.find(([pattern]) => pattern.test(message))?.[1];
  return fault === undefined
    ? error
    : failed(`${name} ${fault}.`, error instanceof TooLarge ? error.hint : checkIt, error);
}
