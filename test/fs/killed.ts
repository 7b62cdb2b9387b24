import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { changing } from './calls.ts';

/**
 * Does the work in a process of its own that is killed ahead of its nth call into the file system that matches.
 * Gives whether it came to that; with an n out of reach, the work is simply done.
 */
export function killed(work: 'commit' | 'recover', target: string, n = 1, where = changing): boolean {
  const run = fileURLToPath(new URL('run.js', import.meta.url));
  const { signal, status, stderr } = spawnSync(process.execPath, [run, work, target, String(n), where.source], {
    encoding: 'utf8',
  });
  assert.ok(signal === 'SIGKILL' || status === 0, stderr);
  return signal === 'SIGKILL';
}
