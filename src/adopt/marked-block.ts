const begin = '# Added by nix-python-container; update replaces what is between these lines.';
const end = '# End of what nix-python-container added.';

/**
 * A list of patterns (.gitignore, .dockerignore) with those of this generator in a marked block: replaced if it is there,
 * else at the end, or at the start where the last line has no end. Every other line stays; patterns that are listed outside of the block are left out of it.
 */
export function withMarkedBlock(text: string, generated: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/);
  const [first, last] = [lines.indexOf(begin), lines.indexOf(end)];
  const isMarked = first >= 0 && last > first;
  const others = isMarked ? [...lines.slice(0, first), ...lines.slice(last + 1)] : lines;
  const known = new Set(others.map(line => line.trim()));
  const added = generated.split('\n').filter(line => line !== '' && !known.has(line));
  if (isMarked) return [...lines.slice(0, first + 1), ...added, ...lines.slice(last)].join(eol);
  if (added.length === 0) return text;
  const block = [begin, ...added, end, ''].join(eol);
  if (text === '') return block;
  // A last line without an end would become another line.
  return text.endsWith('\n') ? text + eol + block : block + eol + text;
}
