/** A statement at the top level of a module, or in an `if` or `try` there; a compound one by its first line. */
export interface Statement {
  /** On one line: without comments and continuation lines. */
  readonly text: string;
  /** Whether it runs only when the file is the main program. */
  readonly onlyAsMain: boolean;
}

/** Headers of blocks whose statements still define names of the module. */
const transparent = /^(?:if|elif|else|try|except|finally|with)\b/;
const mainGuard = /^if\s*(?:\(\s*)?__name__\s*==/;

/**
 * The statements that define the names of a Python module. Never fails: of a text that is no Python, they are of no use.
 * Runs in linear time.
 */
export function moduleStatements(source: string): readonly Statement[] {
  const found: Statement[] = [];
  /** The blocks around the current line. */
  const blocks: { readonly indent: number; readonly isModule: boolean; readonly onlyAsMain: boolean }[] = [];
  for (const { indent, text } of logicalLines(source)) {
    while (blocks.length > 0 && indent <= (blocks.at(-1)?.indent ?? 0)) blocks.pop();
    const { isModule = true, onlyAsMain = false } = blocks.at(-1) ?? {};
    if (isModule) found.push({ text, onlyAsMain: onlyAsMain || mainGuard.test(text) });
    if (text.endsWith(':')) {
      blocks.push({
        indent,
        isModule: isModule && transparent.test(text),
        onlyAsMain: onlyAsMain || mainGuard.test(text),
      });
    }
  }
  return found;
}

interface Line {
  readonly indent: number;
  readonly text: string;
}

/** The lines that Python's parser sees: comments removed, those in brackets and strings joined, blank ones left out. */
function logicalLines(source: string): Line[] {
  const lines: Line[] = [];
  let text = '';
  let depth = 0;
  const finish = (): void => {
    const indent = /^[ \t]*/.exec(text)?.[0].replaceAll('\t', '        ').length ?? 0;
    if (text.trim() !== '') lines.push({ indent, text: text.trim() });
    text = '';
  };
  // A string, a comment, a continued or a plain end of line, or any other character.
  const token =
    /"""(?:[^\\]|\\[^])*?(?:"""|$)|'''(?:[^\\]|\\[^])*?(?:'''|$)|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?|#[^\n]*|\\\r?\n|\r?\n|[^"'#\\\n\r]+|[^]/gy;
  for (const [part] of source.matchAll(token)) {
    if (part.startsWith('#')) continue;
    if (/^\\?\r?\n$/.test(part)) {
      if (depth > 0 || part.startsWith('\\')) text += ' ';
      else finish();
    } else if (/^["']/.test(part)) {
      // Line breaks of a text never matter here.
      text += part.replaceAll(/\s+/g, ' ');
    } else {
      for (const character of part) {
        if ('([{'.includes(character)) depth += 1;
        else if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
      }
      text += part;
    }
  }
  finish();
  return lines;
}
