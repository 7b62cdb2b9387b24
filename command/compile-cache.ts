import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Since Node 22.8. */
type Cache = { readonly enableCompileCache?: (folder: string) => unknown };

/**
 * Lets Node keep the compiled form of our modules, where it can, for the runs to come. NODE_COMPILE_CACHE and
 * NODE_DISABLE_COMPILE_CACHE have their say. In a folder of the user's: what lies in /tmp may be anybody's.
 */
export function cacheCompiled({ enableCompileCache } = module as Cache): void {
  try {
    enableCompileCache?.(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'nix-python-container'));
  } catch {
    // It is about speed alone.
  }
}
