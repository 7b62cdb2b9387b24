import type { AST } from 'toml-eslint-parser';
import { badRequest } from '../errors/failure.ts';
import { formatRequirement, nameIn, type Requirement } from '../packaging/requirement.ts';
import { arrayOf, editPyproject, itemsOf, type ListName, listPaths, type PyprojectDocument } from './pyproject.ts';
import { insertItems, removeItem } from './toml-list.ts';
import { appending, deletion, type Edit, entryAt, headerEnd, insertion, lineEnd, tableAt, type Toml } from './toml.ts';

/**
 * The edits that add packages: in alphabetical order if the list is sorted, otherwise at its end. A listed requirement for the same
 * package is replaced; there must be at most one.
 * @throws Failure (exit code 2) if the list does not exist and cannot be created
 */
export function setRequirements(
  { toml, file }: PyprojectDocument,
  list: ListName,
  requirements: readonly Requirement[],
): Edit[] {
  const array = arrayOf(toml, list);
  const names = namesOf(toml, list);
  const sorted = names.every((name, at) => name !== undefined && (at === 0 || (names[at - 1] as string) <= name));
  const wanted = sorted ? requirements.toSorted(byName) : requirements;
  if (!array) return wanted.length > 0 ? [createList(toml, file, wanted.map(formatRequirement))] : [];

  const replacements: Edit[] = [];
  const insertions = new Map<number, string[]>();
  for (const requirement of wanted) {
    const formatted = formatRequirement(requirement);
    const listed = names.indexOf(requirement.name);
    if (listed >= 0) {
      const [start, end] = rangeAt(array, listed);
      replacements.push({ start, end, put: quoted(formatted, toml.text.slice(start, end)) });
      continue;
    }
    const later = sorted ? names.findIndex(name => (name as string) > requirement.name) : -1;
    const index = later < 0 ? names.length : later;
    const neighbour = array.elements[index - 1] ?? array.elements[index];
    const item = quoted(formatted, neighbour ? toml.text.slice(...neighbour.range) : '');
    insertions.set(index, [...(insertions.get(index) ?? []), item]);
  }
  // Insertions come first: they may be at the start of an item that is replaced.
  return [...[...insertions].flatMap(([index, items]) => insertItems(toml, array, index, items)), ...replacements];
}

const byName = (a: Requirement, b: Requirement): number => (a.name < b.name ? -1 : 1);

/** The normalised names of the items; undefined for one that is not a string. */
const namesOf = (toml: Toml, list: ListName): (string | undefined)[] =>
  itemsOf(toml, list).map(item => (item === undefined ? undefined : nameIn(item)));

const rangeAt = ({ elements }: AST.TOMLArray, index: number): AST.Range => (elements[index] as AST.TOMLNode).range;

/** Quotes a requirement in the style of its neighbour; it contains neither quotes nor backslashes. */
const quoted = (formatted: string, like: string): string =>
  /^'(?!'')/.test(like) ? `'${formatted}'` : `"${formatted}"`;

/**
 * Removes a package from a list.
 * @param keep how many of its items to keep, from the first
 */
export function removeRequirement(
  document: PyprojectDocument,
  list: ListName,
  name: string,
  keep = 0,
): PyprojectDocument {
  const { toml } = document;
  const listed = [...namesOf(toml, list).entries()].filter(([, item]) => item === name).map(([index]) => index);
  const index = listed[keep];
  if (index === undefined) return document;
  const array = arrayOf(toml, list) as AST.TOMLArray;
  const edits = deleteCreatedList(toml, list, array) ?? removeItem(toml, array, index);
  return removeRequirement(editPyproject(document, edits), list, name, keep);
}

/** The list as this module creates it; `deleteCreatedList` recognises it by its exact text. */
const newList = (items: readonly string[], eol: string): string =>
  `dev = [${items.map(item => `${eol}    "${item}",`).join('')}${eol}]`;
const newTable = (eol: string): string => `${eol}${eol}[dependency-groups]${eol}`;

/** Only the dev list may be missing. */
function createList(toml: Toml, file: string, items: readonly string[]): Edit {
  const { text, eol } = toml;
  const [group] = listPaths.dev;
  const table = tableAt(toml, [group]);
  if (table) return insertion(lineEnd(text, headerEnd(text, table)) as number, eol + newList(items, eol));
  if (toml.entries.some(({ path }) => path[0] === group)) {
    throw badRequest(`${file} has dependency groups, but no table [${group}].`, 'Add a list dev = [] to them.');
  }
  return appending(newTable(eol) + newList(items, eol));
}

/** The edit that removes a list created by `createList`, and its table; undefined for any other list. */
function deleteCreatedList(toml: Toml, list: ListName, { elements }: AST.TOMLArray): Edit[] | undefined {
  const { text, eol } = toml;
  const [only, more] = elements;
  const [start, end] = entryAt(toml, listPaths.dev)?.node.range ?? [0, 0];
  const created = only?.type === 'TOMLValue' && !more && text.slice(start, end) === newList([String(only.value)], eol);
  if (list !== 'dev' || !created) return undefined;
  const before = text.slice(0, start);
  const alone = tableAt(toml, listPaths.dev.slice(0, 1))?.body.length === 1;
  const around = [...(alone ? [newTable(eol)] : []), eol].find(each => before.endsWith(each));
  return around === undefined ? undefined : [deletion(start - around.length, end)];
}
