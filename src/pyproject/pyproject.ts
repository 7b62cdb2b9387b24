import type { AST } from 'toml-eslint-parser';
import { badRequest } from '../errors/failure.ts';
import { splitByteOrderMark } from '../text/byte-order-mark.ts';
import { applyEdits, type Edit, entryAt, parseToml, type Toml } from './toml.ts';

/** The two lists of pip packages: for the image, and for development and tests only. */
export type ListName = 'dependencies' | 'dev';

/** The path of each list in pyproject.toml. */
export const listPaths = {
  dependencies: ['project', 'dependencies'],
  dev: ['dependency-groups', 'dev'],
} as const satisfies Record<ListName, readonly string[]>;

/** A parsed pyproject.toml. Each list contains only its strings. Immutable: edits return a new document. */
export interface PyprojectDocument extends Readonly<Record<ListName, readonly string[]>> {
  /** The whole file. */
  readonly text: string;
  /** Its path, for messages. */
  readonly file: string;
  /** The text without the byte order mark, parsed with source positions. */
  readonly toml: Toml;
  /** Minor version of Python (`3.13`), of [tool.nixpkgs] or `requires-python`; undefined if they do not name exactly one. */
  readonly python: string | undefined;
  /** Attributes of nixpkgs by package name (as written). */
  readonly attributes: ReadonlyMap<string, string>;
}

/**
 * Parses a pyproject.toml.
 * @param text with a byte order mark or without
 * @param file its path, for messages
 * @throws Failure (exit code 2) if it is not valid TOML, or has no static list of dependencies
 */
export function parsePyproject(text: string, file: string): PyprojectDocument {
  const [, bare] = splitByteOrderMark(text);
  const toml = parseToml(bare, file);
  const { project, tool } = toml.value as Record<string, Record<string, unknown> | undefined>;
  checkLists(toml, file, project?.dynamic);
  const settings = (tool?.nixpkgs ?? {}) as Readonly<Record<string, unknown>>;
  const [, python] =
    'python' in settings
      ? (/^(3\.\d+)$/.exec(String(settings.python)) ?? [])
      : (/^==(3\.\d+)\.\*$/.exec(String(project?.['requires-python'])) ?? []);
  return {
    text,
    file,
    toml,
    dependencies: stringsOf(toml, 'dependencies'),
    dev: stringsOf(toml, 'dev'),
    python,
    attributes: new Map(
      Object.entries(settings.attributes ?? {}).filter(([, attribute]) => typeof attribute === 'string'),
    ),
  };
}

function checkLists(toml: Toml, file: string, dynamic: unknown): void {
  if (Array.isArray(dynamic) && dynamic.includes('dependencies')) {
    throw badRequest(
      `${file}: dependencies are dynamic, which is not supported.`,
      'List the packages under [project] dependencies, and remove "dependencies" from dynamic.',
    );
  }
  if (!entryAt(toml, listPaths.dependencies)) {
    throw badRequest(`${file} has no [project] dependencies.`, 'Write dependencies = [] below [project].');
  }
  for (const path of Object.values(listPaths)) {
    const entry = entryAt(toml, path);
    if (entry && entry.node.value.type !== 'TOMLArray') {
      throw badRequest(`${file}: ${path.join('.')} must be an array.`, 'Write it like ["flask", "redis>=4"].');
    }
  }
}

/** Applies edits to `toml.text` and parses the result, which also validates them. */
export function editPyproject({ text, file, toml }: PyprojectDocument, edits: readonly Edit[]): PyprojectDocument {
  const [mark] = splitByteOrderMark(text);
  return parsePyproject(mark + applyEdits(toml.text, edits), file);
}

/** The array of a list; undefined if it does not exist. */
export const arrayOf = (toml: Toml, list: ListName): AST.TOMLArray | undefined =>
  entryAt(toml, listPaths[list])?.node.value as AST.TOMLArray | undefined;

/** The items of a list: undefined for one that is not a string. */
export const itemsOf = (toml: Toml, list: ListName): (string | undefined)[] =>
  (arrayOf(toml, list)?.elements ?? []).map(element =>
    element.type === 'TOMLValue' && element.kind === 'string' ? element.value : undefined,
  );

const stringsOf = (toml: Toml, list: ListName): string[] => itemsOf(toml, list).filter(text => text !== undefined);
