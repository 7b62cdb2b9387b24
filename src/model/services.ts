import { badRequest } from '../errors/failure.ts';
import { type CodeKind, moduleOf, parseName } from './name.ts';

/** A further app of the project, in its own folder. */
export interface Service {
  readonly name: string;
  readonly module: string;
}

/**
 * Checks the names of the further services of a project.
 * @param project the name of the project, which is also its first service's
 * @param code `folder` for new ones
 * @returns each once, sorted by folder
 * @throws Failure (exit code 2) for a name that cannot be a module's, or is the project's
 */
export function parseServices(
  texts: readonly string[],
  project: string,
  where = 'services',
  code: CodeKind = 'existing',
): Service[] {
  const names = new Set(texts.map(text => parseName(text, where, code)));
  if (names.has(project)) {
    throw badRequest(`${where}: ${project} is already the first service of this project.`, 'Choose another name.');
  }
  // Bazel writes the program of the test where it would put the folder.
  const test = `${moduleOf(project)}_test`;
  const taken = [...names].find(name => moduleOf(name) === test);
  if (taken !== undefined) throw badRequest(`${where}: ${taken} is the test of this project.`, 'Choose another name.');
  return [...names].map(name => ({ name, module: moduleOf(name) })).sort((a, b) => (a.module < b.module ? -1 : 1));
}
