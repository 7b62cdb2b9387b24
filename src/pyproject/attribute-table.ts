import { badRequest } from '../errors/failure.ts';
import { editPyproject, type PyprojectDocument } from './pyproject.ts';
import {
  appending,
  deletion,
  type Edit,
  type Entry,
  headerEnd,
  indentOf,
  insertion,
  lineEnd,
  previousLineEnd,
  startsLine,
  tableAt,
  type Toml,
} from './toml.ts';

// The table of pyproject.toml in which nix/python.nix looks up the attributes of packages.

const path = ['tool', 'nixpkgs', 'attributes'] as const;
const header = `[${path.join('.')}]`;
const comment = '# Packages whose attribute in nixpkgs differs from their name on PyPI.';
const newTable = (eol: string): string => `${eol}${eol}${comment}${eol}${header}`;

/**
 * The edits that add attributes.
 * @param attributes by package; none of them is in the table
 * @throws Failure (exit code 2) if the attributes are in an inline table
 */
export function insertAttributes(
  { toml, file }: PyprojectDocument,
  attributes: Iterable<readonly [string, string]>,
): Edit[] {
  const { text, eol } = toml;
  const entries = entriesOf(toml);
  const names = entries.map(keyOf);
  const sorted = names.every((name, at) => at === 0 || (names[at - 1] as string) <= name);
  const table = tableAt(toml, path);
  const added = sorted ? [...attributes].sort(([a], [b]) => (a < b ? -1 : 1)) : [...attributes];
  const line = (key: string, attribute: string): string => `${eol}${key} = "${attribute}"`;

  const last = entries.at(-1);
  if (last) {
    return added.map(([name, attribute]) => {
      const place = sorted ? entries.findLast(entry => keyOf(entry) <= name) : last;
      if (!place && table) return insertion(lineEnd(text, headerEnd(text, table)) as number, line(name, attribute));
      const { key, range } = (place ?? last).node;
      // "attributes." in a table [tool.nixpkgs], nothing in the table itself.
      const prefix = text.slice(range[0], key.keys.at(-1)?.range[0]);
      return insertion(lineEnd(text, range[1]) as number, line(indentOf(text, range[0]) + prefix + name, attribute));
    });
  }
  const lines = added.map(([name, attribute]) => line(name, attribute)).join('');
  if (lines === '') return [];
  if (table) return [insertion(lineEnd(text, headerEnd(text, table)) as number, lines)];
  if (toml.entries.some(entry => path.every((key, at) => at >= entry.path.length || entry.path[at] === key))) {
    const [[name, attribute]] = added as [readonly [string, string]];
    throw badRequest(
      `${file}: ${name} needs an entry in ${header}, which is not written as a table.`,
      `Write ${header} as a header with ${name} = "${attribute}" below it.`,
    );
  }
  return [appending(newTable(eol) + lines)];
}

/** Removes an attribute, and its table if `insertAttributes` created that and it is empty now. */
export function removeAttribute(document: PyprojectDocument, name: string): PyprojectDocument {
  const { toml } = document;
  const { text } = toml;
  const entries = entriesOf(toml);
  const entry = entries.find(other => keyOf(other) === name);
  const end = entry && lineEnd(text, entry.node.range[1]);
  if (!entry || end === undefined || !startsLine(text, entry.node.range[0])) return document;
  const start = previousLineEnd(text, entry.node.range[0]);
  const created = newTable(toml.eol);
  const alone = entries.length === 1 && text.slice(0, start).endsWith(created);
  return editPyproject(document, [deletion(alone ? start - created.length : start, end)]);
}

/** The entries outside of inline tables. */
const entriesOf = ({ entries }: Toml): Entry[] =>
  entries.filter(
    entry => !entry.inline && entry.path.length === path.length + 1 && path.every((key, at) => entry.path[at] === key),
  );

const keyOf = (entry: Entry): string => entry.path[path.length] as string;
