import { parseArgs } from 'node:util';
import { closest, distance } from 'fastest-levenshtein';
import { type AnswerSource, typeOf } from '../model/answers.ts';
import { badRequest } from '../errors/failure.ts';
import { type Answers, questionNames, questions, questionNamed } from '../model/questions.ts';
import { type Command, type CommandName, commands } from './commands.ts';

/** A flag that is no answer: it tells how to run. */
export interface Switch {
  readonly help: string;
  /** What stands for the value in help texts; a switch without one is on or off. */
  readonly placeholder?: string;
  readonly short?: string;
}

/** The flags of all commands beside those of the questions. */
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

/** The name of a switch, which is its flag without the dashes. */
export type SwitchName = keyof typeof switches;

/** A command line, taken apart. */
export interface Request {
  readonly command: CommandName;
  /** What is left when the command is taken away. */
  readonly positionals: readonly string[];
  readonly values: AnswerSource['values'];
  readonly requirements?: string;
  readonly answers?: string;
  /** The switches that are on. */
  readonly on: ReadonlySet<SwitchName>;
}

/**
 * Takes a command line apart.
 * @throws Failure (exit code 2) for a flag or a command that does not exist, with the one that was probably meant
 */
export function parseFlags(args: readonly string[]): Request {
  const options = Object.fromEntries([
    ...questionNames.map(name => {
      const question = questionNamed(name);
      const { flag, placeholder } = question;
      return [flag, { type: placeholder ? 'string' : 'boolean', multiple: typeOf(question) === 'array' }];
    }),
    ...Object.entries(switches).map(([name, { placeholder, short }]: [string, Switch]) => [
      name,
      { type: placeholder ? 'string' : 'boolean', ...(short ? { short } : {}) },
    ]),
  ]) as Record<string, { type: 'string' | 'boolean'; multiple: boolean; short?: string }>;

  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    allowNegative: false,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    // As Node's strict mode has it: what looks like a flag is a value only after "=".
    if (token.kind === 'option') {
      const value = token.inlineValue || !token.value?.startsWith('-') ? token.value : undefined;
      checkFlag(token.rawName, value, options[token.name]);
    }
  }
  const asked = request(values, positionals);
  checkFitting(
    asked,
    tokens.flatMap(token => (token.kind === 'option' ? [token.rawName] : [])),
  );
  return asked;
}

/** Refuses what the command knows nothing of. */
function checkFitting({ command, positionals }: Request, flags: readonly string[]): void {
  const { switches: known, questions: asks, words }: Command = commands[command];
  for (const flag of flags) {
    const name = flag.replace(/^-+/, '');
    const long = Object.entries<Switch>(switches).find(([, { short }]) => short === name)?.[0] ?? name;
    const question = questionNames.find(name => questions[name].flag === long);
    const fits = question ? asks === 'all' || asks.includes(question) : known.includes(long as SwitchName);
    if (!fits) throw badRequest(`${flag} is no flag of ${command}.`, `See nix-python-container ${command} --help`);
  }
  if (positionals.includes('')) {
    const [one, hint] =
      words.name === 'folder'
        ? ['folder', 'Give a folder, or none at all.']
        : [words.name.slice(0, -1), 'Leave it out.'];
    throw badRequest(`The ${one} is an empty text.`, hint);
  }
  if (positionals.length > words.most) {
    throw badRequest(
      `One folder at most, not ${positionals.join(' and ')}.`,
      `Quote a path with blanks. The commands are ${Object.keys(commands).join(', ')}.`,
    );
  }
}

function request(values: Readonly<Record<string, unknown>>, words: readonly string[]): Request {
  const [first = ''] = words;
  const named = Object.hasOwn(commands, first);
  const command = named ? (first as CommandName) : 'new';
  const positionals = named ? words.slice(1) : words;
  if (!named) refuseMistyped(first);
  const answers = questionNames.map(name => [name, values[questions[name].flag]] as const);
  const on = (Object.keys(switches) as SwitchName[]).filter(name => values[name] === true);
  return {
    command,
    positionals,
    values: Object.fromEntries(answers.filter(([, value]) => value !== undefined)),
    ...(typeof values.requirements === 'string' ? { requirements: values.requirements } : {}),
    ...(typeof values.answers === 'string' ? { answers: values.answers } : {}),
    on: new Set(on),
  };
}

const flagNames = (): string[] => [...questionNames.map(name => questions[name].flag), ...Object.keys(switches)];

/** @throws Failure (exit code 2) that suggests the nearest flag, if one is near */
function refuseFlag(flag: string): never {
  const meant = nearest(flag.replace(/^-+/, ''), flagNames());
  const guess = meant === undefined ? '' : `Did you mean --${meant}? `;
  throw badRequest(`There is no flag ${flag}.`, `${guess}All flags: nix-python-container --help`);
}

/**
 * Without a command the first word is a folder, and a mistyped command would become a project.
 * @throws Failure (exit code 2) for a word that looks like one
 */
function refuseMistyped(word: string): void {
  // The short ones are near to too many names of folders.
  const long = Object.keys(commands).filter(name => name.length > 3 && name[0] === word[0]);
  const meant = nearest(word, long);
  if (meant === undefined && word !== 'help') return;
  const guess = meant === undefined ? 'See nix-python-container --help.' : `Did you mean ${meant}?`;
  throw badRequest(`There is no command ${word}.`, `${guess} A folder of that name: nix-python-container new ${word}`);
}

/** The one of these names that was probably meant; undefined if none is like it. */
function nearest(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const meant = closest(name, names);
  const typos = distance(name, meant);
  return typos < name.length && typos <= Math.max(2, name.length / 3) ? meant : undefined;
}

function checkFlag(flag: string, value: string | undefined, option: { type: string } | undefined): void {
  if (!option) refuseFlag(flag);
  if (option.type === 'string' && value === undefined) {
    throw badRequest(`${flag} needs a value.`, `Write it as ${flag}=VALUE.`);
  }
  if (value === '' && flag.slice(2) in switches)
    throw badRequest(`${flag} is an empty text.`, `Give a value, or leave it out.`);
  if (option.type === 'boolean' && value !== undefined) {
    throw badRequest(`${flag} takes no value, not "${value}".`, `Write ${flag} alone, after folders and packages.`);
  }
}

/** The flag of a question, as messages name it. */
export const flagOf = (name: keyof Answers): string => `--${questions[name].flag}`;
