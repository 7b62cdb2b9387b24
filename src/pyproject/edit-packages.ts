import { failed, type Failure } from '../errors/failure.ts';
import { formatRequirement, nameIn, parseRequirement, type Requirement } from '../packaging/requirement.ts';
import { insertAttributes, removeAttribute } from './attribute-table.ts';
import { removeRequirement, setRequirements } from './dependency-lists.ts';
import { editPyproject, type ListName, type PyprojectDocument } from './pyproject.ts';

/** The result of adding or removing one package. */
export interface Change {
  readonly action: 'added' | 'replaced' | 'kept' | 'removed' | 'absent';
  readonly name: string;
  /** The requirement that is listed now or, for a removed package, was listed before. */
  readonly requirement?: string;
  /** The requirement that it replaces. */
  readonly before?: string;
  /** The attribute added or removed with it. */
  readonly attribute?: string;
}

/** A pyproject.toml with its packages changed. */
export interface Changed {
  readonly document: PyprojectDocument;
  readonly changes: readonly Change[];
}

/** What adding packages to a list would do: each is `added`, `replaced` or `kept`. Changes nothing. */
export function additions(document: PyprojectDocument, list: ListName, requirements: readonly Requirement[]): Change[] {
  const named = document[list].map(text => [nameIn(text), text] as const);
  return requirements.map((requirement): Change => {
    const { name } = requirement;
    const [before, more] = named.filter(([other]) => other === name).map(([, text]) => text);
    const formatted = formatRequirement(requirement);
    if (before === undefined) return { action: 'added', name, requirement: formatted };
    // A bare name is satisfied by whatever is listed.
    if (more === undefined && (formatted === name || formatted === normalised(before))) {
      return { action: 'kept', name, requirement: before };
    }
    return { action: 'replaced', name, requirement: formatted, before };
  });
}

/**
 * Adds packages to a list, and attributes for those that have none yet. All other lines stay as they are.
 * @param attributes by name, for packages that nix/python.nix does not find by name
 * @throws Failure if the file cannot be edited
 */
export function addPackages(
  document: PyprojectDocument,
  list: ListName,
  requirements: readonly Requirement[],
  attributes: ReadonlyMap<string, string>,
): Changed {
  const changes = additions(document, list, requirements).map(change => {
    const attribute = attributes.get(change.name);
    const adds = change.action !== 'kept' && attribute !== undefined && !document.attributes.has(change.name);
    return adds ? { ...change, attribute } : change;
  });
  const changing = requirements.filter((_, at) => changes[at]?.action !== 'kept');
  const entered = changes.flatMap(({ name, attribute }) =>
    attribute === undefined ? [] : [[name, attribute] as const],
  );
  // Remove duplicates first; nearly all files have none.
  const once = changing.reduce((edited, { name }) => removeRequirement(edited, list, name, 1), document);
  const edits = [...setRequirements(once, list, changing), ...insertAttributes(once, entered)];
  const after = editPyproject(once, edits);
  for (const { action, name, requirement, attribute } of changes) {
    const listed = action === 'kept' || after[list].filter(text => text === requirement).length === 1;
    if (!listed || (attribute !== undefined && after.attributes.get(name) !== attribute)) {
      throw cannotEdit(document.file, name);
    }
  }
  return { document: after, changes };
}

/**
 * Removes packages from a list, and their attributes if no list needs them and the user did not set them.
 * @param isGenerated whether `addPackages` may have added this attribute for the package
 * @throws Failure if the file cannot be edited
 */
export function removePackages(
  document: PyprojectDocument,
  list: ListName,
  names: readonly string[],
  isGenerated: (name: string, attribute: string) => boolean,
): Changed {
  let after = document;
  const changes = names.map((name): Change => {
    const before = after[list].find(text => nameIn(text) === name);
    if (before === undefined) return { action: 'absent', name };
    after = removeRequirement(after, list, name);
    const { dependencies, dev, attributes } = after;
    const change = { action: 'removed', name, requirement: before } as const;
    const attribute = attributes.get(name);
    const needed = [...dependencies, ...dev].some(text => nameIn(text) === name);
    if (attribute === undefined || needed || !isGenerated(name, attribute)) return change;
    after = removeAttribute(after, name);
    return { ...change, attribute };
  });
  const left = names.find(name => after[list].some(text => nameIn(text) === name));
  if (left !== undefined) throw cannotEdit(document.file, left);
  return { document: after, changes };
}

function normalised(text: string): string | undefined {
  try {
    return formatRequirement(parseRequirement(text));
  } catch {
    return undefined;
  }
}

const cannotEdit = (file: string, name: string): Failure =>
  failed(`${file} cannot be edited automatically for ${name}. Nothing was written.`, 'Edit the list by hand.');
