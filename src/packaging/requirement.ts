import { badRequest, type Failure } from '../errors/failure.ts';
import { isContradictory, normaliseSpecifier } from './version.ts';

/** A pip package as pyproject.toml lists it: PEP 508 less URLs and environment markers. */
export interface Requirement {
  /** Normalised after PEP 503. */
  readonly name: string;
  /** Normalised, sorted, each once. */
  readonly extras: readonly string[];
  /** In its normal form, such as `>=2,<4`; empty if any version will do. */
  readonly specifier: string;
}

/** Longer requirements are not typed by mistake. */
const maxLength = 200;

const namePattern = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?/i;
const shape = new RegExp(`(?<name>${namePattern.source})\\s*(?:\\[(?<extras>[^\\]]*)\\])?\\s*(?<rest>.*)$`, 'i');
const example = 'Write it as requests, requests[socks] or "requests>=2,<3".';

/** PEP 503: case and runs of `-`, `_` and `.` make no difference. */
export const normaliseName = (text: string): string => text.toLowerCase().replace(/[-_.]+/g, '-');

/** The normalised name that a listed text begins with, whatever follows it. */
export const nameIn = (text: string): string => normaliseName(/^\s*([\w.-]*)/.exec(text)?.[1] ?? '');

/**
 * Reads one requirement, such as `Flask[async] (>=2, <4)`. Whatever comes back is harmless in TOML, Nix, Starlark and a shell.
 * @param where what an error begins with: the question, or file and line
 * @throws Failure (exit code 2) for anything else, also for a URL or a marker, which nothing generated could honour
 */
export function parseRequirement(text: string, where = 'packages'): Requirement {
  const fault = (what: string, hint = example): Failure => badRequest(`${where}: ${what}`, hint);
  if (text.length > maxLength) throw fault(`${quote(text)} is too long, at ${text.length} characters.`);
  const invalid = /[^\x20-\x7e\t]/u.exec(text)?.[0];
  if (invalid) throw fault(`${quote(text)} contains ${quote(invalid)} (${codePoint(invalid)}), which is not allowed.`);

  const groups = shape.exec(text.trim())?.groups;
  if (!groups)
    throw fault(text.trim() === '' ? 'a package name is empty.' : `${quote(text)} is not a valid package name.`);
  const { name: written = '', extras: list = '', rest = '' } = groups;
  if (/^@|:\/\//.test(rest)) {
    throw fault(`${quote(text)} is a URL, but every package comes from nixpkgs.`, "Write the package's name alone.");
  }
  const [range = '', marker] = rest.split(/;(.*)/);
  if (marker !== undefined) {
    throw fault(
      `${quote(text)} has a condition, but nixpkgs has one Python on Linux.`,
      'Leave out the ";" and what follows it, or the package.',
    );
  }

  const extras = list.trim() === '' ? [] : list.split(',').map(extra => extra.trim());
  const wrong = extras.find(extra => namePattern.exec(extra)?.[0] !== extra);
  if (wrong !== undefined) throw fault(`${quote(wrong)} in ${quote(text)} is not a valid name of an extra.`);

  const specifier = normaliseSpecifier(range.trim().replace(/^\((.*)\)$/, '$1'));
  if (specifier === undefined) {
    throw fault(
      `${quote(range.trim())} in ${quote(text)} is not a valid version range.`,
      'Ranges look like ">=2,<4", "~=2.1", "!=2.3" or "==1.*".',
    );
  }
  if (isContradictory(specifier)) {
    throw fault(`no version of ${normaliseName(written)} can be ${specifier}.`, 'Ask for one exact version only.');
  }

  const normalised = [...new Set(extras.map(normaliseName))].sort();
  const requirement = { name: normaliseName(written), extras: normalised, specifier };
  // The normal form may be the longer one, and it has to be readable again.
  const { length } = formatRequirement(requirement);
  if (length > maxLength) throw fault(`${quote(text)} is too long, at ${length} characters.`);
  return requirement;
}

/** Takes apart an answer such as `flask>=2,<4, requests[socks,security]`: commas within brackets or before an operator stay. */
export function splitRequirements(text: string, where = 'packages'): string[] {
  if (text.length > maxLength * 50) {
    throw badRequest(
      `${where}: a text of ${text.length} characters is too long.`,
      'Put the packages into a requirements file.',
    );
  }
  return text
    .split(/,(?!\s*[=!~<>])(?![^[]*\])/)
    .map(part => part.trim())
    .filter(part => part !== '');
}

/** The text that pyproject.toml gets; `parseRequirement` reads it back to the same. */
export const formatRequirement = ({ name, extras, specifier }: Requirement): string =>
  name + (extras.length > 0 ? `[${extras.join(',')}]` : '') + specifier;

/**
 * Reads requirements as people type them, several in a text if they like; each package comes once.
 * @throws Failure (exit code 2)
 */
export const readRequirementTexts = (texts: readonly string[], where?: string): Requirement[] =>
  mergeRequirements(
    texts.flatMap(text => splitRequirements(text, where)).map(text => parseRequirement(text, where)),
    where,
  );

/**
 * Names each package once, where it stood first, with the extras of all its mentions, and all their ranges at once.
 * @throws Failure (exit code 2) if those ask for two different exact versions
 */
export function mergeRequirements(requirements: readonly Requirement[], where?: string): Requirement[] {
  const merged = new Map<string, Requirement>();
  for (const next of requirements) {
    const { extras, specifier } = merged.get(next.name) ?? { extras: [], specifier: '' };
    const both = {
      name: next.name,
      extras: [...extras, ...next.extras],
      specifier: [specifier, next.specifier].filter(Boolean).join(','),
    };
    merged.set(next.name, parseRequirement(formatRequirement(both), where));
  }
  return [...merged.values()];
}

/** What a user wrote, fit for one line of a terminal: shortened, and with everything invisible spelled out. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text).replace(/(?! )[\p{C}\p{Z}]/gu, codePoint);

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
}
