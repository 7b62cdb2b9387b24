import { gitEnvironment } from './environment.ts';
import { type ProcessOptions, type ProcessResult, runProcess } from './run-process.ts';

/**
 * A repository's own settings may name programs to run, and the repository is not trusted. Nor is a folder that only looks like a
 * bare one. The filters of its settings run in `git add` alone: the index would be wrong without them.
 */
const safe = [
  ...['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'safe.bareRepository=explicit'].flatMap(one => ['-c', one]),
  ...['--no-pager', '--no-optional-locks'],
];

/** Runs git in the repository of a folder, unaffected by the variables of git hooks, and without running programs of its settings. */
export const runGit = (args: readonly string[], options: ProcessOptions): Promise<ProcessResult> =>
  runProcess('git', [...safe, ...args], { ...options, environment: gitEnvironment(options.environment) });

const filterSetting = '^filter\\..*\\.(clean|process|required)$';

/**
 * Options with which `git status` runs no filter of a repository's own settings (`filter.NAME.clean`). Those in the settings of the
 * user run: git-lfs, for example.
 */
export async function withoutFilters(options: ProcessOptions): Promise<ProcessOptions> {
  const { environment } = options;
  const { stdout } = await runGit(
    ['config', '--includes', '--show-scope', '--null', '--name-only', '--get-regexp', filterSetting],
    options,
  );
  const words = stdout.split('\0');
  const names = words.filter((_, index) => index % 2 === 1 && /^(local|worktree)$/.test(words[index - 1] ?? ''));
  const before = Number(environment.GIT_CONFIG_COUNT ?? 0) || 0;
  // Not by `-c`, which would take a name with an equals sign for another name and its value.
  const settings: Record<string, string> = { GIT_CONFIG_COUNT: String(before + names.length) };
  for (const [index, name] of names.entries()) {
    settings[`GIT_CONFIG_KEY_${before + index}`] = name;
    settings[`GIT_CONFIG_VALUE_${before + index}`] = name.endsWith('.required') ? 'false' : '';
  }
  return { ...options, environment: { ...environment, ...settings } };
}
