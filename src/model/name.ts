import { quoted } from '../text/shown.ts';
import { importOf, takenByPython } from '../catalog/python-names.ts';
import { rules } from '../catalog/rules.ts';
import { badRequest } from '../errors/failure.ts';

/** Module names that have another meaning in every project. */
const reserved = (): readonly string[] => [
  // Folders, which Bazel would replace by a program of that name; and pytest's conftest.
  ...['bazel', 'conftest', 'image', 'nix'],
  // Bazel repositories: the project's module is one too.
  ...['bazel_tools', 'nix_image', 'nix_python', 'nixpkgs'],
  ...Object.keys({ ...rules().bzlmod.modules, ...rules().workspace.archives }),
];

/** A name as PyPI folds it, whether it can be one or not. */
export const foldedName = (text: string): string => text.toLowerCase().replace(/[-_. ]+/g, '-');

/**
 * Normalises a name as PyPI does (`My_Service` is `my-service`).
 * @param where the place that messages name
 * @throws Failure (exit code 2) if it would not become an identifier
 */
export function normalName(text: string, where: string): string {
  const name = foldedName(text);
  const shown = quoted(text);
  if (name.length > 64) throw badRequest(`${where}: ${shown} has more than 64 characters.`, 'Choose a shorter name.');
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw badRequest(
      `${where}: ${shown} cannot be used as a Python module name.`,
      'Use letters (a to z), digits and "-", and start with a letter. Example: my-service',
    );
  }
  return name;
}

/**
 * Normalises the name of a project or service.
 * @param isModule whether a module of that name is generated
 * @throws Failure (exit code 2) if its Python module cannot exist beside the packages that every project has
 */
export function parseName(text: string, where = 'name', isModule = true): string {
  const name = normalName(text, where);
  const module = moduleOf(name);
  const taken = isModule ? takenByPython(module) : undefined;
  if (taken === 'keyword') throw badRequest(`${where}: "${name}" is a Python keyword.`, other);
  if (taken === 'module')
    throw badRequest(`${where}: ${module}.py would shadow Python's standard module ${module}.`, other);
  if (taken === 'dependency')
    throw badRequest(`${where}: ${module}.py would shadow a package that Flask or pytest imports.`, other);
  if (reserved().includes(module)) {
    throw badRequest(`${where}: "${name}" is reserved: every project uses this name for something else.`, other);
  }
  return name;
}

/**
 * Rejects a name whose module would shadow one of the packages (normalised names).
 * @param file the file or folder of the module
 * @throws Failure (exit code 2)
 */
export function checkShadowing(
  name: string,
  packages: Iterable<string>,
  { where = 'name', file = `${moduleOf(name)}.py`, hint = other } = {},
): void {
  const shadowed = [...packages].find(pip => importOf(pip) === moduleOf(name));
  if (shadowed) throw badRequest(`${where}: ${file} would shadow the package ${shadowed}.`, hint);
}

/** The Python module and Bazel target of a project of that name. */
export const moduleOf = (name: string): string => name.replaceAll('-', '_');

const other = 'Choose another name.';
