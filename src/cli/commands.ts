import type { ExitCode } from '../errors/failure.ts';
import { providerNames } from '../model/ci-providers.ts';
import { type Answers, updatableNames } from '../model/questions.ts';
import type { CommandName, Request, SwitchName } from '../commands/request.ts';
import { shells } from './shells.ts';
import type { Context } from '../load/context.ts';

/** One command: its help, the words and options it takes, and how to run it. */
export interface Command {
  readonly arguments: string;
  readonly summary: string;
  /** What follows the command's name in its examples. */
  readonly examples: readonly string[];
  /** The words after its name, and how many it takes at most. A command that needs some checks that itself. */
  readonly words: {
    readonly name: 'folder' | 'packages' | 'providers' | 'services' | 'shells';
    readonly most: number;
    readonly help: string;
  };
  readonly switches: readonly SwitchName[];
  /** The questions that its options answer. */
  readonly questions: 'all' | readonly (keyof Answers)[];
  /** Loads its module on demand, which keeps start-up short. */
  readonly load: () => Promise<(request: Request, context: Context) => Promise<ExitCode>>;
}

const everywhere: readonly SwitchName[] = ['json', 'verbose', 'help', 'version'];

const knownProviders = providerNames.join(', ');

/** The commands. Without one, `new` is meant. */
export const commands = {
  new: {
    arguments: '[new] [FOLDER]',
    summary: 'Create a project, in a new folder or around an app that exists',
    // The general help has those of `new`.
    examples: [],
    words: { name: 'folder', most: 1, help: 'Folder of the new project; one with an app is adopted' },
    switches: [
      'requirements',
      'pins',
      'skip-missing',
      'max-archive',
      'max-silence',
      'answers',
      'yes',
      'dry-run',
      'diff',
      'force',
      'build',
      ...everywhere,
    ],
    questions: 'all',
    load: async () => (await import('../commands/new.ts')).runNew,
  },
  add: {
    arguments: 'add PACKAGE…',
    summary: 'Add pip packages to the current project, or change their version ranges',
    examples: ["requests 'redis>=4'", 'hypothesis --dev'],
    words: { name: 'packages', most: Infinity, help: "pip packages, for example requests 'redis>=4'" },
    switches: ['dev', 'requirements', 'pins', 'skip-missing', 'max-silence', 'force', 'dry-run', 'diff', ...everywhere],
    questions: [],
    load: async () => (await import('../commands/add.ts')).runAdd,
  },
  remove: {
    arguments: 'remove PACKAGE…',
    summary: 'Remove pip packages from the current project',
    examples: ['redis', 'hypothesis --dev'],
    words: { name: 'packages', most: Infinity, help: 'Names of pip packages' },
    switches: ['dev', 'max-silence', 'dry-run', 'diff', ...everywhere],
    questions: [],
    load: async () => (await import('../commands/remove.ts')).runRemove,
  },
  lock: {
    arguments: 'lock [--upgrade [NAME…]]',
    summary: 'Lock the versions of the packages of the current project, if they come from PyPI',
    examples: ['', '--upgrade', '--upgrade flask'],
    words: { name: 'packages', most: Infinity, help: 'With --upgrade: names of packages' },
    switches: ['upgrade', 'max-silence', 'dry-run', 'diff', ...everywhere],
    questions: [],
    load: async () => (await import('../commands/lock.ts')).runLock,
  },
  build: {
    arguments: 'build [FOLDER]',
    summary: 'Build and test a project with Bazel, in its own Nix shell',
    examples: ['', 'hello'],
    words: { name: 'folder', most: 1, help: 'Folder of the project' },
    switches: everywhere,
    questions: [],
    load: async () => (await import('../commands/build.ts')).runBuild,
  },
  verify: {
    arguments: 'verify [FOLDER]',
    summary: 'Build the image twice, the second time from scratch in another folder, and tell what differs',
    examples: ['', 'hello --json'],
    words: { name: 'folder', most: 1, help: 'Folder of the project' },
    switches: everywhere,
    questions: [],
    load: async () => (await import('../commands/verify.ts')).runVerify,
  },
  ci: {
    arguments: 'ci PROVIDER…',
    summary: `Add CI pipelines to the current project: ${knownProviders}`,
    examples: ['github', 'github gitlab'],
    words: { name: 'providers', most: Infinity, help: `CI providers: ${knownProviders}` },
    switches: ['dry-run', 'diff', 'force', ...everywhere],
    questions: [],
    load: async () => (await import('../commands/ci.ts')).runCi,
  },
  update: {
    arguments: 'update [FOLDER]',
    summary: 'Update a project to new versions, or to what this generator writes now, and keep your changes',
    examples: ['', '--nixpkgs 26.05 --python 3.13 --bazel 8', '--dry-run --diff'],
    words: { name: 'folder', most: 1, help: 'Folder of the project' },
    switches: ['max-archive', 'dry-run', 'diff', 'force', ...everywhere],
    questions: updatableNames,
    load: async () => (await import('../commands/update.ts')).runUpdate,
  },
  service: {
    arguments: 'service NAME…',
    summary:
      'Add another app with a test and an image to the current project, or a further process of its code; or remove one',
    examples: ['mail', "worker --command 'celery -A shop worker'", 'worker --remove'],
    words: { name: 'services', most: Infinity, help: 'Names of services' },
    switches: ['command', 'remove', 'dry-run', 'diff', ...everywhere],
    questions: [],
    load: async () => (await import('../commands/service.ts')).runService,
  },
  doctor: {
    arguments: 'doctor [FOLDER]',
    summary: 'Check whether this machine can build, and what is wrong with a project',
    examples: ['', 'hello --json'],
    words: { name: 'folder', most: 1, help: 'Folder of the project' },
    switches: everywhere,
    questions: [],
    load: async () => (await import('../commands/doctor.ts')).runDoctor,
  },
  completion: {
    arguments: 'completion SHELL',
    summary: `Print the script by which a shell completes commands, options and their values: ${shells.join(', ')}`,
    examples: ['bash', 'zsh', 'fish'],
    words: { name: 'shells', most: 1, help: `Name of the shell: ${shells.join(', ')}` },
    switches: everywhere,
    questions: [],
    load: async () => (await import('./run-completion.ts')).runCompletion,
  },
} as const satisfies Record<CommandName, Command>;
