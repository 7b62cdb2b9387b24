import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Step } from '../project/plan.ts';

// What could drive a terminal, or hide or reorder what it shows; and bytes that are no UTF-8 (see `decode`).
// Tab and line feed stay.
const unsafe = /[^\P{C}\t\n]|[\u2028\u2029]/gu;

/** Writes a control character as `\x1b`, any other invisible one as `\u{202e}`, a byte that is no UTF-8 as `\xe9`. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0d) return '\\r';
  const byte = code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code < 0x80 ? code : undefined;
  return byte === undefined ? `\\u{${code.toString(16)}}` : `\\x${byte.toString(16).padStart(2, '0')}`;
}

/**
 * What a step changes, as a unified diff with git's headers and three lines of context, without colours; for people, since
 * invisible characters are escaped. Empty for a step that changes nothing.
 * Import it when it is needed: most runs show no diff.
 */
export function unifiedDiff({ path, before, after }: Step): string {
  if (before === after) return '';
  return createTwoFilesPatch(
    before === undefined ? '/dev/null' : `a/${path}`,
    after === undefined ? '/dev/null' : `b/${path}`,
    before ?? '',
    after ?? '',
    undefined,
    undefined,
    { context: 3, headerOptions: FILE_HEADERS_ONLY },
  ).replace(unsafe, visible);
}
