import { runGit } from '../process/git.ts';
import type { Context } from '../load/context.ts';

/**
 * Makes a folder a git repository, unless it is in one, and adds these files of it: a flake sees only what git knows.
 * A failure is a warning, as the project is written.
 */
export async function initRepository(
  folder: string,
  paths: readonly string[],
  { environment, signal, stderr: { write, colors } }: Pick<Context, 'environment' | 'signal' | 'stderr'>,
): Promise<void> {
  const git = (...args: string[]) => runGit(['-C', folder, ...args], { environment, signal });
  const inRepository = (await git('rev-parse', '--git-dir')).fault === undefined;
  const initialised = inRepository ? undefined : await git('init', '--quiet', '--initial-branch=main');
  const result = initialised?.fault === undefined ? await git('add', '--', ...paths) : initialised;
  if (result.fault !== undefined) {
    write(`${colors.yellow('warning:')} the project was written, but git failed: ${result.message}\n`);
  }
}
