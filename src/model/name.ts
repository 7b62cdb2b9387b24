import { importOf, takenByPython } from '../catalog/python-names.ts';
import { rules } from '../catalog/rules.ts';
import { badRequest } from '../errors/failure.ts';

/** Names that mean something else in every project, as modules. */
const reserved = (): readonly string[] => [
  // Folders: Bazel would build a program of that name over them. conftest is pytest's.
  ...['conftest', 'image', 'nix'],
  // Repositories: the workspace, or the module, is one as well.
  ...['base_image', 'bazel_tools', 'nix_image', 'nix_python', 'nixpkgs'],
  ...Object.keys({ ...rules().bzlmod.modules, ...rules().workspace.archives }),
];

/**
 * Normalises a project's name as PyPI does (`My_Service` is `my-service`).
 * @param where what to name as the place of a mistake
 * @throws Failure (exit code 2) if the name cannot be that of a Python module beside the packages every project has.
 */
export function parseName(text: string, where = 'name'): string {
  const name = text.toLowerCase().replace(/[-_. ]+/g, '-');
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  if (name.length > 64) throw badRequest(`${where}: ${shown} has more than 64 characters.`, 'Give a shorter one.');
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw badRequest(
      `${where}: ${shown} cannot be the name of a Python module.`,
      'Take letters (a to z), digits and "-", with a letter first, as in my-service.',
    );
  }
  const module = moduleOf(name);
  const taken = takenByPython(module);
  if (taken === 'keyword') throw badRequest(`${where}: "${name}" is a keyword of Python.`, other);
  if (taken === 'module') throw badRequest(`${where}: ${module}.py would hide Python's own module ${module}.`, other);
  if (taken === 'dependency')
    throw badRequest(`${where}: ${module}.py would hide a package that Flask or pytest imports.`, other);
  if (reserved().includes(module)) {
    throw badRequest(`${where}: "${name}" is the name of something else in every project.`, other);
  }
  return name;
}

/**
 * Refuses a name whose module would hide one of the packages (normalised names).
 * @param file what holds the module
 */
export function checkShadowing(
  name: string,
  packages: Iterable<string>,
  { where = 'name', file = `${moduleOf(name)}.py`, hint = other } = {},
): void {
  const hidden = [...packages].find(pip => importOf(pip) === moduleOf(name));
  if (hidden) throw badRequest(`${where}: ${file} would hide the package ${hidden}.`, hint);
}

/** The Python module, and the Bazel target, of a project's name. */
export const moduleOf = (name: string): string => name.replaceAll('-', '_');

const other = 'Choose another name.';
