import type { AST } from 'toml-eslint-parser';
import { indentOf, lineEnd, previousLineEnd, splice, startsLine, type Toml } from './toml.ts';

/** One item of a list: where it begins and ends, and where the comma after it is. */
interface Item {
  readonly start: number;
  readonly end: number;
  readonly comma?: number;
}

function itemsOf({ commas }: Toml, { elements, range }: AST.TOMLArray): Item[] {
  return elements.map(({ range: [start, end] }, at) => {
    const until = elements[at + 1]?.range[0] ?? range[1];
    const comma = commas.find(position => position >= end && position < until);
    return { start, end, ...(comma === undefined ? {} : { comma }) };
  });
}

/** The end of an item with its comma, if that stands in the same line. */
function tailOf({ end, comma }: Item, text: string): number | undefined {
  if (comma === undefined) return end;
  return text.slice(end, comma).includes('\n') ? undefined : comma + 1;
}

/** The end of the line, if the item and its comma have it for themselves, comment included. */
function ownLine(item: Item, text: string): number | undefined {
  const tail = tailOf(item, text);
  return tail === undefined || !startsLine(text, item.start) ? undefined : lineEnd(text, tail);
}

/**
 * The text with an item put into a list: on a line of its own after one that has its own, else beside it. `withoutItem` undoes it.
 * @param index which item it is to be
 * @param item as it is to be written, with quotes
 */
export function insertItem(toml: Toml, list: AST.TOMLArray, index: number, item: string): string {
  const { text, eol } = toml;
  const items = itemsOf(toml, list);
  const [before, after] = [items[index - 1], items[index]];
  if (before) {
    const end = ownLine(before, text);
    if (end === undefined) return splice(text, before.end, before.end, `, ${item}`);
    const line = eol + indentOf(text, before.start) + item;
    if (before.comma !== undefined) return splice(text, end, end, `${line},`);
    return splice(splice(text, end, end, line), before.end, before.end, ',');
  }
  const open = list.range[0] + 1;
  const end = lineEnd(text, open);
  if (end !== undefined) {
    const indent = after ? indentOf(text, after.start) : `${indentOf(text, open)}    `;
    // Without a comma where it is the only one: by that, dependency-lists.ts tells such a list from one that it has made.
    return splice(text, end, end, `${eol}${indent}${item}${after ? ',' : ''}`);
  }
  return after ? splice(text, after.start, after.start, `${item}, `) : splice(text, open, open, item);
}

/** The text without an item of a list, its comma, and the comment in its line if it has that for itself. */
export function removeItem(toml: Toml, list: AST.TOMLArray, index: number): string {
  const { text, comments } = toml;
  const items = itemsOf(toml, list);
  const item = items[index] as Item;
  const [before, after] = [items[index - 1], items[index + 1]];
  const tail = item.comma === undefined ? item.end : item.comma + 1;
  const commented = (start: number, end: number): boolean =>
    comments.some(({ range }) => range[0] >= start && range[1] <= end);

  const end = ownLine(item, text);
  if (end !== undefined) {
    const cut = splice(text, previousLineEnd(text, item.start), end);
    const comma = item.comma === undefined ? before?.comma : undefined;
    return comma === undefined ? cut : splice(cut, comma, comma + 1);
  }
  if (before && !commented(before.end, item.start)) return splice(text, before.end, item.end);
  if (after && !commented(item.start, after.start)) return splice(text, item.start, after.start);
  // A comment between an item and its comma stays, on the line where it is.
  if (item.comma !== undefined && commented(item.end, item.comma)) {
    return splice(splice(text, item.comma, item.comma + 1), item.start, item.end);
  }
  return splice(text, item.start, tail);
}
