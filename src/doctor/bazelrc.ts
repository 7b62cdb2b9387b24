import { failed, type Finding, ok, warning } from './finding.ts';
import type { ProjectFacts } from './project-facts.ts';

/** One option in a .bazelrc, and the command before it: `build`, `common`, `build:nix`, `try-import`. */
interface Option {
  readonly command: string;
  readonly option: string;
}

/** The options in a .bazelrc, in their order. `--repo_env CC=true` is two words, and two options here. */
export function optionsIn(text: string): Option[] {
  const lines = text.replace(/\\\r?\n/g, ' ').split('\n');
  return lines.flatMap(line => {
    const [command = '', ...options] = line
      .replace(/(^|\s)#.*/, '')
      .trim()
      .split(/\s+/);
    return options.map(option => ({ command, option }));
  });
}

/** A line that the build depends on. */
interface Line {
  readonly line: string;
  /** What happens without it. */
  readonly without: string;
  readonly isNeeded?: (facts: ProjectFacts) => boolean;
  readonly isPresent: (options: readonly Option[]) => boolean;
  /** Whether the build certainly fails without it. */
  readonly isFatal?: (facts: ProjectFacts, hasCompiler: boolean) => boolean;
}

/** The options of `bazel build`. */
const ofBuild = (options: readonly Option[]): string[] =>
  options.filter(({ command }) => ['common', 'always', 'build'].includes(command)).map(({ option }) => option);

/** Whether a flag is on: its last occurrence counts. */
function isOn(options: readonly Option[], name: string): boolean {
  const last = ofBuild(options).findLast(option => new RegExp(`^--(no)?${name}(=|$)`).test(option));
  return last !== undefined && !/^--no|=(0|false|no)$/.test(last);
}

/** The last value of a variable that `--repo_env` sets. */
const repositoryVariable = (options: readonly Option[], name: string): string | undefined =>
  ofBuild(options)
    .map((option, index, all) => (option === '--repo_env' ? `--repo_env=${all[index + 1]}` : option))
    .findLast(option => option.startsWith(`--repo_env=${name}=`))
    ?.slice(`--repo_env=${name}=`.length);

const lines: readonly Line[] = [
  {
    line: 'common --repo_env=CC=true',
    without: 'Bazel looks for a C compiler, and fails if there is none',
    // BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=1 does not replace it: analysis fails with the toolchain that it leaves (bazelbuild/bazel#8751).
    isPresent: options => Boolean(repositoryVariable(options, 'CC')),
    isFatal: ({ texts }, hasCompiler) =>
      !hasCompiler && !/\b(gcc|clang|stdenv|mkShell)\b/.test(texts.get('shell.nix') ?? ''),
  },
  {
    line: 'build --incompatible_strict_action_env',
    without: 'actions see the PATH of your shell, so that machines cannot share results',
    // The default since Bazel 9.
    isNeeded: ({ bazel }) => Number(bazel) < 9,
    isPresent: options => isOn(options, 'incompatible_strict_action_env'),
  },
  {
    line: 'common --noenable_workspace',
    without: 'a WORKSPACE file adds dependencies to those of MODULE.bazel',
    isNeeded: ({ bazel }) => bazel === '7',
    isPresent: options => options.some(({ option }) => /^--(no)?enable_workspace/.test(option)),
  },
  {
    line: 'build:nix --incompatible_strict_action_env',
    without: 'Bazel rejects --config=nix',
    isPresent: options => options.some(({ command }) => command.endsWith(':nix')),
  },
  {
    line: 'try-import %workspace%/user.bazelrc',
    without: 'Bazel does not read your user.bazelrc',
    isNeeded: ({ texts }) => texts.has('user.bazelrc'),
    isPresent: options =>
      options.some(({ command, option }) => /^(try-)?import$/.test(command) && option.endsWith('/user.bazelrc')),
  },
];

/**
 * Assesses whether .bazelrc has the lines that the build depends on.
 * @param hasCompiler whether there is a C compiler on PATH
 */
export function assessBazelrc(facts: ProjectFacts, hasCompiler: boolean): readonly Finding[] {
  const text = facts.texts.get('.bazelrc');
  if (text === undefined) return [failed('.bazelrc is missing', 'nix-python-container new .')];
  const options = optionsIn(text);
  const missing = lines.filter(({ isNeeded = () => true, isPresent }) => isNeeded(facts) && !isPresent(options));
  if (missing.length === 0) return [ok('.bazelrc has the lines that the build depends on')];
  return missing.map(({ line, without, isFatal }) => {
    const message = `.bazelrc lacks ${line}: without it, ${without}`;
    const fix = /(^|\n)$/.test(text) ? `echo '${line}' >> .bazelrc` : `(echo; echo '${line}') >> .bazelrc`;
    return isFatal?.(facts, hasCompiler) ? failed(message, fix) : warning(message, fix);
  });
}
