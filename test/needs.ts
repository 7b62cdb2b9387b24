import { spawnSync } from 'node:child_process';

/**
 * A mocha hook that skips the tests beside it where `tool` cannot be run; in CI, where every tool has to be there, it fails them.
 * @example before(needs('nix-store'))
 */
export function needs(tool: string): (this: Mocha.Context) => void {
  return function () {
    if (!spawnSync(tool, ['--version']).error) return;
    if (process.env['CI']) throw new Error(`${tool} is not installed.`);
    this.skip();
  };
}
