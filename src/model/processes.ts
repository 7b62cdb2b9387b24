import { badRequest } from '../errors/failure.ts';
import { ShellWordsError, shellWords } from '../text/shell-words.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { moduleOf, normalName } from './name.ts';
import type { Service } from './services.ts';

/** A further command of the project's own code: a worker, a scheduler, migrations. */
export interface Process {
  readonly name: string;
  /** Its Bazel target. */
  readonly module: string;
  /** The words of its command. */
  readonly command: readonly string[];
}

/** A command as a shell would read it, in one spelling. */
export const lineOf = ({ command }: Pick<Process, 'command'>): string => command.map(shellQuote).join(' ');

/**
 * Checks the further processes of a project.
 * @param lines the command of each by its name
 * @returns sorted by target
 * @throws Failure (exit code 2) for a name that is taken, and for a command that would need a shell
 */
export function parseProcesses(
  lines: Readonly<Record<string, string>>,
  project: string,
  services: readonly Service[],
  where = 'processes',
): Process[] {
  const processes = Object.entries(lines)
    .map(([text, line]) => {
      const name = normalName(text, where);
      return { name, module: moduleOf(name), command: wordsOf(line, `${where}: ${name}`) };
    })
    .sort((a, b) => (a.module < b.module ? -1 : 1));
  const taken = new Map<string, string>([
    ...targetsOfProject(moduleOf(project)).map(target => [target, 'the project itself'] as const),
    ...services.map(({ name, module }) => [`//:${module}`, `the service ${name}`] as const),
  ]);
  for (const { name, module } of processes) {
    for (const target of targetsOf(module)) {
      const holder = taken.get(target);
      if (holder) throw badRequest(`${where}: ${target} already belongs to ${holder}.`, 'Choose another name.');
      taken.set(target, `the process ${name}`);
    }
  }
  return processes;
}

/** The targets of the templates, and folders at the root that a target must not replace. */
const targetsOfProject = (module: string): string[] => [
  ...[module, `${module}_lib`, `${module}_test`, `${module}_image`, 'tests'].map(name => `//:${name}`),
  ...['all', 'bazel', 'conftest', 'external', 'image', 'nix'].map(name => `//:${name}`),
  ...['app_layer', 'app_layer_content', 'base', 'base_size', 'digest', 'image', 'load', 'push', 'run', 'size'].map(
    name => `//image:${name}`,
  ),
];

const targetsOf = (module: string): string[] => [
  ...[module, `${module}_image`].map(name => `//:${name}`),
  ...[module, `${module}_load`, `${module}_push`, `${module}_run`].map(name => `//image:${name}`),
];

function wordsOf(line: string, where: string): string[] {
  const hint = "Example: --command 'celery -A shop worker'";
  let words: string[];
  try {
    words = line.length > 4000 ? [] : shellWords(line);
  } catch (error) {
    if (!(error instanceof ShellWordsError)) throw error;
    throw badRequest(`${where}: the command ${error.message}.`, hint);
  }
  if (line.length > 4000) throw badRequest(`${where}: the command has more than 4000 characters.`, hint);
  const [program = ''] = words;
  if (program === '') throw badRequest(`${where}: the command is empty.`, hint);
  if (/^\w+=/.test(program)) {
    throw badRequest(
      `${where}: a command cannot start with a variable.`,
      `Set it in environment in [tool.nixpkgs.image]; or start the command with env, as env ${shellQuote(program)} …, and set shell = true there.`,
    );
  }
  return words;
}
