import { quoted } from '../text/shown.ts';
import {
  defaultRelease,
  findRelease,
  isBazelEndOfLife,
  isEndOfLife,
  isPythonEndOfLife,
  type Offer,
  offeredBazels,
  offeredPythons,
  type Release,
  releases,
  releasesWithBazel,
  releasesWithPython,
} from '../catalog/releases.ts';
import { dialectOf, rules } from '../catalog/rules.ts';
import { satisfies } from '../packaging/version.ts';
import { parsePinRequest } from '../pin/pin.ts';
import { badRequest } from '../errors/failure.ts';
import { suggestions } from '../text/suggest.ts';

/** One choice of a prompt. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly description?: string;
}

/** The releases, newest first, then the rolling channels. */
export function releaseChoices(today: Date): Choice[] {
  const preferred = defaultRelease(today).name;
  const [stable, rolling] = [releases().filter(({ eol }) => eol), releases().filter(({ eol }) => !eol)];
  return [...stable.toReversed(), ...rolling].map(release => ({
    value: release.name,
    label: marked(release.name, release.name === preferred, isEndOfLife(release, today)),
    description: `Python ${names(offeredPythons(release))}; Bazel ${names(offeredBazels(release))}`,
  }));
}

/** What nixpkgs calls its newest releases in no branch or tag, and what is meant. */
const nicknames: Readonly<Record<string, string>> = {
  unstable: 'nixos-unstable',
  nixpkgs: 'nixpkgs-unstable',
  main: 'master',
};

/**
 * Checks an answer to "which nixpkgs?". What cannot be a release, nor a branch of nixpkgs, is refused with what was meant: nobody
 * need be asked.
 * @throws Failure (exit code 2)
 */
export function parseRevision(value: string, where: string): string {
  const request = parsePinRequest(value, where);
  if (request.kind === 'url') return request.url;
  if (request.kind === 'commit' || findRelease(value)) return value;
  const known = releases().map(({ name }) => name);
  const [, prefix = '', typed] = /^((?:nixos|nixpkgs|release|staging)-)?v?(\d[\d.]*)$/.exec(value) ?? [];
  // Any release can have a branch.
  if (typed !== undefined && !(prefix !== '' && isReleaseName(typed))) {
    throw badRequest(
      `${where}: unknown nixpkgs release ${value}.`,
      `${guessRelease(typed, prefix, known)}The releases are ${known.filter(isReleaseName).join(', ')}.`,
    );
  }
  const [, nickname] = Object.entries(nicknames).find(([name]) => name === value.toLowerCase()) ?? [];
  if (nickname !== undefined) {
    throw badRequest(`${where}: nixpkgs has no branch ${value}.`, `Did you mean ${nickname}?`);
  }
  return value;
}

const isReleaseName = (text: string): boolean => /^\d\d\.\d\d$/.test(text);

/** What a hint about a release that is not known begins with. */
function guessRelease(typed: string, prefix: string, known: readonly string[]): string {
  const meant = asRelease(typed);
  if (meant !== undefined && known.includes(meant)) return `Did you mean ${prefix}${meant}? `;
  const newest = known.findLast(isReleaseName) ?? '';
  // In May and November there are new ones.
  if (/^\d\d\.(05|11)$/.test(typed) && typed > newest) return `If it is out, give its branch: nixos-${typed}. `;
  const [near] = suggestions(typed, known, { most: 1, reach: 1 });
  return near === undefined ? '' : `Did you mean ${prefix}${near}? `;
}

/** A release as it may be written: 26.5, 2605, 26.05.1. */
function asRelease(typed: string): string | undefined {
  const [, year, month] = /^(\d\d)\.?(\d{1,2})(?:\.\d*)*$/.exec(typed) ?? [];
  return year === undefined || month === undefined ? undefined : `${year}.${month.padStart(2, '0')}`;
}

/** The Pythons of a release, newest first. */
export const pythonChoices = (release: Release, today: Date): Choice[] =>
  offerChoices(offeredPythons(release), version => isPythonEndOfLife(version, today));

/** The Bazels of a release, newest first. */
export const bazelChoices = (release: Release, today: Date): Choice[] =>
  offerChoices(offeredBazels(release), version => isBazelEndOfLife(version, today));

const offerChoices = (offers: readonly Offer[], isOver: (version: string) => boolean): Choice[] =>
  offers.toReversed().map(({ name, version, isDefault }) => ({
    value: name,
    label: marked(name, isDefault, isOver(name)),
    ...(version === name ? {} : { description: version }),
  }));

function marked(label: string, isDefault: boolean, isOver: boolean): string {
  const marks = [isDefault && 'default', isOver && 'end of life'].filter(Boolean);
  return marks.length > 0 ? `${label} (${marks.join(', ')})` : label;
}

/**
 * The Python of a release to suggest: its default, unless an app allows only others, of which the newest is taken.
 * @param range what the app allows (PEP 440); undefined for any
 */
export function pythonIn(release: Release, range: string | undefined): string {
  const { defaultPython } = release;
  const allowed = offeredPythons(release).filter(({ version }) => range === undefined || satisfies(version, range));
  return allowed.some(({ name }) => name === defaultPython) ? defaultPython : (allowed.at(-1)?.name ?? defaultPython);
}

/**
 * Checks a minor version of Python (`3.13`) against a release; without one, only its syntax.
 * @throws Failure (exit code 2) that names the releases with that version
 */
export function checkPython(version: string, release: Release | undefined, where = 'python'): string {
  if (!/^3\.\d{1,2}$/.test(version)) {
    throw badRequest(
      `${where}: ${quoted(version)} is not a minor version of Python.`,
      'Example: 3.13. The patch version comes from nixpkgs.',
    );
  }
  const offered = release && offeredPythons(release);
  if (!offered || offered.some(({ name }) => name === version)) return version;
  const { unusable, prerelease } = release.pythons[version] ?? {};
  const fault = unusable
    ? `has Python ${version}, but not ${unusable.join(', ')} for it`
    : `has no Python ${version}${prerelease ? ', only a pre-release' : ''}`;
  throw badRequest(
    `${where}: nixpkgs ${release.name} ${fault}.`,
    advice(`Python ${names(offered)}`, releasesWithPython(version)),
  );
}

/**
 * Checks a version of Bazel against a release, or only against the supported majors without one.
 * @returns its major version: `8` for each of `8`, `8.4` and `8.4.1` if the release has 8.4.1
 * @throws Failure (exit code 2) that names the releases with that version
 */
export function checkBazel(version: string, release: Release | undefined, where = 'bazel'): string {
  if (!/^\d{1,2}(\.\d{1,3}){0,2}$/.test(version)) {
    throw badRequest(
      `${where}: ${quoted(version)} is not a version of Bazel.`,
      'Give its major version, for example 8.',
    );
  }
  const [major = ''] = version.split('.');
  if (!dialectOf(major)) {
    const supported = [...rules().workspace.bazels, ...rules().bzlmod.bazels];
    throw badRequest(`${where}: Bazel ${major} is not supported.`, `Choose one of ${supported.join(', ')}.`);
  }
  if (!release || has(release, version)) return major;
  throw badRequest(
    `${where}: nixpkgs ${release.name} has no Bazel ${version}.`,
    advice(
      `Bazel ${names(offeredBazels(release))}`,
      releasesWithBazel(major).filter(other => has(other, version)),
    ),
  );
}

/** Whether `version` is the release's version of that major, or a prefix of it (`8.4` of 8.4.1). */
function has({ bazels }: Release, version: string): boolean {
  const packaged = bazels[version.split('.')[0] as string]?.version;
  return packaged !== undefined && `${packaged}.`.startsWith(`${version}.`);
}

const names = (named: readonly { readonly name: string }[]): string => named.map(({ name }) => name).join(', ');

const advice = (choices: string, elsewhere: readonly Release[]): string =>
  elsewhere.length > 0 ? `Choose ${choices}, or a nixpkgs that has it: ${names(elsewhere)}.` : `Choose ${choices}.`;
