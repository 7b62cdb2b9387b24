import type { homedir } from 'node:os';
import type { join } from 'node:path';

/** `process.getBuiltinModule` of Node 20.16 and later, with the types used here. */
type Builtins = (name: string) => {
  /** Since Node 22.8. */
  readonly enableCompileCache?: (folder: string) => unknown;
  readonly homedir: typeof homedir;
  readonly join: typeof join;
};

/**
 * Switches on Node's compile cache where Node has one, so that later runs start faster. NODE_COMPILE_CACHE and
 * NODE_DISABLE_COMPILE_CACHE are respected. The cache is in the user's own folder: every user can write to /tmp.
 */
export function cacheCompiled(): void {
  try {
    // No import, which would cost an older Node time for nothing.
    const { getBuiltinModule: load } = process as { getBuiltinModule?: Builtins };
    const enable = load?.('module').enableCompileCache;
    if (!load || !enable) return;
    const { join } = load('path');
    enable(join(process.env.XDG_CACHE_HOME || join(load('os').homedir(), '.cache'), 'nix-python-container'));
  } catch {
    // Without the cache, everything still works.
  }
}
