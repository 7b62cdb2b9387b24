import { Failure } from '../errors/failure.ts';
import { parseRequirement, type Requirement } from './requirement.ts';

/** A package that a URL or path names. */
export interface NamedSource {
  /** With its version, where the name of a wheel tells it. */
  readonly requirement: Requirement;
  /** Whether it is a file or folder, as in every line that `pip freeze` writes in a conda environment. */
  readonly isPath: boolean;
}

// Every pattern here takes time in proportion to the text: a line may have 10,000 characters.
const namePattern = '[a-z0-9][a-z0-9._-]*';
const nameAndAt = new RegExp(`^(${namePattern}) ?(\\[[^\\]]*\\])? ?@ ?(.*)$`, 'i');
const egg = new RegExp(`[#&]egg=(${namePattern})(\\[[^\\]]*\\])?`, 'i');
const wheel = /^([a-z0-9][a-z0-9._]*)-([^-]+)-(?:\d[^-]*-)?[^-]+-[^-]+-[^-]+\.whl$/i;
const archive = /\.(?:whl|zip|tar\.\w+|tgz)$/i;
const scheme = /^[a-z][a-z0-9+.-]*:/i;

/** Whether a text is what pip takes in the place of a name: a URL, a path, an archive, or a name with one of them. */
export const isSource = (text: string): boolean =>
  nameAndAt.test(oneBlank(text)) || scheme.test(text) || /^[.~]|[/\\]/.test(text) || archive.test(text);

/** The package that such a text names: before an `@`, in `#egg=`, or as a wheel. Undefined if it names none. */
export function requirementOfSource(text: string): NamedSource | undefined {
  const [, name, extras = '', target = text] = nameAndAt.exec(oneBlank(text)) ?? [];
  const isPath = /^file:/i.test(target) || !target.includes('://');
  const [, wheelName = '', version = ''] = wheel.exec(lastSegment(target)) ?? [];
  const exact = version && `==${decoded(version)}`;
  if (name !== undefined) return named(`${name}${extras}${exact}`, isPath) ?? named(`${name}${extras}`, isPath);
  const [, eggName, eggExtras = ''] = egg.exec(target) ?? [];
  // The egg of a folder is the user's own code.
  if (eggName !== undefined && !isPath) return named(`${eggName}${eggExtras}`, isPath);
  return wheelName === '' ? undefined : named(`${wheelName}${exact}`, isPath);
}

/**
 * Takes apart a requirement and its environment marker. In a URL, only a semicolon after a blank begins a marker.
 */
export function splitMarker(text: string): { readonly stated: string; readonly marker: string | undefined } {
  const semicolon = text.indexOf(';');
  if (semicolon < 0) return { stated: text.trim(), marker: undefined };
  const at = isSource(text.slice(0, semicolon).trim()) ? /\s;/.exec(text)?.index : semicolon;
  if (at === undefined) return { stated: text.trim(), marker: undefined };
  // pip takes a semicolon with nothing after it.
  return { stated: text.slice(0, at).trim(), marker: text.slice(text.indexOf(';', at) + 1).trim() || undefined };
}

/**
 * A text whose URLs may be shown: without user, password and query. A password may hold a `/` that should have been encoded:
 * what stands after a colon in the place of a port is one.
 */
export const withoutSecrets = (text: string): string =>
  text.replace(
    /(?<![a-z0-9+.-])([a-z0-9+.-]+:\/\/)(?:[^\s/]*@|[^\s/:[]*:(?!\d*(?:[/?#\s]|$))[^\s@]*@)?([^\s?#]*)(\?[^\s#]*)?/gi,
    (_, start: string, rest: string) => start + rest,
  );

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

/** Wheel names in URLs have `%2B` for the `+` of a local version. */
const decoded = (version: string): string => version.replace(/%2b/gi, '+');
