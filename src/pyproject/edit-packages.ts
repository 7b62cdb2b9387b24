import { failed, type Failure } from '../errors/failure.ts';
import { formatRequirement, nameIn, parseRequirement, type Requirement } from '../packaging/requirement.ts';
import { insertAttributes, removeAttribute } from './attribute-table.ts';
import { removeRequirement, setRequirements } from './dependency-lists.ts';
import { editPyproject, type ListName, type PyprojectDocument } from './pyproject.ts';

/** What became of one package. */
export interface Change {
  readonly action: 'added' | 'replaced' | 'kept' | 'removed' | 'absent';
  readonly name: string;
  /** What is listed now; what was listed, for one that was removed. */
  readonly requirement?: string;
  /** What was listed instead. */
  readonly before?: string;
  /** The attribute that was added or removed with it. */
  readonly attribute?: string;
}

/** A pyproject.toml with its packages changed. */
export interface Changed {
  readonly document: PyprojectDocument;
  readonly changes: readonly Change[];
}

/** What adding packages to a list would do: each is `added`, `replaced` or `kept`. */
export function additions(document: PyprojectDocument, list: ListName, requirements: readonly Requirement[]): Change[] {
  const named = document[list].map(text => [nameIn(text), text] as const);
  return requirements.map((requirement): Change => {
    const { name } = requirement;
    const [before, more] = named.filter(([other]) => other === name).map(([, text]) => text);
    const formatted = formatRequirement(requirement);
    if (before === undefined) return { action: 'added', name, requirement: formatted };
    // A name alone asks for no version: what is listed satisfies it.
    if (more === undefined && (formatted === name || formatted === normalised(before))) {
      return { action: 'kept', name, requirement: before };
    }
    return { action: 'replaced', name, requirement: formatted, before };
  });
}

/**
 * Lists packages, and adds the attributes of those that have none yet. No other line is touched.
 * @param attributes by name, for those that nix/python.nix does not find by it
 * @throws Failure (exit code 2) if the file is not of a form that can be changed
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
  // Each is listed once; in nearly all files, it was so before.
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
 * Removes packages from a list, and their attributes if no list needs them and they are not the user's own.
 * @param isOurs whether an attribute of that name is one that `addPackages` may have added
 * @throws Failure (exit code 2) if the file is not of a form that can be changed
 */
export function removePackages(
  document: PyprojectDocument,
  list: ListName,
  names: readonly string[],
  isOurs: (name: string, attribute: string) => boolean,
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
    if (attribute === undefined || needed || !isOurs(name, attribute)) return change;
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
  failed(`${file} cannot be changed for ${name}. Nothing was written.`, 'Change the list by hand.');
