import { splitByteOrderMark } from '../text/byte-order-mark.ts';
import { setAttribute, removeAttribute } from './attribute-table.ts';
import { failed } from '../errors/failure.ts';
import { removeRequirement, addRequirement } from './dependency-lists.ts';
import { type ListName, type Pyproject, readPyproject } from './pyproject.ts';
import { formatRequirement, nameIn, parseRequirement, type Requirement } from '../packaging/requirement.ts';

/** What became of one package. */
export interface Change {
  readonly action: 'added' | 'replaced' | 'kept' | 'removed' | 'absent';
  readonly name: string;
  /** What is listed now; what was, for one that was removed. */
  readonly requirement?: string;
  /** What was listed instead. */
  readonly before?: string;
  /** The attribute that was entered, or taken away. */
  readonly attribute?: string;
}

/** A pyproject.toml with its packages changed. */
export interface Changed {
  readonly text: string;
  readonly changes: readonly Change[];
}

/** A list of a pyproject.toml: what is to be changed. */
export interface Listing {
  /** The whole file. */
  readonly text: string;
  /** Its path, for messages. */
  readonly file: string;
  readonly list: ListName;
}

/** What adding these would do, package by package: `added`, `replaced` or `kept`. */
export function additions({ text, file, list }: Listing, requirements: readonly Requirement[]): Change[] {
  const { [list]: listed } = readPyproject(text, file);
  return requirements.map((requirement): Change => {
    const { name } = requirement;
    const [before, more] = listed.filter(item => nameIn(item) === name);
    const formatted = formatRequirement(requirement);
    if (before === undefined) return { action: 'added', name, requirement: formatted };
    // A name alone asks for no range: the one that is there will do.
    if (more === undefined && (formatted === name || formatted === normalised(before))) {
      return { action: 'kept', name, requirement: before };
    }
    return { action: 'replaced', name, requirement: formatted, before };
  });
}

/**
 * Lists packages, and enters the attributes of those that have none yet. Nothing but their lines is touched.
 * @param attributes by name, for those that nix/python.nix does not find by it
 * @throws Failure (exit code 2) if the file is not of a form that can be changed
 */
export function addPackages(
  listing: Listing,
  requirements: readonly Requirement[],
  attributes: ReadonlyMap<string, string>,
): Changed {
  const { file, list } = listing;
  const [mark, bare] = splitByteOrderMark(listing.text);
  const entered = readPyproject(bare, file).attributes;
  let text = bare;
  const changes = additions(listing, requirements).map((change, at) => {
    if (change.action === 'kept') return change;
    const requirement = requirements[at] as Requirement;
    text = addRequirement(text, file, list, requirement);
    const attribute = attributes.get(change.name);
    if (attribute === undefined || entered.has(change.name)) return change;
    text = setAttribute(text, file, change.name, attribute);
    return { ...change, attribute };
  });
  const after = readPyproject(text, file);
  for (const { action, name, requirement, attribute } of changes) {
    const listed = action === 'kept' || after[list].filter(item => item === requirement).length === 1;
    if (!listed || (attribute !== undefined && after.attributes.get(name) !== attribute)) throw unfit(file, name);
  }
  return { text: mark + text, changes };
}

/**
 * Takes packages off a list, and their attributes if no list needs them and they are not a user's.
 * @param isOurs whether an attribute of that name is one that addPackages may have entered
 * @throws Failure (exit code 2) if the file is not of a form that can be changed
 */
export function removePackages(
  listing: Listing,
  names: readonly string[],
  isOurs: (name: string, attribute: string) => boolean,
): Changed {
  const { file, list } = listing;
  const [mark, bare] = splitByteOrderMark(listing.text);
  let text = bare;
  const changes = names.map((name): Change => {
    const before = readPyproject(text, file)[list].find(item => nameIn(item) === name);
    if (before === undefined) return { action: 'absent', name };
    text = removeRequirement(text, file, list, name);
    const { dependencies, dev, attributes } = readPyproject(text, file);
    const change = { action: 'removed', name, requirement: before } as const;
    const attribute = attributes.get(name);
    const needed = [...dependencies, ...dev].some(item => nameIn(item) === name);
    if (attribute === undefined || needed || !isOurs(name, attribute)) return change;
    text = removeAttribute(text, file, name);
    return { ...change, attribute };
  });
  const left: Pyproject = readPyproject(text, file);
  const still = names.find(name => left[list].some(item => nameIn(item) === name));
  if (still !== undefined) throw unfit(file, still);
  return { text: mark + text, changes };
}

function normalised(text: string): string | undefined {
  try {
    return formatRequirement(parseRequirement(text));
  } catch {
    return undefined;
  }
}

const unfit = (file: string, name: string) =>
  failed(`${file} cannot be changed for ${name}. Nothing was written.`, 'Change the list by hand.');
