import type { AST } from 'toml-eslint-parser';
import { withoutByteOrderMark } from '../text/byte-order-mark.ts';
import { badRequest } from '../errors/failure.ts';
import { entryAt, readToml, type Toml } from './toml.ts';

/** The two lists of pip packages: those of the image, and those of the tests as well. */
export type ListName = 'dependencies' | 'dev';

/** Where a list is in pyproject.toml. */
export const listPaths = {
  dependencies: ['project', 'dependencies'],
  dev: ['dependency-groups', 'dev'],
} as const satisfies Record<ListName, readonly string[]>;

/** What a project's pyproject.toml says of its packages; of a list, the texts alone. */
export interface Pyproject extends Readonly<Record<ListName, readonly string[]>> {
  /** Minor version of Python (`3.13`); undefined if `requires-python` does not name exactly one. */
  readonly python: string | undefined;
  /** Name (as written) to attribute of nixpkgs. */
  readonly attributes: ReadonlyMap<string, string>;
}

/**
 * Reads a pyproject.toml.
 * @param file its path, for messages
 * @throws Failure (exit code 2) if it is no TOML, or has no list of dependencies that could be read or changed
 */
export function readPyproject(text: string, file: string): Pyproject {
  const toml = openPyproject(text, file);
  const { project, tool } = toml.value as Record<string, Record<string, unknown>>;
  const [, python] = /^==(3\.\d+)\.\*$/.exec(String(project?.['requires-python'])) ?? [];
  const table = (tool?.nixpkgs as Record<string, unknown> | undefined)?.attributes ?? {};
  const attributes = Object.entries(table).filter(([, attribute]) => typeof attribute === 'string');
  return {
    dependencies: textsOf(toml, 'dependencies'),
    dev: textsOf(toml, 'dev'),
    python,
    attributes: new Map(attributes),
  };
}

/** As readPyproject, with the places of everything. */
export function openPyproject(text: string, file: string): Toml {
  const toml = readToml(withoutByteOrderMark(text), file);
  const { project } = toml.value as { project?: { dynamic?: unknown } };
  const { dynamic } = project ?? {};
  if (Array.isArray(dynamic) && dynamic.includes('dependencies')) {
    throw badRequest(
      `${file}: the dependencies are dynamic: something else makes the list.`,
      'List the packages under [project] dependencies, and take "dependencies" out of dynamic.',
    );
  }
  if (!entryAt(toml, listPaths.dependencies)) {
    throw badRequest(`${file} has no [project] dependencies.`, 'Write dependencies = [] below [project].');
  }
  for (const path of Object.values(listPaths)) {
    const entry = entryAt(toml, path);
    if (entry && entry.node.value.type !== 'TOMLArray') {
      throw badRequest(`${file}: ${path.join('.')} is no list.`, 'Write it as in ["flask", "redis>=4"].');
    }
  }
  return toml;
}

/** The array of a list; undefined if there is none. */
export const listOf = (toml: Toml, list: ListName): AST.TOMLArray | undefined =>
  entryAt(toml, listPaths[list])?.node.value as AST.TOMLArray | undefined;

/** What is listed: the text of each item, undefined for one that is no text. */
export const itemTexts = (toml: Toml, list: ListName): (string | undefined)[] =>
  (listOf(toml, list)?.elements ?? []).map(element =>
    element.type === 'TOMLValue' && element.kind === 'string' ? element.value : undefined,
  );

const textsOf = (toml: Toml, list: ListName): string[] => itemTexts(toml, list).filter(text => text !== undefined);
