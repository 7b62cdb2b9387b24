import type { Pin } from '../pin/pin.ts';
import { read } from './read.ts';

/** One release of nixpkgs (`26.05`) or rolling channel (`nixos-unstable`) as catalog/releases.json knows it. */
export interface Release {
  readonly name: string;
  /** Absent for rolling channels, as are `released` and `eol`, both `YYYY-MM-DD`. */
  readonly codename?: string;
  readonly released?: string;
  readonly eol?: string;
  readonly branch: string;
  /** A late commit of the branch. `lastModified` in seconds since 1970, `narHash` in SRI form. */
  readonly pin: { readonly rev: string; readonly lastModified: number; readonly narHash: string };
  /** A key of `pythons`: what `python3` is. */
  readonly defaultPython: string;
  /** By minor version (`3.13`). */
  readonly pythons: Readonly<Record<string, PackagedPython>>;
  /** By major version (`8`). */
  readonly bazels: Readonly<Record<string, Packaged>>;
  /** `exact`: read at a commit of the branch; `near`: patch versions may lag; `inferred`: from neighbours. */
  readonly confidence: 'exact' | 'near' | 'inferred';
}

/** An attribute of nixpkgs and its version, as full as it is known (`3.13.7`, or only `3.13`). */
export interface Packaged {
  readonly attribute: string;
  readonly version: string;
}

/** A Python. `unusable`: the packages of every project (flask, gunicorn, pytest) that do not evaluate on it. */
export interface PackagedPython extends Packaged {
  readonly prerelease?: true;
  readonly unusable?: readonly string[];
}

/** What a prompt can offer: `name` is the answer (`3.13`, `8`), `version` what it stands for. */
export interface Offer extends Packaged {
  readonly name: string;
  readonly isDefault: boolean;
}

interface Catalog {
  readonly python: { readonly endOfLife: Readonly<Record<string, string>> };
  readonly bazel: { readonly default: string; readonly endOfLife: Readonly<Record<string, string>> };
  readonly releases: Readonly<Record<string, Omit<Release, 'name'>>>;
}

let loaded: Catalog | undefined;

function catalog(): Catalog {
  loaded ??= read('releases.json') as Catalog;
  return loaded;
}

/** All releases: the stable ones oldest first, then the rolling channels. */
export const releases = (): readonly Release[] =>
  Object.entries(catalog().releases).map(([name, release]) => ({ name, ...release }));

/** The release of that name (`26.05`, `nixos-unstable`); undefined if there is none. */
export const findRelease = (name: string): Release | undefined => releases().find(release => release.name === name);

/**
 * The release that a pin belongs to: the one whose branch of NixOS/nixpkgs it follows, else the one whose commit it is, else the
 * one that its tree names. Without a pin, the release that was answered. Undefined if none of these is in the catalog.
 * @param answer the answer to the question for nixpkgs
 */
export const releaseOfPin = (pin: Pin | undefined, answer = ''): Release | undefined =>
  pin ? (releaseFollowedBy(pin) ?? releaseAt(pin) ?? findRelease(pin.release ?? '')) : findRelease(answer);

/** The release whose branch a pin follows. A branch of that name in a fork is not the release's. */
export function releaseFollowedBy({ original }: Pin): Release | undefined {
  if (original.type !== 'github' || `${original.owner}/${original.repo}`.toLowerCase() !== 'nixos/nixpkgs') {
    return undefined;
  }
  const { ref = '' } = original;
  // Such as nixos-26.05-small, which has the same packages.
  const [, name = ''] = /^(?:nixos|nixpkgs|release)-(\d\d\.\d\d)(?:-(?:small|darwin))?$/.exec(ref) ?? [];
  return releases().find(({ branch }) => branch === ref) ?? findRelease(name);
}

const releaseAt = ({ locked }: Pin): Release | undefined =>
  locked.type === 'github' ? releases().find(({ pin }) => pin.rev === locked.rev) : undefined;

/** A pin from a flake.lock with its `release`, which the file does not have. Rolling channels have none. */
export function withRelease(pin: Pin): Pin {
  const release = releaseOfPin(pin);
  return release?.eol === undefined ? pin : { ...pin, release: release.name };
}

/** The newest stable release that is supported on that day; once all have ended, the newest. */
export function defaultRelease(today: Date, among: readonly Release[] = releases()): Release {
  const stable = among.filter(release => release.eol !== undefined);
  const newest = stable.findLast(release => !isEndOfLife(release, today)) ?? stable.at(-1);
  if (!newest) throw new Error('catalog/releases.json has no stable release');
  return newest;
}

/** The releases that offer a Python (`3.13`; pre-releases do not count): what to name when the chosen one does not. */
export const releasesWithPython = (version: string): readonly Release[] =>
  releases().filter(release => offeredPythons(release).some(({ name }) => name === version));

/** The releases that offer a major version of Bazel (`8`). */
export const releasesWithBazel = (major: string): readonly Release[] =>
  releases().filter(release => Object.hasOwn(release.bazels, major));

/** The Pythons of a release, oldest first, without pre-releases and those on which no project evaluates. */
export const offeredPythons = ({ pythons, defaultPython }: Release): readonly Offer[] =>
  Object.entries(pythons)
    .filter(([, { prerelease, unusable }]) => !prerelease && !unusable)
    .map(([name, { attribute, version }]) => ({ name, attribute, version, isDefault: name === defaultPython }));

/** A release for a tree that is not its own: what fails in the one may work in the other, which only Nix can say. */
export const withEveryPython = (release: Release): Release => ({
  ...release,
  pythons: Object.fromEntries(
    Object.entries(release.pythons).map(([minor, { unusable: _, ...python }]) => [minor, python]),
  ),
});

/** The Bazels of a release that this generator supports, oldest first. */
export function offeredBazels(release: Release): readonly Offer[] {
  const preferred = defaultBazel(release);
  return Object.entries(release.bazels).map(([name, bazel]) => ({ name, ...bazel, isDefault: name === preferred }));
}

/** The major version of Bazel that a project gets unasked: the catalog's default, or the newest of the release. */
export function defaultBazel({ bazels, name }: Release): string {
  const preferred = catalog().bazel.default;
  const major = Object.hasOwn(bazels, preferred) ? preferred : Object.keys(bazels).at(-1);
  if (major === undefined) throw new Error(`catalog/releases.json has no Bazel for ${name}`);
  return major;
}

/** Does the release get no more security fixes? Rolling channels always do. */
export const isEndOfLife = ({ eol }: Release, today: Date): boolean => isOver(eol, today);

/** Is that Python (`3.9`) past its end of life? Not if the catalog has no date for it. */
export const isPythonEndOfLife = (version: string, today: Date): boolean => isOver(pythonEnd(version), today);

/** Is that major version of Bazel (`6`) past its end of life? Not if the catalog has no date for it. */
export const isBazelEndOfLife = (major: string, today: Date): boolean => isOver(bazelEnd(major), today);

/** The end of life of a Python (`3.9`), a month (`2025-10`) or a day; undefined if the catalog has none. */
export const pythonEnd = (version: string): string | undefined => catalog().python.endOfLife[version];

/** The same of a major version of Bazel (`6`). */
export const bazelEnd = (major: string): string | undefined => catalog().bazel.endOfLife[major];

/** Whole days from a day to the last good one (`2026-12-31`, or `2026-12` for the last of the month): negative once it is over. */
export function daysLeft(end: string, today: Date): number {
  const [year = 0, month = 0, day] = end.split('-').map(Number);
  const last = day === undefined ? Date.UTC(year, month, 0) : Date.UTC(year, month - 1, day);
  return Math.round((last - Date.parse(today.toISOString().slice(0, 10))) / 86_400_000);
}

/** The pin that a project gets with a release. Updates follow its branch. */
export const pinOf = ({ name, branch, pin, eol }: Release): Pin => ({
  original: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', ref: branch },
  locked: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', ...pin },
  ...(eol === undefined ? {} : { release: name }),
});

/** Counted in UTC. */
const isOver = (end: string | undefined, today: Date): boolean => end !== undefined && daysLeft(end, today) < 0;
