import { quoted } from '../text/shown.ts';
import { badRequest, type Failure } from '../errors/failure.ts';
import { isContradictory, normaliseSpecifier } from './version.ts';

/** A pip package as listed in pyproject.toml: PEP 508 without URLs and environment markers. */
export interface Requirement {
  /** Normalised (PEP 503). */
  readonly name: string;
  /** Normalised, sorted, without duplicates. */
  readonly extras: readonly string[];
  /** Normalised, such as `>=2,<4`; empty for any version. */
  readonly specifier: string;
}

/** No real requirement is longer. */
const maxLength = 200;

const namePattern = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?/i;
const shape = new RegExp(`(?<name>${namePattern.source})\\s*(?:\\[(?<extras>[^\\]]*)\\]\\s*)?(?<rest>[^]*)$`, 'i');
const example = 'Write it as requests, requests[socks] or "requests>=2,<3".';

/** Normalises a name (PEP 503): lower case, runs of `-`, `_` and `.` become `-`. */
export const normaliseName = (text: string): string => text.toLowerCase().replace(/[-_.]+/g, '-');

/** The normalised name at the start of a requirement, whatever follows it. */
export const nameIn = (text: string): string => normaliseName(/^\s*([\w.-]*)/.exec(text)?.[1] ?? '');

/**
 * Parses one requirement, such as `Flask[async] (>=2, <4)`. The result is safe in TOML, Nix, Starlark and a shell.
 * @param where the prefix of error messages: the question, or file and line
 * @throws Failure (exit code 2) for anything else, including URLs and markers, which generated projects do not support
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
    throw fault(`${quote(text)} is a URL, but packages come from nixpkgs.`, 'Give only the name of the package.');
  }
  const [range = '', marker] = rest.split(/;(.*)/);
  if (marker !== undefined) {
    throw fault(
      `${quote(text)} has an environment marker; environment markers are not supported.`,
      'Remove the ";" and everything after it, or the package.',
    );
  }

  const extras = list.trim() === '' ? [] : list.split(',').map(extra => extra.trim());
  const wrong = extras.find(extra => namePattern.exec(extra)?.[0] !== extra);
  if (wrong !== undefined) throw fault(`${quote(wrong)} in ${quote(text)} is not a valid extra name.`);

  const specifier = normaliseSpecifier(range.replace(/^\((.*)\)$/, '$1'));
  if (specifier === undefined && /^[a-z_]/i.test(range) && !/^(?:and|or|in)\b/i.test(range)) {
    throw fault(
      `${quote(text)} is not a valid package name.`,
      'A name has letters, digits, "-", "_" and "."; commas separate several packages.',
    );
  }
  if (specifier === undefined) {
    throw fault(
      `${quote(range)} in ${quote(text)} is not a valid version range.`,
      'Ranges look like ">=2,<4", "~=2.1", "!=2.3" or "==1.*".',
    );
  }
  if (isContradictory(specifier)) {
    throw fault(`no version of ${normaliseName(written)} satisfies ${specifier}.`, 'Give only one exact version.');
  }

  const normalised = [...new Set(extras.map(normaliseName))].sort();
  const requirement = { name: normaliseName(written), extras: normalised, specifier };
  // The normalised form may be longer, and must be parseable too.
  const { length } = formatRequirement(requirement);
  if (length > maxLength) throw fault(`${quote(text)} is too long, at ${length} characters.`);
  return requirement;
}

/** Splits an answer such as `flask>=2,<4, requests[socks,security]`: not at commas in brackets or before an operator. */
export function splitRequirements(text: string, where = 'packages'): string[] {
  if (text.length > maxLength * 50) {
    throw badRequest(
      `${where}: the list of packages is too long (${text.length} characters).`,
      'Put the packages in a requirements file.',
    );
  }
  return text
    .split(/,(?!\s*[=!~<>])(?![^[]*\])/)
    .map(part => part.trim())
    .filter(part => part !== '');
}

/** The requirement as written to pyproject.toml; `parseRequirement` parses it back to the same value. */
export const formatRequirement = ({ name, extras, specifier }: Requirement): string =>
  name + (extras.length > 0 ? `[${extras.join(',')}]` : '') + specifier;

/**
 * Parses requirements as typed by users, possibly several in one string; each package occurs once in the result.
 * @throws Failure (exit code 2)
 */
export const readRequirementTexts = (texts: readonly string[], where?: string): Requirement[] =>
  mergeRequirements(
    texts.flatMap(text => splitRequirements(text, where)).map(text => parseRequirement(text, where)),
    where,
  );

/**
 * Merges requirements for the same package, at the position of the first: all extras and all ranges combined.
 * @throws Failure (exit code 2) if they require two different exact versions
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

/** Quotes user input for one line of terminal output: without secrets, shortened, with invisible characters as code points. */
export const quote = (text: string): string => quoted(text).replace(/(?! )[\p{C}\p{Z}]/gu, codePoint);

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
}
