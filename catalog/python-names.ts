import { readFileSync } from 'node:fs';

let loaded: { readonly keywords: readonly string[]; readonly modules: readonly string[] } | undefined;

/**
 * Why a name cannot be a module of one's own: a keyword of Python, or a module of its standard library
 * (`sys.stdlib_module_names` of 3.11, which still has what later versions removed, and the new ones of 3.14 and 3.15).
 */
export function takenByPython(module: string): 'keyword' | 'module' | undefined {
  loaded ??= JSON.parse(readFileSync(new URL('python-names.json', import.meta.url), 'utf8')) as NonNullable<
    typeof loaded
  >;
  if (loaded.keywords.includes(module)) return 'keyword';
  return loaded.modules.includes(module) ? 'module' : undefined;
}
