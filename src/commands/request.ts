import { quoted } from '../text/shown.ts';
import { badRequest } from '../errors/failure.ts';
import type { AnswerSource } from '../model/answers.ts';
import type { PackageSource } from '../model/questions.ts';

/** The names of the commands. Without one on the command line, `new` is meant. */
export type CommandName =
  'new' | 'add' | 'remove' | 'lock' | 'build' | 'ci' | 'update' | 'service' | 'doctor' | 'verify' | 'completion';

/** An option that does not answer a question, but says how to run. */
export interface Switch {
  readonly help: string;
  /** Stands for the value in help texts; a switch without one is on or off. */
  readonly placeholder?: string;
  readonly short?: string;
  /** It may be given more than once. */
  readonly multiple?: true;
}

/** The options of all commands, apart from those of the questions. */
export const switches = {
  dev: { help: 'Change the dev group: packages for the tests alone, not in the image' },
  remove: { help: 'Remove services; files that you changed are kept' },
  command: { placeholder: 'COMMAND', help: "Run this command of the project's own code, as a further process" },
  requirements: {
    placeholder: 'FILE',
    short: 'r',
    multiple: true,
    help: 'Also take pip packages from a file: requirements.txt, pyproject.toml, Pipfile, poetry.lock and others',
  },
  pins: {
    placeholder: 'POLICY',
    help: 'Version ranges that the pinned nixpkgs does not meet: keep, compatible, minimum or drop',
  },
  'skip-missing': { help: 'Leave out packages and extras that the pinned nixpkgs does not have' },
  upgrade: { help: 'Take the newest versions: of the packages that are named, else of all' },
  'max-archive': { placeholder: 'GIB', help: 'Size that an archive of nixpkgs may unpack to, in GiB (default: 2)' },
  'max-silence': {
    placeholder: 'SECONDS',
    help: 'How long pip, uv or Nix may print nothing while packages are locked (default: 900)',
  },
  answers: { placeholder: 'FILE', help: 'Read answers from a JSON file (schema: answers.schema.json)' },
  yes: { short: 'y', help: 'Do not ask: use the default for every open question' },
  'dry-run': { help: 'Show what would change, without writing anything' },
  diff: { help: 'Show the changes line by line' },
  force: { help: 'Overwrite files that differ; with add, add any package; with update, allow uncommitted changes' },
  build: { help: 'Build and test the project with Bazel afterwards' },
  json: { help: 'Print the result as one JSON document' },
  verbose: { help: 'List every file, and show the stack trace of an error' },
  help: { short: 'h', help: 'Show this help' },
  version: { help: 'Show the version' },
} as const satisfies Record<string, Switch>;

/** The name of a switch: its option without the dashes. */
export type SwitchName = keyof typeof switches;

/** A parsed command line. */
export interface Request {
  readonly command: CommandName;
  /** The words after the command: a folder, packages, providers, services or a shell. */
  readonly positionals: readonly string[];
  readonly values: AnswerSource['values'];
  readonly requirements: readonly string[];
  readonly pins?: string;
  /** The value of `--command`. */
  readonly line?: string;
  readonly answers?: string;
  readonly maxArchive?: string;
  readonly maxSilence?: string;
  /** The switches that are on. */
  readonly on: ReadonlySet<SwitchName>;
}

/** Whether every file is listed, not only counted. */
export const showsAll = ({ on }: Pick<Request, 'on'>): boolean => on.has('verbose') || on.has('dry-run');

/** @throws Failure (exit code 2) for a policy about versions that nixpkgs lacks, where packages come from PyPI */
export function refusePolicy(packagesFrom: PackageSource, { on, pins }: Request): void {
  const flag = pins === undefined ? on.has('skip-missing') && '--skip-missing' : '--pins';
  if (packagesFrom === 'nixpkgs' || !flag) return;
  throw badRequest(
    `${flag} is for packages from nixpkgs, but these come from PyPI, in the versions that are required.`,
    `Leave out ${flag}, or choose --packages-from nixpkgs.`,
  );
}

/** What a request sets of the limits: on the size of an archive, in GiB, and on silence, in seconds. */
export interface Limits {
  readonly maxArchive?: number;
  readonly maxSilence?: number;
}

/** @throws Failure (exit code 2) for a limit that is not a whole number */
export function limitsOf({ maxArchive, maxSilence }: Request): Limits {
  return {
    ...(maxArchive === undefined ? {} : { maxArchive: limit('max-archive', maxArchive, 'GiB', 4) }),
    ...(maxSilence === undefined ? {} : { maxSilence: limit('max-silence', maxSilence, 'seconds', 3600) }),
  };
}

function limit(flag: SwitchName, value: string, unit: string, example: number): number {
  if (/^[1-9]\d{0,3}$/.test(value)) return Number(value);
  throw badRequest(
    `--${flag}: ${quoted(value)} is not a whole number of ${unit} from 1 to 9999.`,
    `Example: --${flag} ${example}`,
  );
}
