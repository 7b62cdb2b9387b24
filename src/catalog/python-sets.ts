import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pin } from '../pin/pin.ts';
import { read } from './read.ts';
import type { Release } from './releases.ts';

/** The Python packages of one tree of nixpkgs, as Nix evaluated them. */
export interface PythonSet {
  readonly id: string;
  /** What messages call it: `nixpkgs of July 2026`. */
  readonly label: string;
  /** The commit of the tree. */
  readonly rev: string;
  /** The day of that commit, `YYYY-MM-DD`. */
  readonly date: string;
  /** The Pythons on which every package was evaluated; of others nothing is known. */
  readonly pythons: readonly string[];
}

/** One attribute of a set. */
export interface SetPackage {
  readonly attribute: string;
  readonly version: string;
  /** The extras that nixpkgs has for it (`optional-dependencies`). */
  readonly extras: readonly string[];
  /** The Pythons on which it gives no derivation: it, or a package that it needs, is broken, insecure, unfree or disabled. */
  readonly failsOn: readonly string[];
}

let index: { readonly sets: Readonly<Record<string, Omit<PythonSet, 'id'>>> } | undefined;

/** All sets, the oldest first. */
export function pythonSets(): readonly PythonSet[] {
  index ??= read('python-sets.json') as NonNullable<typeof index>;
  return Object.entries(index.sets)
    .map(([id, set]) => ({ id, ...set }))
    .sort((a, b) => (a.date < b.date ? -1 : 1));
}

const day = 86_400_000;
/** Days between two trees up to which one stands for the other: releases are half a year apart. */
const nearby = 150;

/**
 * The set that tells of a pin: that of its own commit, else the nearest in time, else none.
 * @param release the one the pin belongs to; its packages are those of the day on which it was branched off, not of its last fix
 */
export function setFor(
  pin: Pin | undefined,
  release: Release | undefined,
): (PythonSet & { readonly exact: boolean }) | undefined {
  const { locked } = pin ?? {};
  const rev = locked?.type === 'github' ? locked.rev : undefined;
  const own = pythonSets().find(set => set.rev === rev);
  if (own) return { ...own, exact: true };
  const modified = locked?.type === 'github' ? locked.lastModified : release?.pin.lastModified;
  const time = release?.released ? Date.parse(release.released) : modified === undefined ? undefined : modified * 1000;
  if (time === undefined) return undefined;
  const distance = ({ date }: PythonSet): number => Math.abs(Date.parse(date) - time) / day;
  const [nearest] = pythonSets().toSorted((a, b) => distance(a) - distance(b));
  return nearest && distance(nearest) <= nearby ? { ...nearest, exact: false } : undefined;
}

// A line each: attribute, version, extras, Pythons on which it fails, and its own name where that is another one; parted by
// tabs, sorted by attribute. Searched as text: taking 10,000 lines apart would cost more than all else that a command does.
const texts = new Map<string, string>();

function textOf({ id }: Pick<PythonSet, 'id'>): string {
  let text = texts.get(id);
  if (text === undefined) {
    text = `\n${readFileSync(join(import.meta.dirname, `python-set-${id}.txt`), 'utf8')}`;
    texts.set(id, text);
  }
  return text;
}

/** The attribute of that name in a set; undefined if it has none. */
export function packageAt(set: Pick<PythonSet, 'id'>, attribute: string): SetPackage | undefined {
  const text = textOf(set);
  const start = text.indexOf(`\n${attribute}\t`);
  return start < 0 ? undefined : parseLine(text.slice(start + 1, text.indexOf('\n', start + 1)));
}

/** The attribute of a package that calls itself by that name (`pname`), for one whose attribute is another one. */
export function packageNamed(set: Pick<PythonSet, 'id'>, name: string): SetPackage | undefined {
  const text = textOf(set);
  const end = text.indexOf(`\t${name}\n`);
  if (end < 0) return undefined;
  const line = text.slice(text.lastIndexOf('\n', end) + 1, text.indexOf('\n', end));
  return line.split('\t')[4] === name ? parseLine(line) : undefined;
}

/** The attributes of a set, sorted. */
export const attributesIn = (set: Pick<PythonSet, 'id'>): readonly string[] =>
  [...textOf(set).matchAll(/\n([^\t\n]+)\t/g)].map(([, attribute = '']) => attribute);

function parseLine(line: string): SetPackage {
  const [attribute = '', version = '', extras = '', failsOn = ''] = line.split('\t');
  const list = (text: string): string[] => text.split(',').filter(Boolean);
  return { attribute, version, extras: list(extras), failsOn: list(failsOn) };
}
