import { badRequest } from '../errors/failure.ts';

/** A logical line of a requirements file, as pip defines it. */
export interface LogicalLine {
  readonly text: string;
  /** The number of its first line, starting at 1. */
  readonly line: number;
}

/** Limit on the length of a joined line. The longest real ones, with more than 100 hashes, have 10,000 characters. */
const longest = 100_000;

/**
 * The lines of a requirements file: joined at a trailing `\`, without comments and blank lines. A comment ends a joined line.
 * @throws Failure (exit code 2) for a line over the limit
 */
export function* logicalLines(file: string, text: string): Generator<LogicalLine> {
  let joined = '';
  let start = 0;
  const lines = text.split(/\r\n|[\r\n\v\f\x1c-\x1e\u0085\u2028\u2029]/);
  for (const [at, line] of lines.entries()) {
    if (joined === '') start = at + 1;
    const isComment = line.trimStart().startsWith('#');
    const continues = line.endsWith('\\') && !isComment;
    joined += continues ? line.slice(0, -1) : isComment ? ` ${line}` : line;
    if (joined.length > longest) {
      throw badRequest(
        `${file}:${start}: the line has more than ${longest} characters, including continuation lines.`,
        'Split it.',
      );
    }
    if (continues && at < lines.length - 1) continue;
    const stripped = withoutComment(joined).trim();
    if (stripped !== '') yield { text: stripped, line: start };
    joined = '';
  }
}

/** Cuts a line at a `#` after whitespace. A `#` inside a word, as in a URL, does not start a comment. */
function withoutComment(line: string): string {
  const at = line.search(/\s#/);
  return at < 0 ? line : line.slice(0, at);
}
