import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changing } from './calls.ts';

type Work = 'commit' | 'recover';

function run(work: Work, target: string, calls: RegExp, ...act: string[]): NodeJS.Signals | null {
  const script = fileURLToPath(new URL('run.js', import.meta.url));
  const { signal, status, stderr } = spawnSync(process.execPath, [script, work, target, calls.source, ...act], {
    encoding: 'utf8',
  });
  assert.ok(signal === 'SIGKILL' || status === 0, stderr);
  return signal;
}

/** Does the work in a process that is killed before its first call of the file system that matches. */
export function killed(work: Work, target: string, before: RegExp): void {
  assert.equal(run(work, target, before, 'kill'), 'SIGKILL');
}

/**
 * Does the work in a process that copies `folder` before each call that changes files: what it would leave if it was killed there.
 * @returns the copies, in their order, and `folder` as it is when the work is done
 */
export function interruptedStates(work: Work, target: string, folder: string): string[] {
  const copies = `${folder}-copies`;
  rmSync(copies, { recursive: true, force: true });
  mkdirSync(copies);
  assert.equal(run(work, target, changing, 'copy', folder, copies), null);
  const names = readdirSync(copies).sort((a, b) => Number(a) - Number(b));
  return [...names.map(name => join(copies, name)), folder];
}
