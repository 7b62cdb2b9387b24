import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/**
 * Creates a folder and mounts a tmpfs on it. Needs root: without, the test is skipped, or fails in CI.
 * @returns a function that unmounts it
 */
export function mounted(test: Mocha.Context, folder: string, options: string): () => void {
  mkdirSync(folder);
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { encoding: 'utf8' });
  if (status !== 0) {
    if (process.env.CI) throw new Error(`CI must be able to mount: ${stderr}`);
    test.skip();
  }
  return () => execFileSync('umount', [folder]);
}

/** Makes a mounted file system read-only. */
export const remountReadOnly = (folder: string): void => {
  execFileSync('mount', ['-o', 'remount,ro', folder]);
};
