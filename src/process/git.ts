import { gitEnvironment } from './environment.ts';
import { type ProcessOptions, type ProcessResult, runProcess } from './run-process.ts';

/** A repository's own settings may name programs to run, and the repository is not trusted. */
const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-pager', '--no-optional-locks'];

/** Runs git in the repository of a folder, unaffected by the variables of git hooks, and without running programs of its settings. */
export const runGit = (args: readonly string[], options: ProcessOptions): Promise<ProcessResult> =>
  runProcess('git', [...safe, ...args], { ...options, environment: gitEnvironment(options.environment) });
