import { runGit } from '../process/git.ts';
import { printWarning, prose } from '../terminal/messages.ts';
import type { Context } from '../load/context.ts';

/**
 * Makes a folder a git repository unless it is in one, and adds these files: a flake sees only files that were added. If git
 * fails, that is a warning: the project was written.
 */
export async function initRepository(
  folder: string,
  paths: readonly string[],
  { environment, signal, stderr }: Pick<Context, 'environment' | 'signal' | 'stderr'>,
): Promise<void> {
  // With SIGTERM, git removes its lock file: the repository may be an older one.
  const git = (...args: string[]) => runGit(['-C', folder, ...args], { environment, signal, stopSignal: 'SIGTERM' });
  const inRepository = (await git('rev-parse', '--git-dir')).fault === undefined;
  const initialised = inRepository ? undefined : await git('init', '--quiet', '--initial-branch=main');
  const result = initialised?.fault === undefined ? await git('add', '--', ...paths) : initialised;
  if (result.fault !== undefined) {
    printWarning(`the project was written, but git failed: ${result.message}`, stderr);
  } else {
    const done = inRepository
      ? 'Added the files to the git repository.'
      : 'Created a git repository with the files added.';
    stderr.write(`${prose(done, stderr)}\n`);
  }
}
