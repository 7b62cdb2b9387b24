import { distance } from 'fastest-levenshtein';

/** How many typos a name of this length may have and still be taken for another one. */
const reachOf = (name: string): number => (name.length < 3 ? 1 : Math.min(3, Math.max(2, Math.floor(name.length / 3))));

/**
 * The known names that were probably meant by one that is unknown, the nearest first; empty if none is near enough.
 * @param reach how many typos a name may have
 */
export function suggestions(
  name: string,
  known: readonly string[],
  { most = 3, reach = reachOf(name) }: { readonly most?: number; readonly reach?: number } = {},
): string[] {
  return known
    .filter(candidate => candidate !== name && Math.abs(candidate.length - name.length) <= reach)
    .map(candidate => ({ candidate, typos: distance(name, candidate) }))
    .filter(({ typos }) => typos <= reach && typos < name.length)
    .sort((a, b) => a.typos - b.typos)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** The question that a hint begins with ("Did you mean --python? "), or nothing; `format` writes one name. */
export function didYouMean(name: string, known: readonly string[], format = (item: string): string => item): string {
  const [meant] = suggestions(name, known, { most: 1 });
  return meant === undefined ? '' : `Did you mean ${format(meant)}? `;
}
