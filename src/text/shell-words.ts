/** What is wrong with a command line, as the end of a sentence. */
export class ShellWordsError extends Error {}

/**
 * Splits a command into words as a POSIX shell does: at blanks, with quotes and backslashes. What a shell would do beyond that
 * (variables, patterns, pipes, several commands) is an error, unless it is quoted: no shell will run the command.
 * @throws ShellWordsError
 */
export function shellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at] as string;
    if (/\p{Cc}/u.test(unit)) throw new ShellWordsError('has a line end or another control character');
    if (unit === ' ') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (unit === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) throw new ShellWordsError("has a ' without its second one");
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (unit === '"') {
      const [piece, end] = doubleQuoted(text, at + 1);
      word = (word ?? '') + piece;
      at = end;
    } else if (unit === '\\') {
      if (at + 1 === text.length) throw new ShellWordsError('ends with a backslash');
      word = (word ?? '') + (text[++at] as string);
    } else if (/[|&;<>()$`*?[\]{}~!]/.test(unit) || (unit === '#' && word === undefined)) {
      throw new ShellWordsError(`has a ${unit} for a shell, but none runs it: quote it, or write a script`);
    } else {
      word = (word ?? '') + unit;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** The text in double quotes from a position on, and the position of the second one. */
function doubleQuoted(text: string, start: number): [piece: string, end: number] {
  let piece = '';
  for (let at = start; at < text.length; at++) {
    const unit = text[at] as string;
    if (unit === '"') return [piece, at];
    if (unit === '$' || unit === '`') {
      throw new ShellWordsError(`has a ${unit} for a shell, but none runs it: put it in single quotes`);
    }
    const next = text[at + 1] ?? '';
    if (unit === '\\' && '"\\$`'.includes(next) && next !== '') {
      piece += next;
      at++;
    } else {
      piece += unit;
    }
  }
  throw new ShellWordsError('has a " without its second one');
}
