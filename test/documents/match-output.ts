const wildcard = '…';

/**
 * Compares what was printed with what a document says. A line `…` stands for any number of lines, `…` within a line for any
 * characters. Space at the end of a line does not count, nor do empty lines before and after.
 * @returns the first expected line that was not found where it should be; undefined if all match
 */
export function missingLine(expected: readonly string[], printed: string): string | undefined {
  const lines = trimmed(printed.split(/\r?\n/));
  // Places in `lines` at which the next expected line may be: one, or any from there on after a wildcard.
  let places = [0];
  for (const line of trimmed(expected)) {
    if (line.trim() === wildcard) {
      const first = Math.min(...places);
      places = Array.from({ length: lines.length - first + 1 }, (_, index) => first + index);
      continue;
    }
    places = places.filter(place => place < lines.length && fits(lines[place] as string, line)).map(place => place + 1);
    if (places.length === 0) return line;
  }
  return places.includes(lines.length) ? undefined : 'the end of the output';
}

/** Whether a line is the expected one, in which `…` stands for any characters. */
function fits(line: string, expected: string): boolean {
  const [first = '', ...others] = expected.split(wildcard);
  const last = others.pop();
  if (last === undefined) return line === expected;
  let at = first.length;
  if (!line.startsWith(first)) return false;
  for (const piece of others) {
    const found = line.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return line.length - last.length >= at && line.endsWith(last);
}

/** Lines without space at their ends, and without empty ones before and after. */
function trimmed(lines: readonly string[]): string[] {
  const all = lines.map(line => line.trimEnd());
  const first = all.findIndex(line => line !== '');
  return first < 0 ? [] : all.slice(first, all.findLastIndex(line => line !== '') + 1);
}
