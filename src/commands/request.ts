import type { AnswerSource } from '../model/answers.ts';

/** The names of the commands. Without one on the command line, `new` is meant. */
export type CommandName = 'new' | 'add' | 'remove' | 'build' | 'ci' | 'update' | 'service' | 'doctor';

/** A flag that does not answer a question, but says how to run. */
export interface Switch {
  readonly help: string;
  /** Stands for the value in help texts; a switch without one is on or off. */
  readonly placeholder?: string;
  readonly short?: string;
}

/** The flags of all commands, apart from those of the questions. */
export const switches = {
  dev: { help: 'The group dev: packages for the tests, which are not in the image' },
  remove: { help: 'Take services away; files that you changed stay' },
  requirements: { placeholder: 'FILE', help: 'Take pip packages from a requirements.txt as well' },
  answers: { placeholder: 'FILE', help: 'Read answers from a JSON file (its schema: answers.schema.json)' },
  yes: { short: 'y', help: 'Ask nothing: take the default for what is not answered' },
  'dry-run': { help: 'Show what would be written, write nothing' },
  diff: { help: 'Show the changes line by line' },
  force: { help: 'Overwrite files that were changed; in update, do not insist on a clean git tree' },
  build: { help: 'Run the first Bazel build when the project is written' },
  json: { help: 'Print the result as one JSON document' },
  verbose: { help: 'Show where an error comes from' },
  help: { short: 'h', help: 'Show this help' },
  version: { help: 'Show the version' },
} as const satisfies Record<string, Switch>;

/** The name of a switch: its flag without the dashes. */
export type SwitchName = keyof typeof switches;

/** A parsed command line. */
export interface Request {
  readonly command: CommandName;
  /** The words after the command: a folder, packages, providers or services. */
  readonly positionals: readonly string[];
  readonly values: AnswerSource['values'];
  readonly requirements?: string;
  readonly answers?: string;
  /** The switches that are on. */
  readonly on: ReadonlySet<SwitchName>;
}
