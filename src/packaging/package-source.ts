import { Failure } from '../errors/failure.ts';
import { parseRequirement, type Requirement } from './requirement.ts';

/** A package named by a URL or path. */
export interface NamedSource {
  /** Includes the version if a wheel's file name contains it. */
  readonly requirement: Requirement;
  /** Whether it is a local path, as in every line that `pip freeze` prints in a conda environment. */
  readonly isPath: boolean;
}

// Every pattern here runs in linear time: a line may have 10,000 characters.
const namePattern = '[a-z0-9][a-z0-9._-]*';
const nameAndAt = new RegExp(`^(${namePattern}) ?(\\[[^\\]]*\\])? ?@ ?(.*)$`, 'i');
const egg = new RegExp(`[#&]egg=(${namePattern})(\\[[^[\\]]*\\])?`, 'i');
const wheel = /^([a-z0-9][a-z0-9._]*)-([^-]+)-(?:\d[^-]*-)?[^-]+-[^-]+-[^-]+\.whl$/i;
const archive = /\.(?:whl|zip|tar\.\w+|tgz)$/i;
const scheme = /^[a-z][a-z0-9+.-]*:/i;

/** Whether a requirement is a direct reference for pip: a URL, a path, an archive, or `name @` followed by one of these. */
export const isSource = (text: string): boolean =>
  nameAndAt.test(oneBlank(text)) || scheme.test(text) || /^[.~]|[/\\]/.test(text) || archive.test(text);

/** The package named by a direct reference: before an `@`, in `#egg=`, or in a wheel's file name. Undefined if there is no name. */
export function requirementOfSource(text: string): NamedSource | undefined {
  const [, name, extras = '', target = text] = nameAndAt.exec(oneBlank(text)) ?? [];
  const isPath = /^file:/i.test(target) || !target.includes('://');
  const [, wheelName = '', version = ''] = wheel.exec(lastSegment(target)) ?? [];
  const exact = version && `==${decoded(version)}`;
  if (name !== undefined) return named(`${name}${extras}${exact}`, isPath) ?? named(`${name}${extras}`, isPath);
  const [, eggName, eggExtras = ''] = egg.exec(target) ?? [];
  // The #egg= of a folder is the user's own code.
  if (eggName !== undefined && !isPath) return named(`${eggName}${eggExtras}`, isPath);
  return wheelName === '' ? undefined : named(`${wheelName}${exact}`, isPath);
}

/**
 * Splits a requirement from its environment marker. In a URL, only a semicolon after whitespace starts a marker.
 */
export function splitMarker(text: string): { readonly stated: string; readonly marker: string | undefined } {
  const semicolon = text.indexOf(';');
  if (semicolon < 0) return { stated: text.trim(), marker: undefined };
  const at = isSource(text.slice(0, semicolon).trim()) ? /\s;/.exec(text)?.index : semicolon;
  if (at === undefined) return { stated: text.trim(), marker: undefined };
  // pip accepts a trailing semicolon.
  return { stated: text.slice(0, at).trim(), marker: text.slice(text.indexOf(';', at) + 1).trim() || undefined };
}

function named(text: string, isPath: boolean): NamedSource | undefined {
  try {
    return { requirement: parseRequirement(text), isPath };
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

const oneBlank = (text: string): string => text.trim().split(/\s+/).join(' ');

const lastSegment = (target: string): string => target.split(/[?#]/)[0]?.split(/[/\\]/).at(-1) ?? '';

/** In a URL, the `+` of a local version in a wheel's name is encoded as `%2B`. */
const decoded = (version: string): string => version.replace(/%2b/gi, '+');
