import { quoted } from '../text/shown.ts';
import type { Header } from 'tar-stream';
import { NarHash } from './nar.ts';
import { ArchiveError, OutOfOrder, type Entry, NarOrder, quote } from './nar-order.ts';
import type { Spool } from './spool.ts';

/** What an archive's tree comes to. */
export interface TreeFacts {
  /** The hash of the tree below the top folder, in SRI form: what fetchTarball and `nix-prefetch-url --unpack` say. */
  readonly narHash: string;
  /** The newest modification time in the archive, in seconds since 1970: what Nix records for a tarball. */
  readonly lastModified: number;
  /** nixpkgs says here which release it belongs to (`26.05`). */
  readonly release?: string;
}

const versionFiles = ['lib/.version', '.version'];
const longestVersion = 64;
/** What Linux allows. */
const longestPath = 4096;

/** One archive's entries on their way to a hash. */
export class Tree {
  readonly #live: boolean;
  readonly #nar = new NarHash();
  readonly #order: NarOrder;
  readonly #versions = new Map<string, string>();
  #top: string | undefined;
  /** The file whose contents are being read, and which of `versionFiles` it is. */
  #file: { readonly size: number; readonly version: string | undefined } | undefined;
  #lastModified = 0;

  constructor(spool: Spool, live: boolean) {
    this.#live = live;
    this.#order = new NarOrder(this.#nar, spool, live);
  }

  /** Takes the next entry; if it is a file, its contents follow, then `endFile`. */
  entry(header: Header): void {
    this.#file = undefined;
    const name = bytesOf(header.name, paxOf(header).path);
    if (name.length > longestPath) {
      throw new ArchiveError(
        `holds a path of ${name.length} bytes (${quote(name)}); at most ${longestPath} can be unpacked`,
      );
    }
    const [top, ...path] = split(name);
    if (top === undefined) return;
    this.#top ??= top;
    if (top !== this.#top) {
      throw new ArchiveError(`has more than one top folder (${quote(this.#top)} and ${quote(top)}), which Nix refuses`);
    }
    this.#lastModified = Math.max(this.#lastModified, Math.floor(header.mtime.getTime() / 1000) || 0);
    const entry = this.#read(header, name);
    if (path.length === 0) {
      if (entry.kind !== 'directory') throw new ArchiveError(`holds ${quote(name)} outside of any folder`);
      return;
    }
    this.#order.place(path, entry);
    if (entry.kind !== 'file' || header.type === 'link') return;
    const version = entry.size <= longestVersion ? versionFiles.find(file => file === path.join('/')) : undefined;
    this.#file = { size: entry.size, version };
  }

  contents(bytes: Uint8Array): void {
    if (!this.#file) return;
    this.#order.contents(bytes);
    const { version } = this.#file;
    if (version === undefined) return;
    this.#versions.set(version, (this.#versions.get(version) ?? '') + Buffer.from(bytes).toString('latin1'));
  }

  endFile(): void {
    if (this.#file) this.#order.endFile(this.#file.size);
    this.#file = undefined;
  }

  /** After the last entry. */
  facts(): TreeFacts {
    if (this.#top === undefined) throw new ArchiveError('holds no files');
    this.#order.end();
    const version = versionFiles.map(file => this.#versions.get(file)).find(text => text !== undefined);
    const release = /^\d\d\.\d\d/.exec(version ?? '')?.[0];
    return { narHash: this.#nar.digest(), lastModified: this.#lastModified, ...(release && { release }) };
  }

  #read(header: Header, name: string): Entry {
    if (Object.keys(paxOf(header)).some(key => key.startsWith('GNU.sparse.'))) {
      throw new ArchiveError(`holds ${quote(name)} as a sparse file, which is not supported`);
    }
    switch (header.type) {
      case 'file':
      case 'contiguous-file':
        // Nix looks at the owner's bit alone.
        return { kind: 'file', executable: (header.mode & 0o100) !== 0, size: header.size };
      case 'directory':
        return { kind: 'directory', children: new Map() };
      case 'symlink':
        return { kind: 'symlink', target: linkOf(header) };
      case 'link':
        return this.#linked(linkOf(header), name);
      default:
        throw new ArchiveError(`holds ${quote(name)}, which is neither file, folder nor link`);
    }
  }

  /** The file that a hard link refers to. */
  #linked(target: string, name: string): Entry {
    // It may have been hashed and forgotten.
    if (this.#live) throw new OutOfOrder();
    const [top, ...path] = split(target);
    const node = top === this.#top ? this.#order.find(path) : undefined;
    if (!node || node.kind === 'directory') {
      throw new ArchiveError(`holds ${quote(name)} as a link to ${quote(target)}, which is not an earlier file in it`);
    }
    return node;
  }
}

const paxOf = (header: Header): Readonly<Record<string, string>> =>
  (header.pax ?? {}) as Readonly<Record<string, string>>;
const linkOf = (header: Header): string => bytesOf(header.linkname ?? '', paxOf(header).linkpath);

/** A name as a string of bytes. The parser decodes names in the encoding it is given, but those of pax headers always as UTF-8. */
function bytesOf(name: string, pax: string | undefined): string {
  if (pax === undefined) return name;
  if (pax.includes('\ufffd')) throw new ArchiveError(`holds the name ${quoted(pax)}, which is not UTF-8`);
  return Buffer.from(pax).toString('latin1');
}

function split(name: string): string[] {
  const parts = name.split('/');
  // Nearly all names are plain: to look is faster than to copy.
  if (parts.some(part => part === '' || part === '.' || part === '..')) return splitOdd(name, parts);
  return parts;
}

function splitOdd(name: string, all: readonly string[]): string[] {
  const parts = all.filter(part => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..')) {
    throw new ArchiveError(`holds ${quote(name)}, which would end up outside of its folder`);
  }
  return parts;
}
