import { read } from './read.ts';

interface Names {
  readonly keywords: readonly string[];
  readonly modules: readonly string[];
  readonly dependencies: readonly string[];
  readonly imports: Readonly<Record<string, string>>;
}

let loaded: Names | undefined;

function names(): Names {
  loaded ??= read('python-names.json') as Names;
  return loaded;
}

/**
 * Why a name cannot be a module of one's own: a keyword of Python, a module of its standard library
 * (`sys.stdlib_module_names` of 3.11, which still has what later versions removed, and the new ones of 3.14 and 3.15),
 * or a module that Flask, gunicorn or pytest import.
 */
export function takenByPython(module: string): 'keyword' | 'module' | 'dependency' | undefined {
  const { keywords, modules, dependencies } = names();
  if (keywords.includes(module)) return 'keyword';
  if (modules.includes(module)) return 'module';
  return dependencies.includes(module) ? 'dependency' : undefined;
}

/** The module that a pip package (normalised name) is imported by, where that is known to be another name. */
export const importOf = (name: string): string =>
  // A package may be called "constructor".
  (Object.hasOwn(names().imports, name) ? names().imports[name] : undefined) ?? name.replaceAll('-', '_');
