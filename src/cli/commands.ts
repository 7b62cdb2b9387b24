import type { ExitCode } from '../errors/failure.ts';
import { type Answers, updatableNames } from '../model/questions.ts';
import type { CommandName, Request, SwitchName } from '../commands/request.ts';
import type { Context } from '../load/context.ts';

/** One command: what help says of it, what it takes, and how it is run. */
export interface Command {
  readonly arguments: string;
  readonly summary: string;
  /** What follows the command's name in its examples. */
  readonly examples: readonly string[];
  /** What its words are, and how many it takes at most; a command that needs some says so itself. */
  readonly words: {
    readonly name: 'folder' | 'packages' | 'providers' | 'services';
    readonly most: number;
    readonly help: string;
  };
  readonly switches: readonly SwitchName[];
  /** The questions whose flags it knows as well. */
  readonly questions: 'all' | readonly (keyof Answers)[];
  /** Loaded when it is wanted: starting is the cost that users feel. */
  readonly load: () => Promise<(request: Request, context: Context) => Promise<ExitCode>>;
}

const everywhere: readonly SwitchName[] = ['json', 'verbose', 'help', 'version'];

/** The commands; without one, `new` is meant. */
export const commands = {
  new: {
    arguments: '[new] [FOLDER]',
    summary: 'Write a project',
    // Those of `new` stand in the help of everything.
    examples: [],
    words: { name: 'folder', most: 1, help: 'Where the project goes' },
    switches: ['requirements', 'answers', 'yes', 'dry-run', 'diff', 'force', 'build', ...everywhere],
    questions: 'all',
    load: async () => (await import('../commands/new.ts')).runNew,
  },
  add: {
    arguments: 'add PACKAGE…',
    summary: 'Add pip packages to the project you are in, or change their ranges',
    examples: ["requests 'redis>=4'", 'hypothesis --dev'],
    words: { name: 'packages', most: Infinity, help: "pip packages, as in requests 'redis>=4'" },
    switches: ['dev', 'requirements', 'dry-run', 'diff', ...everywhere],
    questions: [],
    load: async () => (await import('../commands/add.ts')).runAdd,
  },
  remove: {
    arguments: 'remove PACKAGE…',
    summary: 'Remove pip packages from the project you are in',
    examples: ['redis', 'hypothesis --dev'],
    words: { name: 'packages', most: Infinity, help: 'Names of pip packages' },
    switches: ['dev', 'dry-run', 'diff', ...everywhere],
    questions: [],
    load: async () => (await import('../commands/remove.ts')).runRemove,
  },
  build: {
    arguments: 'build [FOLDER]',
    summary: 'Build and test a project with Bazel, in its own shell',
    examples: ['', 'hello'],
    words: { name: 'folder', most: 1, help: 'Where the project is' },
    switches: everywhere,
    questions: [],
    load: async () => (await import('../commands/build.ts')).runBuild,
  },
  ci: {
    arguments: 'ci PROVIDER…',
    summary: 'Add pipelines to the project you are in: github, gitlab',
    examples: ['github', 'github gitlab'],
    words: { name: 'providers', most: Infinity, help: 'github, gitlab' },
    switches: ['dry-run', 'diff', 'force', ...everywhere],
    questions: [],
    load: async () => (await import('../commands/ci.ts')).runCi,
  },
  update: {
    arguments: 'update [FOLDER]',
    summary: 'Bring a project to new answers, or to what this version generates, and keep your changes',
    examples: ['', '--nixpkgs 26.05 --python 3.13 --bazel 8', '--dry-run --diff'],
    words: { name: 'folder', most: 1, help: 'Where the project is' },
    switches: ['dry-run', 'diff', 'force', ...everywhere],
    questions: updatableNames,
    load: async () => (await import('../commands/update.ts')).runUpdate,
  },
  service: {
    arguments: 'service NAME…',
    summary: 'Add another app to the project you are in, with a test and an image, or take one away',
    examples: ['worker', 'worker --remove'],
    words: { name: 'services', most: Infinity, help: 'Names of services' },
    switches: ['remove', 'dry-run', 'diff', ...everywhere],
    questions: [],
    load: async () => (await import('../commands/service.ts')).runService,
  },
  doctor: {
    arguments: 'doctor [FOLDER]',
    summary: 'Look for what keeps the machine or a project from building',
    examples: ['', 'hello --json'],
    words: { name: 'folder', most: 1, help: 'Where the project is' },
    switches: everywhere,
    questions: [],
    load: async () => (await import('../commands/doctor.ts')).runDoctor,
  },
} as const satisfies Record<CommandName, Command>;
