import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The environment of a separate Nix: no daemon, no caches, a configuration and a home in `folder`. */
export function nixEnvironment(folder: string): NodeJS.ProcessEnv {
  mkdirSync(join(folder, 'home'), { recursive: true });
  writeFileSync(
    join(folder, 'nix.conf'),
    ['sandbox = false', 'build-users-group =', 'substituters =', 'experimental-features = nix-command flakes', ''].join(
      '\n',
    ),
  );
  const { NIX_PATH: _, ...environment } = process.env;
  return { ...environment, NIX_CONF_DIR: folder, NIX_REMOTE: '', HOME: join(folder, 'home') };
}

/** Runs a Nix command and gives what it prints. */
export const nix = (env: NodeJS.ProcessEnv, command: string, ...args: string[]): string =>
  execFileSync(command, args, { env, encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'pipe'] });
