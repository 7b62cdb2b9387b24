/** The lines around the two sides of a conflict, as git writes them. */
export const conflictMarkers = { begin: '<<<<<<< yours', middle: '=======', end: '>>>>>>> generated' } as const;

/** The lines of a conflict, in their order. */
const parts = [/^<{7} /, /^={7}\r?$/, /^>{7} /] as const;

/** Whether a text has a complete conflict, from this generator or from git. */
export function hasConflict(text: string): boolean {
  let found = 0;
  for (const line of text.split('\n')) {
    if (parts[found]?.test(line)) found += 1;
  }
  return found === parts.length;
}

/** The first line (from 1) with a marker that begins or ends a conflict; undefined if there is none. */
export function conflictMarkerLine(text: string): number | undefined {
  const line = text.split('\n').findIndex(each => /^(<{7}|>{7})( |\r?$)/.test(each));
  return line < 0 ? undefined : line + 1;
}
