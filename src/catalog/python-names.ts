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
 * Why a project's module cannot have a name: it is a Python keyword, a standard module (`sys.stdlib_module_names` of 3.11, which
 * includes what later versions removed, the new ones of 3.14 and 3.15, `test`, and what Python imports by itself when it starts), or
 * imported by one of the frameworks, gunicorn or pytest.
 * @returns undefined if it can
 */
export function takenByPython(module: string): 'keyword' | 'module' | 'dependency' | undefined {
  const { keywords, modules, dependencies } = names();
  if (keywords.includes(module)) return 'keyword';
  if (modules.includes(module)) return 'module';
  return dependencies.includes(module) ? 'dependency' : undefined;
}

/** The module name of a pip package (normalised name), by default its own with `_` for `-`. */
export const importOf = (name: string): string =>
  // A package may be called "constructor".
  (Object.hasOwn(names().imports, name) ? names().imports[name] : undefined) ?? name.replaceAll('-', '_');

/** The pip packages that are imported by a name that is not theirs: `bs4` is beautifulsoup4. */
export const packagesOfImport = (imported: string): string[] =>
  Object.entries(names().imports)
    .filter(([, module]) => module === imported.replaceAll('-', '_'))
    .map(([name]) => name);
