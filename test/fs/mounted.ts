import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/**
 * Mounts a file system of its own on a new folder and gives the function that unmounts it. It needs root: without, the
 * test is skipped, but in CI it fails.
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

/** Makes what is mounted there read-only. */
export const remountReadOnly = (folder: string): void => {
  execFileSync('mount', ['-o', 'remount,ro', folder]);
};
