import { quoted } from '../text/shown.ts';
import type { NarHash } from './nar.ts';
import type { Spool } from './spool.ts';

/** What an archive holds under one name. `at` is where a file's contents begin in the spool. Strings are of bytes ('latin1'). */
export type Node =
  | { readonly kind: 'file'; readonly executable: boolean; readonly size: number; readonly at: number }
  | { readonly kind: 'symlink'; readonly target: string }
  | { readonly kind: 'directory'; readonly children: Map<string, Node> };

/** What is placed: a file's contents are yet to come, unless it says where they already are. */
export type Entry = Node | { readonly kind: 'file'; readonly executable: boolean; readonly size: number };

/** The archive is not one Nix could use. The message goes on where the archive's name ended. */
export class ArchiveError extends Error {}

/** An entry came after something that NAR wants behind it and that is hashed already. */
export class OutOfOrder extends Error {}

/** A directory of which the beginning is hashed and the end is not. */
class OpenDirectory {
  readonly name: string;
  /** The length of the spool when this directory had put nothing there. */
  readonly mark: number;
  readonly waiting: Map<string, Node>;
  /** The first name in `waiting`. */
  first: string | undefined;
  /** The last name that was hashed. */
  last = '';
  /** How far git's order has come. */
  cursor = '';

  constructor(name: string, mark: number, waiting = new Map<string, Node>()) {
    this.name = name;
    this.mark = mark;
    this.waiting = waiting;
    this.first = sorted(waiting)[0];
  }
}

/** Beyond this, a directory that waits is hashed after all: see `place`. */
const patience = 1 << 25;

/**
 * Brings the entries of an archive into NAR's order and hashes them.
 *
 * NAR sorts by name: `foo`, `foo-bar`, `foo.nix`. `git archive` sorts as if a directory's name ended in a slash: `foo-bar`, `foo.nix`,
 * `foo/`. So an entry waits while a directory named like its beginning may still come, and no longer. `tar --sort=name` has NAR's
 * order itself. Any other order ends in `Disorder` if `live`; if not, everything waits for the end and every order is right.
 */
export class NarOrder {
  readonly #nar: NarHash;
  readonly #spool: Spool;
  readonly #live: boolean;
  readonly #open: OpenDirectory[];
  /** Where the contents of the file placed last go. */
  #sink: 'nar' | 'spool' = 'spool';

  constructor(nar: NarHash, spool: Spool, live: boolean) {
    this.#nar = nar;
    this.#spool = spool;
    this.#live = live;
    this.#open = [new OpenDirectory('', 0)];
    nar.directory();
  }

  /** Takes the next entry, at `path` below the top folder. After a file, its contents follow, then `endFile`. */
  place(path: readonly string[], node: Entry): void {
    this.#sink = 'spool';
    let depth = 0;
    while (depth < path.length && this.#open[depth + 1]?.name === path[depth]) depth++;
    if (depth === path.length && node.kind !== 'directory') throw new OutOfOrder();

    for (; depth < path.length; depth++) {
      const directory = this.#open[depth] as OpenDirectory;
      const name = path[depth] as string;
      const isLast = depth === path.length - 1;
      const waiting = directory.waiting.get(name);
      if (waiting && this.#open.length > depth + 1) throw new OutOfOrder();

      // A directory this large is not kept for the sake of one that hardly ever comes (pkgs/by-name waits for pkgs/by).
      if (waiting?.kind === 'directory' && !isLast && this.#live && this.#spool.length - directory.mark > patience) {
        this.#release(directory, name, true);
        this.#forget(directory, name);
        this.#enter(directory, name, waiting.children);
        continue;
      }
      if (waiting || !this.#isNext(depth, name, !isLast || node.kind === 'directory')) {
        hang(directory.waiting, path.slice(depth), node.kind === 'file' ? { at: this.#spool.length, ...node } : node);
        if (directory.first === undefined || name < directory.first) directory.first = name;
        return;
      }
      if (!isLast || node.kind === 'directory') this.#enter(directory, name);
      else this.#begin(directory, name, node);
    }
  }

  contents(bytes: Uint8Array): void {
    if (this.#sink === 'nar') this.#nar.contents(bytes);
    else this.#spool.append(bytes);
  }

  endFile(size: number): void {
    if (this.#sink === 'spool') return;
    this.#nar.endFile(size);
    this.#nar.endEntry();
  }

  /** What has been placed at `path` and still waits. */
  find(path: readonly string[]): Node | undefined {
    let node: Node | undefined = { kind: 'directory', children: (this.#open[0] as OpenDirectory).waiting };
    for (const name of path) node = node?.kind === 'directory' ? node.children.get(name) : undefined;
    return node;
  }

  end(): void {
    this.#closeBelow(0);
    this.#release(this.#open[0] as OpenDirectory, undefined, true);
    this.#nar.endDirectory();
  }

  /** Whether the new `name` can be hashed now. Whatever can go before it is hashed first. */
  #isNext(depth: number, name: string, isDirectory: boolean): boolean {
    if (!this.#live) return false;
    this.#closeBelow(depth);
    const directory = this.#open[depth] as OpenDirectory;
    if (name <= directory.last) throw new OutOfOrder();
    const key = isDirectory ? `${name}/` : name;
    if (key > directory.cursor) directory.cursor = key;
    this.#release(directory, name, false);
    if (directory.first === undefined) this.#spool.truncate(directory.mark);
    // What still waits before this name waits for the same directory: it begins with the same letters.
    return awaited(name) <= directory.cursor;
  }

  #closeBelow(depth: number): void {
    while (this.#open.length > depth + 1) {
      const directory = this.#open.pop() as OpenDirectory;
      this.#release(directory, undefined, true);
      this.#spool.truncate(directory.mark);
      this.#nar.endDirectory();
      this.#nar.endEntry();
    }
  }

  /** Hashes what waits in `directory` before `limit`: all of it if `force`, otherwise what nothing can precede any more. */
  #release(directory: OpenDirectory, limit: string | undefined, force: boolean): void {
    const isDue = (name: string): boolean =>
      (limit === undefined || name < limit) && (force || awaited(name) <= directory.cursor);
    if (directory.first === undefined || !isDue(directory.first)) return;
    const names = sorted(directory.waiting);
    let count = 0;
    for (; count < names.length && isDue(names[count] as string); count++) {
      const name = names[count] as string;
      this.#write(name, directory.waiting.get(name) as Node);
      directory.waiting.delete(name);
      directory.last = name;
    }
    directory.first = names[count];
  }

  #forget(directory: OpenDirectory, name: string): void {
    directory.waiting.delete(name);
    directory.first = sorted(directory.waiting)[0];
  }

  #enter(parent: OpenDirectory, name: string, waiting?: Map<string, Node>): void {
    parent.last = name;
    this.#nar.entry(name);
    this.#nar.directory();
    this.#open.push(new OpenDirectory(name, this.#spool.length, waiting));
  }

  #begin(directory: OpenDirectory, name: string, node: Exclude<Entry, { kind: 'directory' }>): void {
    directory.last = name;
    if (node.kind === 'symlink') return this.#write(name, node);
    this.#sink = 'nar';
    this.#nar.entry(name);
    this.#nar.file(node.executable, node.size);
  }

  #write(name: string, node: Node): void {
    const nar = this.#nar;
    nar.entry(name);
    if (node.kind === 'symlink') nar.symlink(node.target);
    else if (node.kind === 'file') {
      nar.file(node.executable, node.size);
      for (const bytes of this.#spool.read(node.at, node.at + node.size)) nar.contents(bytes);
      nar.endFile(node.size);
    } else {
      nar.directory();
      for (const child of sorted(node.children)) this.#write(child, node.children.get(child) as Node);
      nar.endDirectory();
    }
    nar.endEntry();
  }
}

const sorted = (children: Map<string, Node>): string[] => [...children.keys()].sort();

/** Where in git's order the last directory stands that belongs before `name` in NAR's order and behind it in git's; '' if none can. */
function awaited(name: string): string {
  for (let at = 1; at < name.length; at++) if (name.charCodeAt(at) < 0x2f) return `${name.slice(0, at)}/`;
  return '';
}

function hang(children: Map<string, Node>, path: readonly string[], node: Node): void {
  const parents = path.slice(0, -1);
  const name = path.at(-1) as string;
  for (const parent of parents) {
    const found = children.get(parent) ?? { kind: 'directory', children: new Map<string, Node>() };
    if (found.kind !== 'directory') throw clash(path);
    children.set(parent, found);
    children = found.children;
  }
  const before = children.get(name);
  if (before?.kind === 'directory' && node.kind === 'directory') return;
  // A file that comes twice is the later one, as when tar unpacks it.
  if (before && (before.kind === 'directory' || node.kind === 'directory')) throw clash(path);
  children.set(name, node);
}

const clash = (path: readonly string[]): Error =>
  new ArchiveError(`holds ${quote(path.join('/'))} both as a folder and as something else`);

/** A path as it may stand in a message. */
export const quote = (bytes: string): string => quoted(Buffer.from(bytes, 'latin1').toString());
