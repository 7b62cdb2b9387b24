import { dirname, isAbsolute, join } from 'node:path';
import { badRequest, Failure } from '../errors/failure.ts';
import { logicalLines } from './logical-lines.ts';
import type { MarkerEnvironment } from './marker.ts';
import {
  type Origin,
  type ParsedRequirements,
  type Reason,
  RequirementsBuilder,
  type Summary,
} from './parsed-requirements.ts';

/** The global options of pip's requirements files (pip 26), and why each is left out. */
const lineOptions: Readonly<Record<string, Reason | 'own'>> = {
  '--requirement': 'own',
  '--editable': 'own',
  '--constraint': 'versions',
  '--index-url': 'index',
  '--pypi-url': 'index',
  '--extra-index-url': 'index',
  '--no-index': 'index',
  '--find-links': 'index',
  '--trusted-host': 'index',
  '--no-binary': 'build',
  '--only-binary': 'build',
  '--prefer-binary': 'build',
  '--config-settings': 'build',
  '--global-option': 'build',
  '--use-feature': 'build',
  '--require-hashes': 'hashes',
  '--hash': 'hashes',
  '--pre': 'versions',
  '--all-releases': 'versions',
  '--only-final': 'versions',
  '--uploaded-prior-to': 'versions',
};

const shortOptions: Readonly<Record<string, string>> = {
  '-r': '--requirement',
  '-e': '--editable',
  '-c': '--constraint',
  '-i': '--index-url',
  '-f': '--find-links',
  '-C': '--config-settings',
};

/** The remarks about per-requirement options, including those that pip ignores. */
const packageOptions: Readonly<Record<string, Summary>> = {
  '--hash': 'hashes',
  '--config-settings': 'buildSettings',
  '--config-setting': 'buildSettings',
  '--global-option': 'buildSettings',
  '--install-option': 'buildSettings',
  '--no-binary': 'buildSettings',
  '--only-binary': 'buildSettings',
  '--no-use-pep517': 'buildSettings',
  '--index-url': 'indexes',
  '--extra-index-url': 'indexes',
  '--find-links': 'indexes',
  '--trusted-host': 'indexes',
};

/** Limits, far above any real file. */
const mostCharacters = 1_000_000;
const mostFiles = 100;

/**
 * Reads a pip requirements file and the files it includes with `-r`. An unsupported line, or an include that cannot be read, is
 * skipped, with the reason.
 * @param read returns the text of a file, without a byte order mark
 * @throws Failure (exit code 2) if the file itself cannot be read, or a file exceeds a limit
 */
export function readRequirements(
  path: string,
  read: (path: string) => string,
  environment: MarkerEnvironment = {},
  origin?: Origin,
): ParsedRequirements {
  const found = new RequirementsBuilder(path, environment, origin);
  const finished = new Set<string>();

  function readText(whole: string, file: string, includedBy: readonly string[]): void {
    for (const { text, line } of logicalLines(file, whole)) {
      const place = `${file}:${line}`;
      if (text.startsWith('-')) readOption(text, file, includedBy, place);
      else addPipLine(text, place, found);
    }
    finished.add(file);
  }

  function readOption(text: string, file: string, includedBy: readonly string[], place: string): void {
    const { option, value, more } = splitOption(text);
    if (option !== '--requirement') {
      addPipLine(text, place, found);
      return;
    }
    include(file, value, [...includedBy, file], place, text);
    if (more !== '') found.skip(more, place, 'pip ignores everything after -r and its file');
  }

  function include(file: string, value: string, includedBy: readonly string[], place: string, text: string): void {
    if (value === '') return found.skip(text, place, 'it does not name a file');
    if (value.includes('://')) return found.skip(text, place, 'only files can be included, not URLs');
    const included = isAbsolute(value) ? value : join(dirname(file), value);
    if (includedBy.includes(included)) return found.skip(text, place, 'the file includes itself');
    if (finished.has(included)) return undefined;
    if (finished.size + includedBy.length >= mostFiles) {
      const hint = `Copy the lines you need into ${path}.`;
      throw badRequest(`${place}: includes more than ${mostFiles} files.`, hint);
    }
    let whole: string;
    try {
      whole = read(included);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return found.skip(text, place, error.message.replace(/\.$/, ''));
    }
    return readText(bounded(whole, included), included, includedBy);
  }

  readText(bounded(read(path), path), path, []);
  return found.result();
}

/** Adds one line in pip's format, which other formats may contain too. Does not follow `-r`. */
export function addPipLine(line: string, place: string, found: RequirementsBuilder): void {
  if (line.startsWith('-')) {
    const { option, value } = splitOption(line);
    if (option === '--editable') found.addText(value, place, { line });
    else found.skip(line, place, reasonFor(option, found));
    return;
  }
  const { stated, options } = splitOptions(line);
  const name = found.addText(stated, place);
  if (name === undefined) return;
  for (const option of options) found.summarise(packageOptions[option] ?? 'otherOptions', name);
}

function reasonFor(option: string, found: RequirementsBuilder): string {
  const reason = lineOptions[option];
  if (reason === undefined) return 'it is not a pip option for requirements files';
  return reason === 'own'
    ? 'included files are not read here: pass the file with --requirements as well'
    : found.reason(reason);
}

function bounded(text: string, path: string): string {
  if (text.length > mostCharacters) {
    throw badRequest(
      `${path} has ${text.length} characters; the limit is ${mostCharacters}.`,
      'Remove lines you do not need.',
    );
  }
  return text;
}

/** Splits `--option value`, `--option=value`, `-o value` and `-ovalue`, and unquotes the value. Long options may be abbreviated. */
function splitOption(text: string): { readonly option: string; readonly value: string; readonly more: string } {
  const written = /^(?:--[a-z][a-z0-9-]*|-[a-z])/i.exec(text)?.[0] ?? text;
  const [value = '', ...more] = wordsOf(text.slice(written.length).replace(/^\s*=/, ''));
  return { option: longName(written), value, more: more.join(' ') };
}

function longName(written: string): string {
  if (!written.startsWith('--')) return shortOptions[written] ?? written;
  const [longer = written, ...others] = Object.keys(lineOptions).filter(option => option.startsWith(written));
  return others.length === 0 ? longer : written;
}

/** Splits a text into words like a shell, but keeps backslashes, which occur in Windows paths. */
const wordsOf = (text: string): string[] =>
  [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"']|["'])+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  );

/** Splits a requirement from the names of the options after it. */
function splitOptions(text: string): { readonly stated: string; readonly options: readonly string[] } {
  const start = /\s--?[a-z]/i.exec(text)?.index;
  if (start === undefined) return { stated: text, options: [] };
  const options = text.slice(start).match(/(?<=\s)--?[a-z][a-z-]*/gi) ?? [];
  return { stated: text.slice(0, start).trim(), options };
}
