import { quoted } from '../text/shown.ts';
import { importOf, takenByPython } from '../catalog/python-names.ts';
import { rules } from '../catalog/rules.ts';
import { badRequest } from '../errors/failure.ts';

/**
 * The code of a project or service of that name: a file, a folder, what was there before, or what an earlier version of this
 * generator wrote, which knew fewer reasons against a name.
 */
export type CodeKind = 'file' | 'folder' | 'adopted' | 'existing';

const folders = 'every project has a folder of that name';
const repository = 'a Bazel repository has that name';

/** Module names that have another meaning in every project, and which. */
const reserved = (): ReadonlyMap<string, string> =>
  new Map([
    ...['bazel', 'image', 'nix'].map(name => [name, folders] as const),
    ['conftest', 'pytest runs a file of that name before the tests'],
    // The project's module is one too.
    ...['bazel_tools', 'nix_image', 'nix_python', 'nix_sbom', 'nixpkgs'].map(name => [name, repository] as const),
    ...Object.keys({ ...rules().bzlmod.modules, ...rules().workspace.archives }).map(
      name => [name, repository] as const,
    ),
  ]);

/** The same of names that a project can have, but not well. */
const unfit: ReadonlyMap<string, string> = new Map([
  ['kubernetes', 'the manifests of Kubernetes are in a folder of that name'],
  ['tests', 'tests are found by that name'],
  ['all', '//:all stands for all targets of Bazel'],
  ['external', 'Bazel keeps a folder of that name'],
]);

/** The same of names of a file alone. */
function unfitFile(module: string): string | undefined {
  if (module === 'setup') return 'pip and others run a file setup.py';
  return /^test_|_test$/.test(module) ? 'files named test_*.py and *_test.py are tests, not the app' : undefined;
}

/** A name as PyPI folds it, whether it can be one or not. */
export const foldedName = (text: string): string => text.toLowerCase().replace(/[-_. ]+/g, '-');

/** What to say of a name that is not quite the one that was typed, on a line of its own; empty if it is. */
export function renaming(typed: string, name: string): string {
  if (typed === name || foldedName(typed) !== name) return '';
  const module = moduleOf(name);
  return `${quoted(typed)} becomes ${name}${module === name ? '' : ` (in Python: ${module})`}.\n`;
}

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
 * @param code where the code of that name is
 * @throws Failure (exit code 2) if its Python module cannot exist beside the packages that every project has
 */
export function parseName(text: string, where = 'name', code: CodeKind = 'file'): string {
  const name = normalName(text, where);
  const module = moduleOf(name);
  const isNew = code === 'file' || code === 'folder';
  const taken = isNew ? takenByPython(module) : undefined;
  const file = code === 'folder' ? `${module}/` : `${module}.py`;
  if (taken === 'keyword') throw badRequest(`${where}: "${name}" is a Python keyword.`, other);
  if (taken === 'module') throw badRequest(`${where}: ${file} would shadow Python's standard module ${module}.`, other);
  if (taken === 'dependency')
    throw badRequest(`${where}: ${file} would shadow a package that frameworks or their tests import.`, other);
  const meaning =
    reserved().get(module) ??
    (code === 'existing' ? undefined : unfit.get(module)) ??
    (code === 'file' ? unfitFile(module) : undefined);
  if (meaning !== undefined) throw badRequest(`${where}: "${name}" is reserved: ${meaning}.`, other);
  return name;
}

/**
 * Rejects the name of a project whose app is a folder, if that folder is none of the app's (`notInApp`), or there is a file of the
 * same name.
 * @throws Failure (exit code 2)
 */
export function checkAppFolder(name: string, where = 'name'): void {
  const module = moduleOf(name);
  if (module === 'manage') throw badRequest(`${where}: "${name}" is reserved: Django has its manage.py.`, other);
  if (/^(build|dist|docs|result|venv|wheels)$/.test(module))
    throw badRequest(`${where}: "${name}" is reserved: a folder ${module}/ is left out of apps.`, other);
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
