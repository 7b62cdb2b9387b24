/** A text is not JSON, or is nested too deeply. The message says where and never quotes the text, which may hold secrets. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/** Real files have ten levels; thousands would exhaust the stack of whatever walks through them. */
const mostLevels = 500;

/**
 * Parses JSON.
 * @throws JsonError
 */
export function parseJson(text: string): unknown {
  const { at, isDeep } = scan(text);
  if (at !== undefined) {
    const lines = text.slice(0, at).split('\n');
    const place = `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
    const found = isDeep
      ? `more than ${mostLevels} levels`
      : at === text.length
        ? 'it ends too early'
        : 'a mistake here';
    throw new JsonError(`${place}: ${found}`);
  }
  return JSON.parse(text) as unknown;
}

const blanks = /[ \t\r\n]*/y;
const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const plain = /[^"\\\u0000-\u001f]*/y; // oxlint-disable-line no-control-regex -- JSON forbids them
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The end of a match that begins at a position; the position itself if there is none. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Where a string ends that begins at `at`, or a number, or a word; `fault`: where the mistake is. */
function endOfScalar(text: string, at: number): { readonly end: number } | { readonly fault: number } {
  if (text[at] !== '"') {
    const end = endOf(literal, text, at);
    return end > at ? { end } : { fault: at };
  }
  for (let from = at + 1; ;) {
    const end = endOf(plain, text, from);
    if (text[end] === '"') return { end: end + 1 };
    from = endOf(escape, text, end);
    if (from === end) return { fault: end };
  }
}

/** Finds the first mistake, or the bracket that is one too many, without recursion. */
function scan(text: string): { readonly at?: number; readonly isDeep?: true } {
  /** The closing brackets to come. */
  const open: ('}' | ']')[] = [];
  let next: 'value' | 'key' | 'colon' | 'separator' = 'value';
  /** Whether a bracket has just been opened, and may be closed at once. */
  let fresh = false;
  let at = 0;
  for (;;) {
    at = endOf(blanks, text, at);
    const character = text[at];
    const inside = open.at(-1);
    if (next === 'separator' && inside === undefined) return at === text.length ? {} : { at };
    if (character === undefined) return { at };
    if (character === inside && (fresh || next === 'separator')) {
      open.pop();
      next = 'separator';
      at += 1;
    } else if (next === 'separator') {
      if (character !== ',') return { at };
      next = inside === '}' ? 'key' : 'value';
      at += 1;
    } else if (next === 'colon') {
      if (character !== ':') return { at };
      next = 'value';
      at += 1;
    } else if (next === 'value' && (character === '{' || character === '[')) {
      if (open.length === mostLevels) return { at, isDeep: true };
      open.push(character === '{' ? '}' : ']');
      next = character === '{' ? 'key' : 'value';
      fresh = true;
      at += 1;
      continue;
    } else {
      if (next === 'key' && character !== '"') return { at };
      const scalar = endOfScalar(text, at);
      if ('fault' in scalar) return { at: scalar.fault };
      at = scalar.end;
      next = next === 'key' ? 'colon' : 'separator';
    }
    fresh = false;
  }
}
