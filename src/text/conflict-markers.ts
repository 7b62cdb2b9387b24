/** The lines around the two sides of a conflict, as git writes them. */
export const conflictMarkers = { begin: '<<<<<<< yours', middle: '=======', end: '>>>>>>> generated' } as const;

const conflict = /^<{7} [^\n]*\n(?:[^\n]*\n)*?={7}\r?\n(?:[^\n]*\n)*?>{7} /m;

/** Whether a text has a complete conflict, from this generator or from git. */
export const hasConflict = (text: string): boolean => conflict.test(text);

/** The first line (from 1) with a marker that begins or ends a conflict; undefined if there is none. */
export function conflictMarkerLine(text: string): number | undefined {
  const line = text.split('\n').findIndex(each => /^(<{7}|>{7})( |\r?$)/.test(each));
  return line < 0 ? undefined : line + 1;
}
