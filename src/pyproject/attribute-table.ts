import { badRequest } from '../errors/failure.ts';
import { appended, headerEnd } from './dependency-lists.ts';
import { openPyproject } from './pyproject.ts';
import { type Entry, indentOf, lineEnd, previousLineEnd, splice, startsLine, tableAt, type Toml } from './toml.ts';

// As dependency-lists.ts, for the table of attributes.

const path = ['tool', 'nixpkgs', 'attributes'] as const;
const header = `[${path.join('.')}]`;
const comment = '# Packages whose attribute in nixpkgs differs from their name on PyPI.';
const newTable = (eol: string): string => `${eol}${eol}${comment}${eol}${header}`;

/**
 * Writes the attribute of a package where nix/python.nix looks for it.
 * @throws Failure (exit code 2) if the table stands in braces
 */
export function setAttribute(text: string, file: string, name: string, attribute: string): string {
  const toml = openPyproject(text, file);
  const { eol } = toml;
  const entries = entriesOf(toml);
  const line = (key: string): string => `${eol}${key}${name} = "${attribute}"`;
  const table = tableAt(toml, path);
  const names = entries.map(keyOf);
  const sorted = names.every((other, at) => at === 0 || (names[at - 1] as string) <= other);
  const place = sorted ? entries.findLast(entry => keyOf(entry) <= name) : entries.at(-1);
  const before = place ?? (table ? undefined : entries.at(-1));
  if (before) {
    const { key, range } = before.node;
    // "attributes." in a table [tool.nixpkgs], nothing in the table itself.
    const prefix = text.slice(range[0], key.keys.at(-1)?.range[0]);
    const end = lineEnd(text, range[1]) as number;
    return splice(text, end, end, line(indentOf(text, range[0]) + prefix));
  }
  if (table) {
    const end = lineEnd(text, headerEnd(text, table)) as number;
    return splice(text, end, end, line(''));
  }
  if (toml.entries.some(entry => path.every((key, at) => at >= entry.path.length || entry.path[at] === key))) {
    throw badRequest(
      `${file}: ${name} needs an entry in ${header}, which is not written as a table.`,
      `Write ${header} as a header with ${name} = "${attribute}" below it.`,
    );
  }
  return appended(text, newTable(eol) + line(''));
}

/** Takes an entry away, and with the last one a table that withAttribute has made. */
export function removeAttribute(text: string, file: string, name: string): string {
  const toml = openPyproject(text, file);
  const entries = entriesOf(toml);
  const entry = entries.find(candidate => keyOf(candidate) === name);
  const end = entry && lineEnd(text, entry.node.range[1]);
  if (!entry || end === undefined || !startsLine(text, entry.node.range[0])) return text;
  const start = previousLineEnd(text, entry.node.range[0]);
  const made = newTable(toml.eol);
  const alone = entries.length === 1 && text.slice(0, start).endsWith(made);
  return splice(text, alone ? start - made.length : start, end);
}

/** The entries that stand in lines of their own. */
const entriesOf = ({ entries }: Toml): Entry[] =>
  entries.filter(
    entry => !entry.inline && entry.path.length === path.length + 1 && path.every((key, at) => entry.path[at] === key),
  );

const keyOf = (entry: Entry): string => entry.path[path.length] as string;
