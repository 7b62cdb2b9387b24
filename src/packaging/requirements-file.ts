import { dirname, isAbsolute, join } from 'node:path';
import { withoutByteOrderMark } from '../text/byte-order-mark.ts';
import { badRequest, Failure } from '../errors/failure.ts';
import { evaluateMarker, type MarkerEnvironment } from './marker.ts';
import { parseRequirement, quote, type Requirement } from './requirement.ts';

/** A package that a file asks for. */
export interface PlacedRequirement {
  readonly requirement: Requirement;
  /** File and line: `requirements.txt:3`. */
  readonly place: string;
}

/** A line that is not carried over, and why. */
export interface SkippedLine {
  /** As it is in the file, joined if it went over several lines; user, password and query of URLs are hidden. */
  readonly line: string;
  readonly place: string;
  /** The end of a sentence that begins with the line. */
  readonly reason: string;
}

/** What a file with requirements comes to. */
export interface ParsedRequirements {
  readonly requirements: readonly PlacedRequirement[];
  readonly skipped: readonly SkippedLine[];
  /** What is said once for the whole file: `the hashes of 23 packages are not carried over`. */
  readonly notes: readonly string[];
}

const index = 'nixpkgs is the only source of packages';
const build = 'nixpkgs builds its packages in its own way';
const hashes = 'nixpkgs checks the hashes of what it builds from';
const versions = 'the pinned nixpkgs has one version of each package';
const source = 'it is not a package by name; packages come from nixpkgs';

/** The options of pip's requirements files (pip 25) and why each is left out. */
const lineOptions: Readonly<Record<string, string>> = {
  '-c': versions,
  '--constraint': versions,
  '-e': source,
  '--editable': source,
  '-i': index,
  '--index-url': index,
  '--extra-index-url': index,
  '--no-index': index,
  '-f': index,
  '--find-links': index,
  '--trusted-host': index,
  '--no-binary': build,
  '--only-binary': build,
  '--prefer-binary': build,
  '--require-hashes': hashes,
  '--pre': versions,
  '--use-feature': build,
};

/** The options that may follow a requirement, in pip or in what people write, by what a note calls them. */
const requirementOptions: Readonly<Record<string, string>> = {
  '--hash': 'hashes',
  '--config-settings': 'build settings',
  '--config-setting': 'build settings',
  '--global-option': 'build settings',
  '--install-option': 'build settings',
  '--no-binary': 'build settings',
  '--only-binary': 'build settings',
  '--index-url': 'package indexes',
  '--extra-index-url': 'package indexes',
  '--find-links': 'package indexes',
  '--trusted-host': 'package indexes',
  '--pre': 'pre-release settings',
};

/** Bounds on what is read: no real file comes near. */
const mostCharacters = 1_000_000;
const longestLine = 10_000;

/**
 * Reads pip's requirements file and those it includes by `-r`. A line that cannot be carried over is skipped, with the reason.
 * @param read gives the text of a file; anything it throws becomes "cannot be read"
 * @throws Failure (exit code 2) if a file cannot be read, includes itself, or is over a bound
 */
export function readRequirements(
  path: string,
  read: (path: string) => string,
  environment: MarkerEnvironment = {},
): ParsedRequirements {
  const requirements: PlacedRequirement[] = [];
  const skipped: SkippedLine[] = [];
  const dropped = new Map<string, Set<string>>();
  const finished = new Set<string>();

  function readFile(file: string, includedBy: readonly string[], from?: string): void {
    for (const { text, place } of logicalLines(file, textOf(file, read, from))) {
      if (text.startsWith('-')) readOption(text, file, includedBy, place);
      else readLine(text, place);
    }
    finished.add(file);
  }

  const skip = (text: string, place: string, reason: string): void => {
    skipped.push({ line: withoutSecrets(text), place, reason });
  };

  function readOption(text: string, file: string, includedBy: readonly string[], place: string): void {
    const { option, value } = splitOption(text);
    if (option === '-r' || option === '--requirement') {
      include(file, value, [...includedBy, file], place);
      return;
    }
    const named = option === '-e' || option === '--editable' ? requirementIn(value) : undefined;
    if (named) takeNamed(text, named, place);
    else skip(text, place, (Object.hasOwn(lineOptions, option) && lineOptions[option]) || 'pip has no such option');
  }

  function include(file: string, value: string, includedBy: readonly string[], place: string): void {
    const hint = `Copy the lines that are needed into ${path}.`;
    if (value === '') throw badRequest(`${place}: no file after -r.`, 'Name the file, or remove the line.');
    if (value.includes('://')) throw badRequest(`${place}: -r names a URL, but only files are read.`, hint);
    const included = isAbsolute(value) ? value : join(dirname(file), value);
    if (includedBy.includes(included)) {
      throw badRequest(`${place}: ${quote(value)} includes itself.`, 'Remove one of the -r lines.');
    }
    if (!finished.has(included)) readFile(included, includedBy, place);
  }

  function readLine(text: string, place: string): void {
    const { stated, options } = partOptions(text);
    const { written, marker } = partMarker(stated);
    const truth = attempt(() => (marker === undefined ? true : evaluateMarker(marker, environment, place)));
    if (truth instanceof Failure) skip(text, place, reasonIn(truth, place));
    else if (truth === undefined) skip(text, place, 'whether its environment marker holds depends on the machine');
    else if (!truth) skip(text, place, 'its environment marker does not hold here');
    else if (isSource(written)) {
      const named = requirementIn(written);
      if (named) takeNamed(text, named, place);
      else skip(text, place, source);
    } else {
      const requirement = attempt(() => parseRequirement(written, place));
      if (requirement instanceof Failure) skip(text, place, reasonIn(requirement, place));
      else take(requirement, place, options);
    }
  }

  function take(requirement: Requirement, place: string, options: readonly string[]): void {
    requirements.push({ requirement, place });
    for (const option of options) {
      const kind = (Object.hasOwn(requirementOptions, option) && requirementOptions[option]) || 'unknown options';
      dropped.set(kind, (dropped.get(kind) ?? new Set()).add(requirement.name));
    }
  }

  /** A URL or path with a name to it: the name is taken, and where it came from is said. */
  function takeNamed(text: string, requirement: Requirement, place: string): void {
    requirements.push({ requirement, place });
    skip(text, place, `only the name ${requirement.name} is taken from it; packages come from nixpkgs`);
  }

  readFile(path, []);
  const notes = [...dropped].map(
    ([kind, names]) =>
      `${path}: the ${kind} of ${names.size === 1 ? '1 package' : `${names.size} packages`} are not carried over`,
  );
  return { requirements, skipped, notes };
}

/** The result, or the failure. */
function attempt<Result>(work: () => Result): Result | Failure {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** The message of a failure, without the place that it begins with, as the end of a sentence. */
const reasonIn = ({ message }: Failure, place: string): string => message.replace(`${place}: `, '').replace(/\.$/, '');

function textOf(path: string, read: (path: string) => string, from: string | undefined): string {
  let text: string;
  try {
    text = read(path);
  } catch (error) {
    if (error instanceof Failure && from === undefined) throw error;
    const reason = error instanceof Failure ? `: ${error.message}` : '.';
    throw badRequest(
      `${from ? `${from}: ` : ''}${quote(path)} cannot be read${reason}`,
      'Check its path and permissions.',
      error,
    );
  }
  if (text.length > mostCharacters) {
    throw badRequest(
      `${path} has ${text.length} characters; at most ${mostCharacters} are read.`,
      'Take out what is not needed.',
    );
  }
  if (text.includes('\0')) throw badRequest(`${quote(path)} is not a text file.`, 'Save it as UTF-8.');
  return withoutByteOrderMark(text);
}

/** Lines as pip sees them: joined at `\`, without comments and blank ones. A comment ends a joined line. */
function* logicalLines(path: string, text: string): Generator<{ text: string; place: string }> {
  let joined = '';
  let start = 0;
  const lines = text.split(/\r\n|\r|\n/);
  for (const [at, line] of lines.entries()) {
    if (joined === '') start = at + 1;
    const isComment = line.trimStart().startsWith('#');
    const goesOn = line.endsWith('\\') && !isComment;
    joined += goesOn ? line.slice(0, -1) : isComment ? ` ${line}` : line;
    if (joined.length > longestLine) {
      throw badRequest(
        `${path}:${start}: a line of more than ${longestLine} characters, joined at its backslashes.`,
        'Break it up.',
      );
    }
    if (goesOn && at < lines.length - 1) continue;
    const stripped = withoutComment(joined).trim();
    if (stripped !== '') yield { text: stripped, place: `${path}:${start}` };
    joined = '';
  }
}

/** A line up to a `#` that begins it or follows a blank: one within a word, as in a URL, is no comment. */
function withoutComment(line: string): string {
  for (let at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1)) {
    if (at === 0 || /\s/.test(line[at - 1] ?? '')) return line.slice(0, at);
  }
  return line;
}

/** Takes apart `--option value`, `--option=value`, `-o value` and `-ovalue`, less quotes around the value. */
function splitOption(text: string): { option: string; value: string } {
  const option = /^(?:--[a-z-]+|-[a-z])/i.exec(text)?.[0] ?? text;
  const value = text.slice(option.length).replace(/^=/, '').trim().replace(/^=/, '').trim();
  const quoted = /^(["'])(.*)\1$/.exec(value);
  return { option, value: quoted?.[2] ?? value };
}

/** A requirement, and the names of the options after it. */
function partOptions(text: string): { stated: string; options: readonly string[] } {
  const words = text.split(/\s+/);
  const first = words.findIndex((word, at) => at > 0 && /^--?[a-z]/i.test(word));
  if (first < 0) return { stated: text, options: [] };
  const options = words.slice(first).flatMap(word => /^--?[a-z][a-z-]*/i.exec(word)?.[0] ?? []);
  return { stated: words.slice(0, first).join(' '), options };
}

function partMarker(stated: string): { written: string; marker: string | undefined } {
  // In a URL a semicolon is part of it unless a blank stands before it.
  const at = /\s;|;\s|;(?=[^/]*$)/.exec(stated)?.index;
  const end = at === undefined ? -1 : stated.indexOf(';', at);
  return end < 0
    ? { written: stated, marker: undefined }
    : { written: stated.slice(0, end).trim(), marker: stated.slice(end + 1) };
}

/** The package that a URL or path names: before an `@`, in `#egg=`, or as a wheel or a source archive. */
function requirementIn(text: string): Requirement | undefined {
  const named = /^([a-z0-9][a-z0-9._-]*)\s*(\[[^\]]*\])?\s*@/i.exec(text);
  const egg = /[#&]egg=([a-z0-9][a-z0-9._-]*)(\[[^\]]*\])?/i.exec(text);
  const wheel = /(?:^|[/\\])([a-z0-9][a-z0-9._]*)-[^-/\\]+-[^/\\]*\.whl$/i.exec(text);
  const [, name, extras = ''] = named ?? egg ?? wheel ?? [];
  if (name === undefined) return undefined;
  const requirement = attempt(() => parseRequirement(`${name}${extras}`));
  return requirement instanceof Failure ? undefined : requirement;
}

/** URLs as they may be shown: without user, password and query. */
const withoutSecrets = (text: string): string =>
  text.replace(/([a-z0-9+.-]+:\/\/)([^\s/@]*@)?([^\s?#]*)(\?[^\s#]*)?/gi, '$1$3');

/** A URL, a path or an archive: whatever pip takes in place of a name. */
const isSource = (text: string): boolean =>
  /^[a-z0-9._-]+\s*(\[[^\]]*\])?\s*@|^[a-z][a-z0-9+.-]+:|^[.~]|[/\\]|\.(whl|zip|tar\.\w+|tgz)$/i.test(text);
