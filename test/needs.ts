import { spawnSync } from 'node:child_process';

/** A mocha hook: skips tests when a tool is not on PATH, but fails where CI promises to have it. */
export function needs(tool: string): (this: Mocha.Context) => void {
  return function () {
    if (spawnSync('sh', ['-c', 'command -v -- "$0"', tool]).status === 0) return;
    if (process.env.CI) throw new Error(`CI must have ${tool}`);
    this.skip();
  };
}
