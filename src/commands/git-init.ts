import { runGit } from '../process/git.ts';
import type { Context } from '../load/context.ts';

/** What became of a repository: a sentence, or if git failed, a warning. */
export interface GitResult {
  readonly done?: string;
  readonly warnings: readonly string[];
}

/**
 * Makes a folder a git repository unless it is in one, and adds these files: a flake sees only files that were added. If git
 * fails, that is a warning: the project was written.
 */
export async function initRepository(
  folder: string,
  paths: readonly string[],
  { environment, signal }: Pick<Context, 'environment' | 'signal'>,
): Promise<GitResult> {
  // With SIGTERM, git removes its lock file: the repository may be an older one.
  const git = (...args: string[]) => runGit(['-C', folder, ...args], { environment, signal, stopSignal: 'SIGTERM' });
  const inRepository = (await git('rev-parse', '--git-dir')).fault === undefined;
  const initialised = inRepository ? undefined : await git('init', '--quiet', '--initial-branch=main');
  const result = initialised?.fault === undefined ? await git('add', '--', ...paths) : initialised;
  if (result.fault !== undefined) {
    return { warnings: [`the project was written, but git failed: ${result.message}`] };
  }
  const done = inRepository
    ? 'Added the files to the git repository.'
    : 'Created a git repository with the files added.';
  return { done, warnings: [] };
}
