/** A text without the byte order mark that some editors put before it. */
export const withoutByteOrderMark = (text: string): string => splitByteOrderMark(text)[1];

/** The byte order mark of a text, or nothing, and the rest. */
export const splitByteOrderMark = (text: string): readonly [mark: string, rest: string] =>
  text.startsWith('\uFEFF') ? ['\uFEFF', text.slice(1)] : ['', text];
