import type { AST } from 'toml-eslint-parser';
import { badRequest } from '../errors/failure.ts';
import { isDevGroup } from '../packaging/formats/source.ts';
import { splitByteOrderMark } from '../text/byte-order-mark.ts';
import { isSource, splitMarker } from '../packaging/package-source.ts';
import { formatRequirement, nameIn, parseRequirement } from '../packaging/requirement.ts';
import { insertAttributes } from './attribute-table.ts';
import { setRequirements } from './dependency-lists.ts';
import { editPyproject, type ListName, listPaths, parsePyproject, type PyprojectDocument } from './pyproject.ts';
import { removeItem } from './toml-list.ts';
import {
  appending,
  applyEdits,
  type Edit,
  entryAt,
  headerEnd,
  insertion,
  lineEnd,
  parseToml,
  tableAt,
  type Toml,
} from './toml.ts';

/** What a project needs in a pyproject.toml that its users brought along. */
export interface NeededInPyproject {
  readonly name: string;
  /** The minor version of Python (`3.13`). */
  readonly python: string;
  /** The packages of the app and of the dev group (PEP 508). */
  readonly runtime: readonly string[];
  readonly development: readonly string[];
  /** The attributes of nixpkgs by package name, where they differ. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Packages to take from its list, which nixpkgs cannot provide (normalised names). */
  readonly removed?: readonly string[];
}

const heading = '# Added by nix-python-container.';

/**
 * Adds to a pyproject.toml what a project needs: packages to its lists, which it gets if it has none, and the chosen Python
 * beside a wider `requires-python`. All other text stays; the second time, nothing is added.
 * @param file its path, for messages
 * @throws Failure (exit code 2) if it is not valid TOML, or its dependencies are computed by the build backend
 */
export function adoptPyproject(text: string, file: string, needed: NeededInPyproject): string {
  const { attributes, runtime, development, removed = [] } = needed;
  const listed = parsePyproject(
    editText(text, file, toml => listEdits(toml, file, needed)),
    file,
  );
  const groups = groupsOf(listed);
  const lists = [listPaths.dependencies, ...groups.filter(([, name]) => isDevGroup(name ?? ''))];
  const settled = lists.reduce((document, path) => {
    // A package in both lists has the range of each.
    const wanted = path === listPaths.dependencies ? [...development, ...runtime] : [...runtime, ...development];
    return settle(document, path, removed, wanted);
  }, listed);
  const withRuntime = addMissing(settled, 'dependencies', runtime, settled.dependencies);
  const inGroups = groupsOf(withRuntime).flatMap(path => textsIn(withRuntime, path));
  const complete = addMissing(withRuntime, 'dev', development, [...withRuntime.dependencies, ...inGroups]);
  const missing = [...attributes].filter(([name]) => !complete.attributes.has(name));
  const named = withPython(editPyproject(complete, insertAttributes(complete, missing)), needed.python);
  const others = groups.some(([, name]) => !isDevGroup(name ?? ''));
  return (others ? withGroups(named) : named).text;
}

/** The paths of its dependency groups. */
const groupsOf = ({ toml }: PyprojectDocument): string[][] =>
  Object.keys(toml.value['dependency-groups'] ?? {}).map(name => ['dependency-groups', name]);

const arrayAt = ({ toml }: PyprojectDocument, path: readonly string[]): AST.TOMLArray | undefined => {
  const value = entryAt(toml, path)?.node.value;
  return value?.type === 'TOMLArray' ? value : undefined;
};

/** The texts in a list, by their position: undefined for what is no text, such as an included group. */
const textsIn = (document: PyprojectDocument, path: readonly string[]): (string | undefined)[] =>
  (arrayAt(document, path)?.elements ?? []).map(element =>
    element.type === 'TOMLValue' && element.kind === 'string' ? element.value : undefined,
  );

/**
 * Takes packages out of a list, and replaces requirements that are to be others; one that says the same already, in whatever
 * spelling, stays as its users wrote it.
 */
function settle(
  document: PyprojectDocument,
  path: readonly string[],
  removed: readonly string[],
  wanted: readonly string[],
): PyprojectDocument {
  const array = arrayAt(document, path);
  if (!array) return document;
  const texts = textsIn(document, path);
  const gone = texts.findIndex(text => text !== undefined && removed.includes(nameIn(text)));
  if (gone >= 0) {
    return settle(editPyproject(document, removeItem(document.toml, array, gone)), path, removed, wanted);
  }
  const byName = new Map(wanted.map(text => [nameIn(text), text]));
  const edits = texts.flatMap((text, at): Edit[] => {
    const next = text === undefined ? undefined : byName.get(nameIn(text));
    const { stated } = splitMarker(text ?? '');
    if (next === undefined || normalised(stated) === next || isSource(stated)) return [];
    const [start, end] = (array.elements[at] as AST.TOMLNode).range;
    return [{ start, end, put: document.toml.text[start] === "'" ? `'${next}'` : `"${next}"` }];
  });
  return edits.length === 0 ? document : editPyproject(document, edits);
}

/** Adds the requirements for packages that are not listed yet. */
function addMissing(
  document: PyprojectDocument,
  list: ListName,
  texts: readonly string[],
  listed: readonly (string | undefined)[],
): PyprojectDocument {
  const names = new Set(listed.map(text => nameIn(text ?? '')));
  const added = texts.filter(text => !names.has(nameIn(text))).map(text => parseRequirement(text));
  return editPyproject(document, setRequirements(document, list, added));
}

function normalised(text: string): string | undefined {
  try {
    return formatRequirement(parseRequirement(text));
  } catch {
    // A URL, which no requirement of ours replaces.
    return undefined;
  }
}

/** The edits that give it [project] dependencies. */
function listEdits(toml: Toml, file: string, needed: NeededInPyproject) {
  const { name, python } = needed;
  const { eol, text } = toml;
  if (entryAt(toml, listPaths.dependencies)) return [];
  const project = tableAt(toml, ['project']);
  if (project) {
    const end = lineEnd(text, headerEnd(text, project));
    return [insertion(end ?? headerEnd(text, project), eol + newList(needed, eol))];
  }
  if (toml.entries.some(({ path }) => path[0] === 'project')) {
    throw badRequest(`${file} has [project], but not as a table.`, 'Write dependencies = [] to it.');
  }
  const lines = ['', '', heading, '[project]', `name = "${name}"`, `version = "${versionIn(toml)}"`];
  return [appending([...lines, `requires-python = "==${python}.*"`, newList(needed, eol)].join(eol))];
}

const newList = ({ runtime }: NeededInPyproject, eol: string): string =>
  ['dependencies = [', ...[...runtime].sort().map(text => `    "${text}",`), ']'].join(eol);

/** The version that Poetry's table has, if it is one of PEP 440. */
function versionIn({ value }: Toml): string {
  const { poetry } = (value.tool ?? {}) as { readonly poetry?: { readonly version?: unknown } };
  const version = typeof poetry?.version === 'string' ? poetry.version : '';
  return /^\d+(\.\d+)*$/.test(version) ? version : '0.1.0';
}

/**
 * Names the one Python of a project: in `requires-python` if that names one already, else in [tool.nixpkgs], beside the range.
 * @param python a minor version (`3.13`)
 */
export function withPython(document: PyprojectDocument, python: string): PyprojectDocument {
  const { toml } = document;
  if (document.python === python) return document;
  const own = entryAt(toml, ['tool', 'nixpkgs', 'python']);
  const replaceValue = (entry: typeof own, put: string) =>
    entry ? [{ start: entry.node.value.range[0], end: entry.node.value.range[1], put }] : [];
  if (own) return editPyproject(document, replaceValue(own, `"${python}"`));
  if (document.python !== undefined) {
    const entry = entryAt(toml, ['project', 'requires-python']);
    return editPyproject(document, replaceValue(entry, `"==${python}.*"`));
  }
  return withSetting(document, `python = "${python}"`);
}

/** Names the dependency groups that tests need: without that, all count, those for documentation and deployment too. */
function withGroups(document: PyprojectDocument): PyprojectDocument {
  if (entryAt(document.toml, ['tool', 'nixpkgs', 'groups'])) return document;
  const names = groupsOf(document).flatMap(([, name = '']) => (isDevGroup(name) ? [JSON.stringify(name)] : []));
  return withSetting(document, `groups = [${names.join(', ')}]`);
}

/** Adds a line to [tool.nixpkgs]. */
function withSetting(document: PyprojectDocument, line: string): PyprojectDocument {
  const { toml } = document;
  const table = tableAt(toml, ['tool', 'nixpkgs']);
  if (!table) return editPyproject(document, [appending(['', '', heading, '[tool.nixpkgs]', line].join(toml.eol))]);
  const at = lineEnd(toml.text, headerEnd(toml.text, table)) ?? headerEnd(toml.text, table);
  return editPyproject(document, [insertion(at, toml.eol + line)]);
}

/** Edits a text of TOML that need not be a whole pyproject.toml yet. */
function editText(text: string, file: string, edits: (toml: Toml) => ReturnType<typeof listEdits>): string {
  const [mark, bare] = splitByteOrderMark(text);
  const toml = parseToml(bare, file);
  return mark + applyEdits(toml.text, edits(toml));
}
