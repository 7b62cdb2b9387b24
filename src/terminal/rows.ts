import { wrap } from './wrap.ts';

/** What is to be known of a stream: texts wrap on a terminal, at its width. */
interface Width {
  readonly live: boolean;
  readonly columns: number;
}

/** A text that is indented as a block: on a terminal it wraps within what is left of the line. */
function block(text: string, indent: number, { live, columns }: Width): string {
  return live ? wrap(text, columns - indent).replaceAll('\n', `\n${' '.repeat(indent)}`) : text;
}

/**
 * A row of a list: a label at the right of its column, and beside it a text that wraps on a terminal.
 * @param width of the column of labels
 */
export const row = (
  label: string,
  text: string,
  stream: Width,
  { width = 9, paint = (shown: string): string => shown } = {},
): string => `${' '.repeat(Math.max(0, width - label.length))}${paint(label)}  ${block(text, width + 2, stream)}\n`;

/** So many columns have to be left for the second column of a table. */
const fewest = 32;

/** A table of two columns. Where a terminal is too narrow for both, the second is below the first. */
export function table(rows: readonly (readonly [first: string, second: string])[], stream: Width): string {
  const width = Math.max(...rows.map(([first]) => first.length)) + 4;
  const isNarrow = stream.live && stream.columns - width < fewest;
  return rows
    .map(([first, second]) =>
      isNarrow
        ? `  ${first}\n      ${block(second, 6, stream)}\n`
        : `  ${first.padEnd(width - 2)}${block(second, width, stream)}\n`,
    )
    .join('');
}
