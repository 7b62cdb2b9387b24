import { type AST, getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import { badRequest } from '../errors/failure.ts';

/** One `key = value` of a TOML file, under its full path: `['project', 'dependencies']`. */
export interface Entry {
  readonly path: readonly string[];
  readonly node: AST.TOMLKeyValue;
  /** Whether it stands within braces. */
  readonly inline: boolean;
}

/** A TOML file with the places of what is in it: for changes that leave everything else as it was. */
export interface Toml {
  readonly text: string;
  /** How its lines end. */
  readonly eol: string;
  readonly entries: readonly Entry[];
  readonly tables: readonly AST.TOMLTable[];
  /** Where the commas are, without those in texts and comments. */
  readonly commas: readonly number[];
  readonly comments: readonly AST.Comment[];
  readonly value: Readonly<Record<string, unknown>>;
}

/** What was read last: the steps of a command ask about the same text again and again. */
let last: Toml | undefined;

/**
 * Reads TOML 1.0, which is what Nix reads.
 * @param text without a byte order mark
 * @param file its path, for messages
 * @throws Failure (exit code 2) if it is none
 */
export function readToml(text: string, file: string): Toml {
  if (last?.text === text) return last;
  const program = parse(text, file);
  const [{ body }] = program.body;
  const tables = body.filter(node => node.type === 'TOMLTable');
  last = {
    text,
    eol: /\r?\n/.exec(text)?.[0] ?? '\n',
    tables,
    entries: [
      ...body.filter(node => node.type === 'TOMLKeyValue').flatMap(node => entriesOf(node, [])),
      ...tables.flatMap(({ body: entries, resolvedKey }) =>
        entries.flatMap(node => entriesOf(node, resolvedKey.map(String))),
      ),
    ],
    commas: program.tokens
      .filter(({ type, value }) => type === 'Punctuator' && value === ',')
      .map(({ range }) => range[0]),
    comments: program.comments,
    value: getStaticTOMLValue(program),
  };
  return last;
}

function parse(text: string, file: string): AST.TOMLProgram {
  // A byte that is no UTF-8 comes as half of a pair: see fs/encoding.ts.
  const strange = /[\ud800-\udfff]/u.exec(text);
  if (strange) throw noToml(file, 'a byte is not UTF-8', text.slice(0, strange.index).split('\n').length);
  try {
    return parseTOML(text, { tomlVersion: '1.0' });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw noToml(file, error.message, error.lineNumber, error);
  }
}

const noToml = (file: string, what: string, line: number, cause?: unknown) =>
  badRequest(`${file} is no TOML: line ${line}: ${what}.`, 'Fix the file, then run it again.', cause);

function entriesOf(node: AST.TOMLKeyValue, prefix: readonly string[], inline = false): Entry[] {
  const path = [...prefix, ...node.key.keys.map(key => (key.type === 'TOMLBare' ? key.name : key.value))];
  const { value } = node;
  const within = value.type === 'TOMLInlineTable' ? value.body.flatMap(inner => entriesOf(inner, path, true)) : [];
  return [{ path, node, inline }, ...within];
}

/** The entry at a path. */
export const entryAt = ({ entries }: Toml, path: readonly string[]): Entry | undefined =>
  entries.find(entry => isAt(entry.path, path));

/** The table with that header. */
export const tableAt = ({ tables }: Toml, path: readonly string[]): AST.TOMLTable | undefined =>
  tables.find(({ kind, resolvedKey }) => kind === 'standard' && isAt(resolvedKey, path));

const isAt = (path: readonly (string | number)[], wanted: readonly string[]): boolean =>
  path.length === wanted.length && path.every((key, at) => key === wanted[at]);

/** The text with a part of it taken away, and something put in its place. */
export const splice = (text: string, start: number, end: number, put = ''): string =>
  text.slice(0, start) + put + text.slice(end);

/** Whether only blanks stand before a place in its line. */
export const startsLine = (text: string, at: number): boolean => /(^|\n)[ \t]*$/.test(text.slice(0, at));

/** Where the line ends, before its line break, if nothing but a comment follows in it. */
export function lineEnd(text: string, at: number): number | undefined {
  const rest = /^[ \t]*(#[^\r\n]*)?(?=\r?\n|$)/.exec(text.slice(at))?.[0];
  return rest === undefined ? undefined : at + rest.length;
}

/** Where the line before ends, before its line break. */
export const previousLineEnd = (text: string, at: number): number =>
  text.slice(0, text.lastIndexOf('\n', at - 1) + 1).replace(/\r?\n$/, '').length;

/** The blanks that a line begins with. */
export const indentOf = (text: string, at: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1))?.[0] ?? '';
