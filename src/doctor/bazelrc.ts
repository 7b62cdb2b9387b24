import { fault, type Finding, ok, warning } from './finding.ts';
import type { ProjectFacts } from './project-facts.ts';

/** One option of a .bazelrc, under the command that it is given to: `build`, `common`, `build:nix`, `try-import`. */
interface Option {
  readonly command: string;
  readonly option: string;
}

/** Takes a .bazelrc apart. */
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
  /** What a build has without it. */
  readonly without: string;
  readonly isNeeded?: (facts: ProjectFacts) => boolean;
  readonly isThere: (options: readonly Option[]) => boolean;
  /** Is the build sure to stop without it? */
  readonly stops?: (facts: ProjectFacts, hasCompiler: boolean) => boolean;
}

const forBuild = ['common', 'always', 'build'];

/** Is a flag on, by the last word on it? */
const isOn = (options: readonly Option[], name: string): boolean => {
  const said = options
    .filter(({ command }) => forBuild.includes(command))
    .map(({ option }) => option)
    .findLast(option => new RegExp(`^--(no)?${name}(=|$)`).test(option));
  return said !== undefined && !/^--no|=(0|false|no)$/.test(said);
};

const lines: readonly Line[] = [
  {
    line: 'common --repo_env=CC=true',
    without: 'Bazel looks for a C compiler, and stops where there is none',
    isThere: options =>
      options.some(
        ({ command, option }) =>
          forBuild.includes(command) && /^(--repo_env=)?(CC=.|BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=1)/.test(option),
      ),
    stops: ({ texts }, hasCompiler) =>
      !hasCompiler && !/\b(gcc|clang|stdenv|mkShell)\b/.test(texts.get('shell.nix') ?? ''),
  },
  {
    line: 'build --incompatible_strict_action_env',
    without: 'actions see the PATH of your shell, so that no two machines share results',
    // From then on Bazel does so by itself.
    isNeeded: ({ bazel }) => Number(bazel) < 9,
    isThere: options => isOn(options, 'incompatible_strict_action_env'),
  },
  {
    line: 'common --noenable_workspace',
    without: 'a WORKSPACE adds dependencies to those of MODULE.bazel',
    isNeeded: ({ bazel }) => bazel === '7',
    isThere: options => options.some(({ option }) => /^--(no)?enable_workspace/.test(option)),
  },
  {
    line: 'build:nix --incompatible_strict_action_env',
    without: 'Bazel refuses --config=nix',
    isThere: options => options.some(({ command }) => command.endsWith(':nix')),
  },
  {
    line: 'try-import %workspace%/user.bazelrc',
    without: 'Bazel does not read your user.bazelrc',
    isNeeded: ({ texts }) => texts.has('user.bazelrc'),
    isThere: options =>
      options.some(({ command, option }) => /^(try-)?import$/.test(command) && option.endsWith('/user.bazelrc')),
  },
];

/**
 * Judges a project's .bazelrc by the lines that its build depends on.
 * @param hasCompiler is a C compiler on PATH?
 */
export function judgeBazelrc(facts: ProjectFacts, hasCompiler: boolean): readonly Finding[] {
  const text = facts.texts.get('.bazelrc');
  if (text === undefined) return [fault('.bazelrc is missing', 'nix-python-container new .')];
  const options = optionsIn(text);
  const missing = lines.filter(({ isNeeded = () => true, isThere }) => isNeeded(facts) && !isThere(options));
  if (missing.length === 0) return [ok('.bazelrc has the lines that a build depends on')];
  return missing.map(({ line, without, stops }) => {
    const message = `.bazelrc lacks ${line}: without it, ${without}`;
    const fix = /(^|\n)$/.test(text) ? `echo '${line}' >> .bazelrc` : `(echo; echo '${line}') >> .bazelrc`;
    return stops?.(facts, hasCompiler) ? fault(message, fix) : warning(message, fix);
  });
}
