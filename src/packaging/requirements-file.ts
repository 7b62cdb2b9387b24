import { dirname, isAbsolute, join } from 'node:path';
import { withoutByteOrderMark } from '../text/byte-order-mark.ts';
import { badRequest, Failure } from '../errors/failure.ts';
import { evaluateMarker, type MarkerEnvironment } from './marker.ts';
import { mergeRequirements, parseRequirement, quote, type Requirement } from './requirement.ts';

/** Something a requirements file says that the project does not take over. */
export interface SkippedLine {
  /** As it stands there, joined if it went over several; passwords in URLs are hidden. */
  readonly line: string;
  /** File and line: `requirements.txt:3`. */
  readonly where: string;
  /** The end of a sentence that begins with the line. */
  readonly reason: string;
}

export interface RequirementsFile {
  readonly requirements: Requirement[];
  readonly leftOut: SkippedLine[];
}

const index = 'nixpkgs is the only source of packages';
const build = 'nixpkgs builds its packages in its own way';
const hashes = 'nixpkgs checks the hashes of what it builds from';
const versions = 'the pinned nixpkgs has one version of each package';
const source = 'it is not a package by name; packages come from nixpkgs';

/** The options of pip's requirements files (pip 25) and why each is left out. */
const lineOptions: Record<string, string> = {
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
const requirementOptions: Record<string, string> = {
  '--hash': hashes,
  '--config-settings': build,
  '--config-setting': build,
  '--global-option': build,
  '--install-option': build,
};

/**
 * Reads pip's requirements file and those it includes by `-r`. Each package comes back once; what is not taken over is listed.
 * @param read gives the text of a file; anything it throws becomes "cannot be read"
 * @throws Failure (exit code 2) naming file and line of what makes no sense
 */
export function readRequirements(
  path: string,
  read: (path: string) => string,
  environment: MarkerEnvironment = {},
): RequirementsFile {
  const requirements: Requirement[] = [];
  const leftOut: SkippedLine[] = [];
  const finished = new Set<string>();

  function readFile(file: string, includedBy: readonly string[], from?: string): void {
    for (const { text, where } of logicalLines(file, textOf(file, read, from))) {
      const leave = (reason: string) => leftOut.push({ line: withoutPassword(text), where, reason });
      if (text.startsWith('-')) {
        const { option, value } = splitOption(text);
        if (option === '-r' || option === '--requirement') include(file, value, [...includedBy, file], where);
        else leave(reasonOf(lineOptions, option, where));
      } else if (isSource(text)) {
        leave(source);
      } else {
        const requirement = readLine(text, where, leave);
        if (requirement) requirements.push(requirement);
      }
    }
    finished.add(file);
  }

  function include(file: string, value: string, includedBy: readonly string[], where: string): void {
    const hint = `Copy the lines that are needed into ${path}.`;
    if (value === '') throw badRequest(`${where}: no file stands after -r.`, 'Name the file, or remove the line.');
    if (value.includes('://')) throw badRequest(`${where}: -r names a URL, but only files are read.`, hint);
    const included = isAbsolute(value) ? value : join(dirname(file), value);
    if (includedBy.includes(included)) {
      throw badRequest(`${where}: ${quote(value)} includes itself.`, 'Remove one of the -r lines.');
    }
    if (!finished.has(included)) readFile(included, includedBy, where);
  }

  function readLine(text: string, where: string, leave: (reason: string) => void): Requirement | undefined {
    const [stated = '', options = ''] = text.split(/\s+(?=--?[a-z])(.*)/i);
    const [written = '', marker] = stated.split(/\s*;(.*)/);
    const requirement = parseRequirement(written, where);
    const reasons = optionsIn(options).map(option => reasonOf(requirementOptions, option, where));
    const holds = marker === undefined || evaluateMarker(marker, environment, where);
    if (holds) {
      for (const reason of new Set(reasons)) leave(reason);
      return requirement;
    }
    leave(holds === false ? 'its condition does not hold here' : 'whether its condition holds is not known here');
    return undefined;
  }

  readFile(path, []);
  return { requirements: mergeRequirements(requirements, path), leftOut };
}

function textOf(path: string, read: (path: string) => string, from: string | undefined): string {
  let text: string;
  try {
    text = read(path);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw badRequest(
      `${from ? `${from}: ` : ''}${quote(path)} cannot be read.`,
      'Check its path and permissions.',
      error,
    );
  }
  // What UTF-16 looks like when it is read as UTF-8.
  if (text.includes('\0')) throw badRequest(`${quote(path)} is not a text in UTF-8.`, 'Save it as UTF-8.');
  return withoutByteOrderMark(text);
}

/** Lines as pip sees them: joined at `\`, without comments and blank ones. A comment ends a joined line. */
function* logicalLines(path: string, text: string): Generator<{ text: string; where: string }> {
  let joined = '';
  let start = 0;
  const lines = text.split(/\r\n|\r|\n/);
  // None has reason to be longer, and the patterns below take their time for blanks without end.
  const long = lines.findIndex(line => line.length > 10_000);
  if (long >= 0) throw badRequest(`${path}:${long + 1}: a line of ${lines[long]?.length} characters.`, 'Break it up.');
  for (const [at, line] of lines.entries()) {
    if (joined === '') start = at + 1;
    const isComment = /^\s*#/.test(line);
    const goesOn = line.endsWith('\\') && !isComment;
    joined += goesOn ? line.slice(0, -1) : isComment ? ` ${line}` : line;
    if (goesOn && at < lines.length - 1) continue;
    const stripped = joined.replace(/(^|\s+)#.*$/, '').trim();
    if (stripped !== '') yield { text: stripped, where: `${path}:${start}` };
    joined = '';
  }
}

/** Takes apart `--option value`, `--option=value`, `-o value` and `-ovalue`, less quotes around the value. */
function splitOption(text: string): { option: string; value: string } {
  const [, option = text, value = ''] = /^(--[a-z-]+|-[a-z])[\s=]*(.*)$/i.exec(text) ?? [];
  return { option, value: value.replace(/^(["'])(.*)\1$/, '$2') };
}

const optionsIn = (text: string): string[] => text.match(/(?<!\S)--?[a-z][a-z-]*/gi) ?? [];

function reasonOf(table: Record<string, string>, option: string, where: string): string {
  const reason = Object.hasOwn(table, option) ? table[option] : undefined;
  if (reason) return reason;
  throw badRequest(`${where}: ${quote(option)} is no option of pip here.`, 'Correct or remove it.');
}

/** What is left out ends up on a screen or in a log. */
const withoutPassword = (text: string): string => text.replace(/:\/\/\S+@/g, '://***@');

/** A URL, a path or an archive: whatever pip takes in place of a name. */
function isSource(text: string): boolean {
  const [stated = ''] = text.split(/;|\s+-/);
  return /^[a-z0-9._-]+\s*(\[[^\]]*\])?\s*@|^[a-z][a-z0-9+.-]+:|^[.~]|[/\\]|\.(whl|zip|tar\.\w+|tgz)$/i.test(stated);
}
