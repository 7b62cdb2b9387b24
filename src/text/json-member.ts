import { splitByteOrderMark } from './byte-order-mark.ts';

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gsy;

/** A member of the outermost object of a JSON text: its key, and from where to where its value reaches. */
interface Member {
  readonly key: unknown;
  readonly start: number;
  readonly end: number;
}

/** The members of the outermost object of a valid JSON text, and where its closing brace is; undefined if it is no object. */
function membersOf(json: string): { readonly members: readonly Member[]; readonly close: number } | undefined {
  const members: Member[] = [];
  let depth = 0;
  let key: unknown;
  let start = -1;
  let end = 0;
  for (const { text, at } of tokensOf(json)) {
    if (depth === 0 && text !== '{') return undefined;
    if (depth === 1 && (text === ',' || text === '}')) {
      if (start >= 0) members.push({ key, start, end });
      if (text === '}') return { members, close: at };
      [key, start] = [undefined, -1];
    } else if (depth === 1 && key === undefined) {
      key = JSON.parse(text);
    } else if (depth === 1 && start < 0 && text !== ':') {
      start = at;
    }
    if (text === '{' || text === '[') depth++;
    if (text === '}' || text === ']') depth--;
    end = at + text.length;
  }
  return undefined;
}

function* tokensOf(json: string): Generator<{ readonly text: string; readonly at: number }> {
  const blank = /\s*/y;
  for (let at = 0; at < json.length;) {
    blank.lastIndex = at;
    at += blank.exec(json)?.[0].length ?? 0;
    token.lastIndex = at;
    const text = token.exec(json)?.[0];
    if (text === undefined) return;
    yield { text, at };
    at += text.length;
  }
}

/**
 * Sets one member of the outermost object of a JSON text, and keeps everything else to the byte: other members, the order, blanks, a
 * byte order mark, numbers that JavaScript cannot hold. Nothing changes if the member has that value.
 * @param text valid JSON
 * @returns undefined if it is no object
 */
export function withMember(text: string, key: string, value: object): string | undefined {
  const [mark, json] = splitByteOrderMark(text);
  const found = membersOf(json);
  if (!found) return undefined;
  const { members, close } = found;
  // As in JSON.parse, the last of several members of that name counts.
  const old = members.findLast(member => member.key === key);
  const written = JSON.stringify(value);
  if (old && JSON.stringify(JSON.parse(json.slice(old.start, old.end))) === written) return text;
  const lineEnd = /\r?\n/.exec(json)?.[0];
  const indent = /^\s*\{\r?\n([ \t]*)/.exec(json)?.[1] || '  ';
  const isCompact = members.length > 0 && lineEnd === undefined;
  const lines = isCompact
    ? written
    : JSON.stringify(value, undefined, indent).replaceAll('\n', (lineEnd ?? '\n') + indent);
  if (old) return mark + json.slice(0, old.start) + lines + json.slice(old.end);
  const last = members.at(-1)?.end ?? json.lastIndexOf('{', close) + 1;
  const separator = members.length > 0 ? ',' : '';
  const member = `${JSON.stringify(key)}:${isCompact ? '' : ' '}${lines}`;
  if (isCompact) return mark + json.slice(0, last) + separator + member + json.slice(last);
  const newLine = lineEnd ?? '\n';
  const rest = members.length > 0 ? json.slice(last) : newLine + json.slice(close);
  return `${mark}${json.slice(0, last)}${separator}${newLine}${indent}${member}${rest}`;
}
