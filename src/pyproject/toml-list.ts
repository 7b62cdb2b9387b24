import type { AST } from 'toml-eslint-parser';
import { deletion, type Edit, indentOf, insertion, lineEnd, previousLineEnd, startsLine, type Toml } from './toml.ts';

/** An array item, and the position of the comma after it. */
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

/** The end of an item including its comma; undefined if the comma is on another line. */
function endWithComma({ end, comma }: Item, text: string): number | undefined {
  if (comma === undefined) return end;
  return text.slice(end, comma).includes('\n') ? undefined : comma + 1;
}

/** The end of the line, including a comment, if an item and its comma are alone on it. */
function ownLineEnd(item: Item, text: string): number | undefined {
  const end = endWithComma(item, text);
  return end === undefined || !startsLine(text, item.start) ? undefined : lineEnd(text, end);
}

/**
 * The edits that insert items into an array: on new lines if the item before has its own line, otherwise on the same line.
 * `removeItem` reverts them.
 * @param index the index of the item before which to insert
 * @param inserted at least one item, quoted
 */
export function insertItems(toml: Toml, list: AST.TOMLArray, index: number, inserted: readonly string[]): Edit[] {
  const { text, eol } = toml;
  const items = itemsOf(toml, list);
  const [before, after] = [items[index - 1], items[index]];
  if (before) {
    const end = ownLineEnd(before, text);
    if (end === undefined) return [insertion(before.end, inserted.map(item => `, ${item}`).join(''))];
    const lines = inserted.map(item => eol + indentOf(text, before.start) + item);
    if (before.comma !== undefined) return [insertion(end, lines.map(line => `${line},`).join(''))];
    return [insertion(before.end, ','), insertion(end, lines.join(','))];
  }
  const open = list.range[0] + 1;
  const end = lineEnd(text, open);
  if (end !== undefined) {
    const indent = after ? indentOf(text, after.start) : `${indentOf(text, open)}    `;
    const lines = inserted.map(item => eol + indent + item).join(',');
    // No trailing comma, so that it differs from a list created by dependency-lists.ts.
    return [insertion(end, after ? `${lines},` : lines)];
  }
  const joined = inserted.join(', ');
  return [after ? insertion(after.start, `${joined}, `) : insertion(open, joined)];
}

/** The edits that remove an array item, its comma and, if it has its own line, the comment there. */
export function removeItem(toml: Toml, list: AST.TOMLArray, index: number): Edit[] {
  const { text, comments } = toml;
  const items = itemsOf(toml, list);
  const item = items[index] as Item;
  const [before, after] = [items[index - 1], items[index + 1]];
  const hasComment = (start: number, end: number): boolean =>
    comments.some(({ range }) => range[0] >= start && range[1] <= end);

  const end = ownLineEnd(item, text);
  if (end !== undefined) {
    const line = deletion(previousLineEnd(text, item.start), end);
    const comma = item.comma === undefined ? before?.comma : undefined;
    return comma === undefined ? [line] : [deletion(comma, comma + 1), line];
  }
  if (before && !hasComment(before.end, item.start)) return [deletion(before.end, item.end)];
  if (after && !hasComment(item.start, after.start)) return [deletion(item.start, after.start)];
  if (item.comma === undefined) return [deletion(item.start, item.end)];
  // Keep a comment between an item and its comma.
  if (hasComment(item.end, item.comma)) {
    return [deletion(item.start, item.end), deletion(item.comma, item.comma + 1)];
  }
  return [deletion(item.start, item.comma + 1)];
}
