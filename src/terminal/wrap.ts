import { wrapAnsi } from 'fast-wrap-ansi';

/** Lines are never wrapped to fewer columns, and prose not to more: it could not be read. */
const [fewest, most] = [20, 120];

/** A command that a sentence ends with: it is to be copied, and stays in one line. */
const command = /: (?:yo )?nix-python-container\b[^\n]*/g;
const noBreak = '\u00a0';

/**
 * Wraps the lines of a text at words. A word that is longer than a line stays whole: it may be a path that is to be copied; so does
 * a command at the end of a sentence. The blanks that a line begins with are kept.
 * @param indent blanks before all lines but the first of each
 */
export function wrap(text: string, columns: number, indent = 0): string {
  const width = Math.max(fewest, Math.min(most, columns));
  return text
    .replace(command, found => {
      const end = found.search(/\.(?: |$)/);
      const whole = end < 0 ? found : found.slice(0, end);
      return `: ${whole.slice(2).replaceAll(' ', noBreak)}${found.slice(whole.length)}`;
    })
    .split('\n')
    .map((line, at) => wrapLine(line, width, at === 0 ? 0 : indent, indent))
    .join('\n')
    .replaceAll(noBreak, ' ');
}

function wrapLine(line: string, width: number, first: number, indent: number): string {
  const own = line.length - line.trimStart().length;
  const wrapped = wrapAnsi(line.trimStart(), width - indent - own, { hard: false, trim: true });
  return ' '.repeat(first + own) + wrapped.split('\n').join(`\n${' '.repeat(indent + own)}`);
}
