import { badRequest } from '../errors/failure.ts';

/** A line of a requirements file as pip sees it. */
export interface LogicalLine {
  readonly text: string;
  /** The line on which it begins, from 1 on. */
  readonly line: number;
}

/** Bound on a line after joining. The longest real ones are packages with more than 100 hashes: 10,000 characters. */
const longest = 100_000;

/**
 * The lines of a requirements file: joined where one ends in `\`, without comments and blank ones. A comment ends a joined line.
 * @throws Failure (exit code 2) for a line over the bound
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
        `${file}:${start}: a line of more than ${longest} characters, joined at its backslashes.`,
        'Break it up.',
      );
    }
    if (continues && at < lines.length - 1) continue;
    const stripped = withoutComment(joined).trim();
    if (stripped !== '') yield { text: stripped, line: start };
    joined = '';
  }
}

/** A line up to a `#` that begins it or follows a blank: one within a word, as in a URL, does not begin a comment. */
function withoutComment(line: string): string {
  for (let at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1)) {
    if (at === 0 || /\s/.test(line[at - 1] ?? '')) return line.slice(0, at);
  }
  return line;
}
