import { badRequest } from '../errors/failure.ts';
import { moduleOf, parseName } from './name.ts';

/** An app in a folder of its own: as the project's first one, it has a name and a module. */
export interface Service {
  readonly name: string;
  readonly module: string;
}

/**
 * Checks the names of a project's further services.
 * @param project the name of the project, which is that of its first service
 * @returns each once, in the order of their folders
 * @throws Failure (exit code 2) for a name that cannot be that of a module, or is the project's
 */
export function parseServices(texts: readonly string[], project: string, where = 'services'): Service[] {
  const names = new Set(texts.map(text => parseName(text, where)));
  if (names.has(project)) {
    throw badRequest(`${where}: ${project} is the first service of this project.`, 'Choose another name.');
  }
  return [...names].map(name => ({ name, module: moduleOf(name) })).sort((a, b) => (a.module < b.module ? -1 : 1));
}
