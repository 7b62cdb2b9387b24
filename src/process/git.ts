import { type ProcessOptions, type ProcessResult, runProcess } from './run-process.ts';

// Set in git's hooks and aliases; they would lead every git into another repository.
const redirecting =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX|CONFIG|CONFIG_PARAMETERS|CONFIG_COUNT|EXTERNAL_DIFF|TRACE.*)$/;

// A repository's own settings may name programs, which are not ours to run: it may be anybody's.
const harmless = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-pager', '--no-optional-locks'];

/** The environment that git is run in: of this one, without what leads it elsewhere, and in English. */
export const gitEnvironment = (environment: ProcessOptions['environment']): ProcessOptions['environment'] => ({
  ...Object.fromEntries(Object.entries(environment).filter(([name]) => !redirecting.test(name))),
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
});

/** Runs git so that neither the environment nor the repository's settings bend what it does. Never throws. */
export const runGit = (args: readonly string[], options: ProcessOptions): Promise<ProcessResult> =>
  runProcess('git', [...harmless, ...args], { ...options, environment: gitEnvironment(options.environment) });
