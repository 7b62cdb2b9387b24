// What could drive a terminal, or hide or reorder what it shows; and bytes that are no UTF-8, as `fs/encoding.ts` keeps them.
// Tab and line feed stay.
const unsafe = /[^\P{C}\t\n]|[\u2028\u2029]/gu;

/**
 * A text that can be shown on a terminal: a control character is written as `\x1b`, any other invisible one as
 * `\u{202e}`, a byte that is not UTF-8 as `\xe9`.
 */
export const visible = (text: string): string => text.replace(unsafe, escaped);

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0d) return '\\r';
  const byte = code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code < 0x80 ? code : undefined;
  return byte === undefined ? `\\u{${code.toString(16)}}` : `\\x${byte.toString(16).padStart(2, '0')}`;
}
