import { type AST, getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import { badRequest, type Failure } from '../errors/failure.ts';

/** A `key = value` pair of a TOML file with its full path: `['project', 'dependencies']`. */
export interface Entry {
  readonly path: readonly string[];
  readonly node: AST.TOMLKeyValue;
  /** Whether it is in an inline table. */
  readonly inline: boolean;
}

/** A TOML file parsed with source positions, for edits that leave all other text unchanged. */
export interface Toml {
  readonly text: string;
  /** Its line ending. */
  readonly eol: string;
  readonly entries: readonly Entry[];
  readonly tables: readonly AST.TOMLTable[];
  /** The positions of the commas outside of strings and comments. */
  readonly commas: readonly number[];
  readonly comments: readonly AST.Comment[];
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * Parses TOML 1.0, the version that Nix reads.
 * @param text without a byte order mark
 * @param file its path, for messages
 * @throws Failure (exit code 2) if it is not valid
 */
export function parseToml(text: string, file: string): Toml {
  const program = parse(text, file);
  const [{ body }] = program.body;
  const tables = body.filter(node => node.type === 'TOMLTable');
  return {
    text,
    eol: /\r?\n/.exec(text)?.[0] ?? '\n',
    tables,
    entries: [
      ...body.filter(node => node.type === 'TOMLKeyValue').flatMap(node => entriesOf(node, [])),
      ...tables.flatMap(({ body: inTable, resolvedKey }) =>
        inTable.flatMap(node => entriesOf(node, resolvedKey.map(String))),
      ),
    ],
    commas: program.tokens
      .filter(({ type, value }) => type === 'Punctuator' && value === ',')
      .map(({ range }) => range[0]),
    comments: program.comments,
    value: getStaticTOMLValue(program),
  };
}

function parse(text: string, file: string): AST.TOMLProgram {
  // A byte that is not UTF-8 is read as a lone surrogate: see fs/encoding.ts.
  const invalid = /[\ud800-\udfff]/u.exec(text);
  if (invalid) throw invalidToml(file, 'invalid UTF-8', text.slice(0, invalid.index).split('\n').length);
  try {
    const program = parseTOML(text, { tomlVersion: '1.0' });
    if (levelsOf(program) <= mostLevels) return program;
    throw new RangeError();
  } catch (error) {
    // What is nested too deeply exhausts the stack.
    if (error instanceof RangeError) {
      throw badRequest(
        `${file} has more than ${mostLevels} levels of brackets.`,
        'Fix the file, then run it again.',
        error,
      );
    }
    if (!(error instanceof ParseError)) throw error;
    throw invalidToml(file, error.message, error.lineNumber, error);
  }
}

/** Real files have five. */
const mostLevels = 100;

/** How deeply brackets are nested. */
function levelsOf({ tokens }: AST.TOMLProgram): number {
  let [level, most] = [0, 0];
  for (const { type, value } of tokens) {
    if (type !== 'Punctuator') continue;
    if (value === '[' || value === '{') most = Math.max(most, (level += 1));
    else if (value === ']' || value === '}') level -= 1;
  }
  return most;
}

const invalidToml = (file: string, reason: string, line: number, cause?: unknown): Failure =>
  badRequest(`${file} is not valid TOML: line ${line}: ${reason}.`, 'Fix the file, then run it again.', cause);

function entriesOf(node: AST.TOMLKeyValue, prefix: readonly string[], inline = false): Entry[] {
  const path = [...prefix, ...node.key.keys.map(key => (key.type === 'TOMLBare' ? key.name : key.value))];
  const { value } = node;
  const within = value.type === 'TOMLInlineTable' ? value.body.flatMap(inner => entriesOf(inner, path, true)) : [];
  return [{ path, node, inline }, ...within];
}

/** The entry at a path. */
export const entryAt = ({ entries }: Toml, path: readonly string[]): Entry | undefined =>
  entries.find(entry => isAt(entry.path, path));

/** The line number of the value at a path of keys and indices; undefined if there is no such value. */
export function lineOfToml({ entries }: Toml, path: readonly (string | number)[]): number | undefined {
  const prefixes = entries.filter(entry => entry.path.every((key, at) => key === String(path[at])));
  const nearest = prefixes.reduce<Entry | undefined>(
    (best, entry) => (best && best.path.length >= entry.path.length ? best : entry),
    undefined,
  );
  let node: AST.TOMLNode | undefined = nearest?.node;
  for (const index of path.slice(nearest?.path.length)) {
    const value: AST.TOMLNode | undefined = node?.type === 'TOMLKeyValue' ? node.value : node;
    node = value?.type === 'TOMLArray' && typeof index === 'number' ? value.elements[index] : undefined;
  }
  return node?.loc.start.line;
}

/** The table with this header. */
export const tableAt = ({ tables }: Toml, path: readonly string[]): AST.TOMLTable | undefined =>
  tables.find(({ kind, resolvedKey }) => kind === 'standard' && isAt(resolvedKey, path));

const isAt = (path: readonly (string | number)[], wanted: readonly string[]): boolean =>
  path.length === wanted.length && path.every((key, at) => key === wanted[at]);

/** A text edit: `put` replaces the text between two positions. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly put: string;
}

export const insertion = (at: number, put: string): Edit => ({ start: at, end: at, put });

export const deletion = (start: number, end: number): Edit => ({ start, end, put: '' });

/** Appends a block to a text, before its final newline. */
export const appending = (block: string): Edit => insertion(Infinity, block);

/** Applies edits that do not overlap. Edits at the same position keep their order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const last = text.replace(/\r?\n$/, '').length;
  let edited = '';
  let at = 0;
  for (const { start, end, put } of [...edits].sort((a, b) => a.start - b.start || 0)) {
    edited += text.slice(at, Math.min(start, last)) + put;
    at = Math.min(end, last);
  }
  return edited + text.slice(at);
}

/** Whether only whitespace precedes a position in its line. */
export const startsLine = (text: string, at: number): boolean => /(^|\n)[ \t]*$/.test(text.slice(0, at));

/** The end of the line, before its newline; undefined if anything but a comment follows the position. */
export function lineEnd(text: string, at: number): number | undefined {
  const rest = /^[ \t]*(#[^\r\n]*)?(?=\r?\n|$)/.exec(text.slice(at))?.[0];
  return rest === undefined ? undefined : at + rest.length;
}

/** The end of the previous line, before its newline. */
export const previousLineEnd = (text: string, at: number): number =>
  text.slice(0, text.lastIndexOf('\n', at - 1) + 1).replace(/\r?\n$/, '').length;

/** The end of a table's header. */
export const headerEnd = (text: string, { key: { range } }: AST.TOMLTable): number => text.indexOf(']', range[1]) + 1;

/** The indentation of the line at a position. */
export const indentOf = (text: string, at: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1))?.[0] ?? '';
