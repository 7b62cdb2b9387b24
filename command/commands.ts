import type { ExitCode } from '../project/failure.ts';
import type { Request, SwitchName } from './flags.ts';
import type { World } from './world.ts';

/** One command: what help says of it, what it takes, and how it is run. */
export interface Command {
  readonly arguments: string;
  readonly summary: string;
  /** What its words are, if they are not the one folder. */
  readonly words?: { readonly name: string; readonly description: string };
  /** The switches it knows; `questions` if it knows those of the answers too. */
  readonly switches: readonly SwitchName[];
  readonly questions: boolean;
  /** Loaded when it is wanted: starting is the cost that users feel. */
  readonly load: () => Promise<(request: Request, world: World) => Promise<ExitCode>>;
}

const everywhere: readonly SwitchName[] = ['json', 'verbose', 'help', 'version'];

/** The commands; without one, `new` is meant. */
export const commands = {
  new: {
    arguments: '[new] [FOLDER]',
    summary: 'Write a project, or bring one to other answers',
    switches: ['requirements', 'answers', 'yes', 'dry-run', 'diff', 'force', 'build', ...everywhere],
    questions: true,
    load: async () => (await import('./new.ts')).runNew,
  },
  build: {
    arguments: 'build [FOLDER]',
    summary: 'Build and test a project with Bazel, in its own shell',
    switches: everywhere,
    questions: false,
    load: async () => (await import('./build.ts')).runBuild,
  },
  ci: {
    arguments: 'ci PROVIDER…',
    summary: 'Add pipelines to the project in this folder: github, gitlab',
    words: { name: 'providers', description: 'github, gitlab' },
    switches: ['dry-run', 'diff', 'force', ...everywhere],
    questions: false,
    load: async () => (await import('./ci.ts')).runCi,
  },
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof commands;
