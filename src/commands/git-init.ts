import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { OutputStream } from '../terminal/output.ts';

const run = promisify(execFile);

/**
 * Makes a folder a git repository, unless it is in one, and adds these files of it: a flake sees only what git knows.
 * A failure is told and does not undo the project.
 */
export async function initRepository(
  folder: string,
  paths: readonly string[],
  { write, colors }: OutputStream,
): Promise<void> {
  const git = (...args: string[]) => run('git', ['-C', folder, ...args]);
  try {
    await git('rev-parse', '--git-dir').catch(() => git('init', '--quiet', '--initial-branch=main'));
    await git('add', '--', ...paths);
  } catch (error) {
    const text = (error as { stderr?: string }).stderr?.trim() || (error as Error).message;
    write(`${colors.yellow('warning:')} the project is written, but git failed: ${text}\n`);
  }
}
