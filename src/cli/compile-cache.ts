import type { homedir } from 'node:os';
import type { join } from 'node:path';

/** How Node 20.16 and later hand out their modules, typed as far as it is wanted. */
type Builtins = (name: string) => {
  /** Since Node 22.8. */
  readonly enableCompileCache?: (folder: string) => unknown;
  readonly homedir: typeof homedir;
  readonly join: typeof join;
};

/**
 * Lets Node keep the compiled form of our modules, where it can, for the runs to come. NODE_COMPILE_CACHE and
 * NODE_DISABLE_COMPILE_CACHE have their say. In a folder of the user's: what lies in /tmp may be anybody's.
 */
export function cacheCompiled(): void {
  try {
    // No import: an older Node would load for nothing what it has no use for.
    const { getBuiltinModule: load } = process as { getBuiltinModule?: Builtins };
    const enable = load?.('module').enableCompileCache;
    if (!load || !enable) return;
    const { join } = load('path');
    enable(join(process.env.XDG_CACHE_HOME || join(load('os').homedir(), '.cache'), 'nix-python-container'));
  } catch {
    // It is about speed alone.
  }
}
