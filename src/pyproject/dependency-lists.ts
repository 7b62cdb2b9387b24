import type { AST } from 'toml-eslint-parser';
import { badRequest } from '../errors/failure.ts';
import { itemTexts, type ListName, listOf, listPaths, openPyproject } from './pyproject.ts';
import { formatRequirement, nameIn, type Requirement } from '../packaging/requirement.ts';
import { entryAt, lineEnd, splice, tableAt, type Toml } from './toml.ts';
import { insertItem, removeItem } from './toml-list.ts';

// All of these take the text of a pyproject.toml without a byte order mark, and give it back with one thing changed.

/** Lists a package: in the alphabet's order if the list has it, else at the end; in the place of what is listed by that name. */
export function addRequirement(text: string, file: string, list: ListName, requirement: Requirement): string {
  const toml = openPyproject(text, file);
  const array = listOf(toml, list);
  const formatted = formatRequirement(requirement);
  if (!array) return withNewList(toml, file, formatted);
  const names = itemTexts(toml, list).map(item => item && nameIn(item));
  const listed = names.indexOf(requirement.name);
  if (listed >= 0) {
    const { range } = array.elements[listed] as AST.TOMLContentNode;
    const replaced = splice(text, ...range, quoted(formatted, text.slice(...range)));
    const again = names.indexOf(requirement.name, listed + 1);
    return again < 0 ? replaced : addRequirement(without(replaced, file, list, again), file, list, requirement);
  }
  const sorted = names.every((name, at) => name !== undefined && (at === 0 || (names[at - 1] as string) <= name));
  const later = sorted ? names.findIndex(name => (name as string) > requirement.name) : -1;
  const index = later < 0 ? names.length : later;
  const neighbour = array.elements[index - 1] ?? array.elements[index];
  return insertItem(toml, array, index, quoted(formatted, neighbour ? text.slice(...neighbour.range) : ''));
}

/** Takes a package off a list, however often it is listed. */
export function removeRequirement(text: string, file: string, list: ListName, name: string): string {
  const listed = itemTexts(openPyproject(text, file), list).findIndex(
    item => item !== undefined && nameIn(item) === name,
  );
  return listed < 0 ? text : removeRequirement(without(text, file, list, listed), file, list, name);
}

/** A requirement holds neither quotes nor backslashes, so that both kinds of quotes fit. */
const quoted = (formatted: string, like: string): string =>
  /^'(?!'')/.test(like) ? `'${formatted}'` : `"${formatted}"`;

function without(text: string, file: string, list: ListName, index: number): string {
  const toml = openPyproject(text, file);
  const array = listOf(toml, list) as AST.TOMLArray;
  return withoutNewList(toml, list, array) ?? removeItem(toml, array, index);
}

/** A list that was not there; `withoutNewList` knows it by its form. */
const newList = (item: string, eol: string): string => `dev = [${eol}    "${item}",${eol}]`;
const newTable = (eol: string): string => `${eol}${eol}[dependency-groups]${eol}`;

/** Only the dev list may be missing. */
function withNewList(toml: Toml, file: string, item: string): string {
  const { text, eol } = toml;
  const [group] = listPaths.dev;
  const table = tableAt(toml, [group]);
  if (table) {
    const end = lineEnd(text, headerEnd(text, table)) as number;
    return splice(text, end, end, eol + newList(item, eol));
  }
  if (toml.entries.some(({ path }) => path[0] === group)) {
    throw badRequest(`${file} has dependency groups, but no table [${group}].`, `Write a list dev = [] beside them.`);
  }
  return appended(text, newTable(eol) + newList(item, eol));
}

function withoutNewList(toml: Toml, list: ListName, { elements }: AST.TOMLArray): string | undefined {
  const { text, eol } = toml;
  const [only, more] = elements;
  const [start, end] = entryAt(toml, listPaths.dev)?.node.range ?? [0, 0];
  const made = only?.type === 'TOMLValue' && !more && text.slice(start, end) === newList(String(only.value), eol);
  if (list !== 'dev' || !made) return undefined;
  const before = text.slice(0, start);
  const alone = tableAt(toml, listPaths.dev.slice(0, 1))?.body.length === 1;
  const around = [...(alone ? [newTable(eol)] : []), eol].find(tail => before.endsWith(tail));
  return around && splice(text, start - around.length, end);
}

/** Where the header of a table ends. */
export const headerEnd = (text: string, { key: { range } }: AST.TOMLTable): number => text.indexOf(']', range[1]) + 1;

/** A text with a block at its end, and the line break after that, if there was one. */
export function appended(text: string, block: string): string {
  const [last = ''] = /\r?\n$/.exec(text) ?? [];
  return text.slice(0, text.length - last.length) + block + last;
}
