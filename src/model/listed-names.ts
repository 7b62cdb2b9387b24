import { badRequest } from '../errors/failure.ts';
import { quoted } from '../text/shown.ts';

/** How messages speak of the names of a table. */
export interface NamedTable {
  readonly names: readonly string[];
  /** What is wrong with another name: `unknown platform "x"`. */
  readonly unknown: (name: string) => string;
  /** `none` may be said for no name. */
  readonly orNone?: true;
}

/**
 * Reads names of a table; one string may list several, separated by commas.
 * @param where what messages call the place of the names
 * @returns each once, without `none`
 * @throws Failure (exit code 2) for a name that the table does not have, and for `none` beside others
 */
export function readNames<Name extends string>(
  texts: readonly string[],
  { names: known, unknown, orNone }: NamedTable,
  where: string,
): Set<Name> {
  const wanted = new Set(texts.flatMap(text => text.split(',')).map(text => text.trim()));
  wanted.delete('');
  if (orNone && wanted.size === 1) wanted.delete('none');
  for (const name of wanted) {
    if (known.includes(name)) continue;
    const choices = `Choose from ${known.join(', ')}${orNone ? ', or none' : ''}.`;
    throw badRequest(`${where}: ${unknown(quoted(name))}.`, choices);
  }
  return wanted as Set<Name>;
}
