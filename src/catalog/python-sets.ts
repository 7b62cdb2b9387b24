import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pin } from '../pin/pin.ts';
import { monthOf } from '../text/dates.ts';
import { read } from './read.ts';
import { findRelease, type Release, releaseOfPin } from './releases.ts';

/** The Python packages of one tree of nixpkgs, as python-sets.json lists it. The packages are in `python-set-NAME.txt`. */
export interface PythonSet {
  /** `2026-07`, or the release whose pin was evaluated. */
  readonly name: string;
  /** Where the tree is from: `github:OWNER/REPO`. */
  readonly source: string;
  readonly rev: string;
  /** Seconds since 1970. */
  readonly lastModified: number;
  readonly defaultPython: string;
  /** The minor versions of Python that packages were evaluated on. */
  readonly pythons: readonly string[];
  /** The Pythons on which packages of every project fail (flask, gunicorn, pytest), with those packages. */
  readonly unusable: Readonly<Record<string, readonly string[]>>;
}

/** Why a package gives no derivation: its own mark in nixpkgs, or `fails` if a dependency or a Python is the reason. */
export type PackageFault = 'broken' | 'insecure' | 'unfree' | 'unsupported' | 'fails';

/** One package of a set. */
export interface SetEntry {
  readonly attribute: string;
  readonly version: string;
  /** The names of its optional dependencies, as nixpkgs spells them. */
  readonly extras: readonly string[];
  /** Undefined if the package evaluates on this Python, or was not evaluated on it. */
  readonly faultOn: (python: string) => PackageFault | undefined;
}

type Index = Readonly<Record<string, Omit<PythonSet, 'name'>>>;

let index: readonly PythonSet[] | undefined;

/** All sets, oldest first. */
export function pythonSets(): readonly PythonSet[] {
  index ??= Object.entries(read('python-sets.json') as Index)
    .map(([name, set]) => ({ name, ...set }))
    .sort((a, b) => a.lastModified - b.lastModified);
  return index;
}

/** How messages name a set: `nixpkgs of July 2026`. */
export function labelOf({ lastModified }: Pick<PythonSet, 'lastModified'>): string {
  const date = new Date(lastModified * 1000);
  return `nixpkgs of ${monthOf(date)}`;
}

/** A set, and whether it is that of the very commit that was asked for; else it is one from about the same time. */
export interface ChosenSet {
  readonly set: PythonSet;
  readonly exact: boolean;
}

/** About half a year, the time between two releases. */
const nearby = 183 * 24 * 60 * 60;

/**
 * The set for a commit, or else the nearest in time within half a year; undefined if there is none.
 * @param time when the versions of the commit's packages were current, in seconds since 1970
 */
export function chooseSet(
  rev: string | undefined,
  time: number | undefined,
  sets: readonly PythonSet[] = pythonSets(),
): ChosenSet | undefined {
  const same = sets.find(set => set.rev === rev);
  if (same) return { set: same, exact: true };
  if (time === undefined) return undefined;
  const away = ({ lastModified }: PythonSet): number => Math.abs(lastModified - time);
  const [nearest] = sets.filter(set => away(set) <= nearby).sort((a, b) => away(a) - away(b));
  return nearest && { set: nearest, exact: false };
}

/** The set for the pin of a release. A stable branch keeps the versions of its first day; a rolling channel has those of its pin. */
export const setOfRelease = ({ pin, released }: Pick<Release, 'pin' | 'released'>, sets?: readonly PythonSet[]) =>
  chooseSet(pin.rev, released === undefined ? pin.lastModified : Date.parse(released) / 1000, sets);

/**
 * The set for a pin; undefined if none is near.
 * @param release the release that the pin is known to belong to, by name
 */
export function setOfPin(pin: Pin | undefined, release?: string, sets?: readonly PythonSet[]): ChosenSet | undefined {
  const known = findRelease(release ?? '') ?? releaseOfPin(pin);
  const locked = pin?.locked.type === 'github' ? pin.locked : undefined;
  if (known?.released !== undefined) return chooseSet(locked?.rev, Date.parse(known.released) / 1000, sets);
  return chooseSet(locked?.rev, locked?.lastModified ?? known?.pin.lastModified, sets);
}

const texts = new Map<string, string>();

/** The text of a set: a line for each package, sorted by attribute. It is searched as it is: most of it is never parsed. */
function textOf(set: string): string {
  let text = texts.get(set);
  if (text === undefined) {
    text = readFileSync(join(import.meta.dirname, `python-set-${set}.txt`), 'utf8');
    texts.set(set, text);
  }
  return text;
}

/** What was looked for, by set and text: each release with the set asks for the same again. */
const found = new Map<string, SetEntry | undefined>();

function lookUp(set: string, wanted: string): SetEntry | undefined {
  const key = `${set}${wanted}`;
  if (!found.has(key)) found.set(key, found.size < fewLookUps ? entryWith(textOf(set), wanted) : indexed(set, wanted));
  return found.get(key);
}

/** So many packages are found by searching the text in less time than an index of it takes. */
const fewLookUps = 500;
const indices = new Map<string, ReadonlyMap<string, string>>();

/** The same from an index: the lines by what `findEntry` and `findByProjectName` look for. */
function indexed(set: string, wanted: string): SetEntry | undefined {
  let known = indices.get(set);
  if (known === undefined) {
    const lines = textOf(set).split('\n').slice(1).reverse();
    // The first of several lines is set last.
    known = new Map(
      lines.flatMap((line): [string, string][] => {
        const words = line.split(' ');
        const last = words.at(-1) ?? '';
        return [[`\n${words[0]} `, line], ...(last.startsWith('=') ? [[` ${last}\n`, line] as [string, string]] : [])];
      }),
    );
    indices.set(set, known);
  }
  const line = known.get(wanted);
  return line === undefined ? undefined : parseLine(line);
}

/** The package of an attribute; undefined if the set lacks it. */
export const findEntry = ({ name }: Pick<PythonSet, 'name'>, attribute: string): SetEntry | undefined =>
  lookUp(name, `\n${attribute} `);

/** The package with this pip name (normalised, PEP 503), where its attribute is a different one. */
export const findByProjectName = ({ name }: Pick<PythonSet, 'name'>, project: string): SetEntry | undefined =>
  lookUp(name, ` =${project}\n`);

const attributes = new Map<string, readonly string[]>();

/** The attributes of a set, sorted. */
export function attributesIn({ name }: Pick<PythonSet, 'name'>): readonly string[] {
  const known = attributes.get(name) ?? [...textOf(name).matchAll(/^[^#\s]\S*/gm)].map(([attribute]) => attribute);
  attributes.set(name, known);
  return known;
}

/** The entry whose line holds a text, which may begin with the line break before it. */
function entryWith(text: string, wanted: string): SetEntry | undefined {
  const start = text.indexOf(wanted);
  if (start < 0) return undefined;
  const inside = start + 1;
  return parseLine(text.slice(text.lastIndexOf('\n', inside - 1) + 1, text.indexOf('\n', inside)));
}

/** `NAME VERSION [extra,extra] !fault =pip-name`, the last three only where there is something to say. */
function parseLine(line: string): SetEntry | undefined {
  const [, attribute = '', version = '', extras, fault] =
    /^(\S+) (\S+)(?: \[(\S+)\])?(?: !(\S+))?(?: =\S+)?$/.exec(line) ?? [];
  if (attribute === '' || attribute === '#') return undefined;
  return {
    attribute,
    version,
    extras: extras?.split(',') ?? [],
    faultOn: python => {
      if (fault === undefined) return undefined;
      if (!/^\d/.test(fault)) return fault as PackageFault;
      return fault.split(',').includes(python) ? 'fails' : undefined;
    },
  };
}
