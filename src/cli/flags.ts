import { withoutSecrets } from '../text/secrets.ts';
import { shortened } from '../text/shown.ts';
import { parseArgs } from 'node:util';
import { type CommandName, type Request, type Switch, type SwitchName, switches } from '../commands/request.ts';
import { badRequest, type Failure } from '../errors/failure.ts';
import { typeOf } from '../model/answers.ts';
import { questionNamed, questionNames, questions } from '../model/questions.ts';
import { shellPath, shellQuote } from '../text/shell-quote.ts';
import { didYouMean, suggestions } from '../text/suggest.ts';
import { type Command, commands } from './commands.ts';

/**
 * Parses a command line.
 * @throws Failure (exit code 2) for an unknown command or option, or one that is misused; with a suggestion where one is near
 */
export function parseFlags(args: readonly string[]): Request {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    allowNegative: false,
    // Node's own errors are not in the form of a Failure, and suggest nothing.
    strict: false,
    tokens: true,
  });
  const used = tokens.filter(token => token.kind === 'option');
  for (const token of used) {
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) throw unknownOption(token.rawName, positionals[0]);
    // As in Node's strict mode: what looks like an option is a value only after "=".
    const value = token.inlineValue || !token.value?.startsWith('-') ? token.value : undefined;
    checkValue(token.rawName, value, option.type);
  }
  const request = requestOf(values, positionals);
  for (const { name, rawName } of used) checkFits(name, rawName, request.command);
  checkPositionals(request);
  return request;
}

interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly short?: string;
}

/** The options of all commands, in the form that parseArgs wants. */
const options: Readonly<Record<string, Option>> = Object.fromEntries<Option>([
  ...questionNames.map((name): [string, Option] => {
    const question = questionNamed(name);
    const { flag, placeholder } = question;
    return [flag, { type: placeholder ? 'string' : 'boolean', multiple: typeOf(question) === 'array' }];
  }),
  ...Object.entries<Switch>(switches).map(([name, { placeholder, short, multiple }]): [string, Option] => [
    name,
    { type: placeholder ? 'string' : 'boolean', multiple: multiple === true, ...(short ? { short } : {}) },
  ]),
]);

/** The names of all commands. */
export const commandNames = Object.keys(commands);

export const isCommand = (word: string): word is CommandName => Object.hasOwn(commands, word);

/** The question whose flag this is; undefined for a switch. */
export const questionOf = (flag: string) => questionNames.find(name => questions[name].flag === flag);

/** Whether a command takes an option, given by its long name. */
export function takes(command: CommandName, name: string): boolean {
  const { switches: known, questions: asked }: Command = commands[command];
  const question = questionOf(name);
  return question ? asked === 'all' || asked.includes(question) : known.includes(name as SwitchName);
}

function requestOf(values: Readonly<Record<string, unknown>>, words: readonly string[]): Request {
  const [first = '', ...rest] = words;
  if (first === 'help') return helpRequest(rest, values.json === true);
  if (!isCommand(first)) {
    refuseMisplaced(words);
    refuseMistyped(first, rest);
  }
  const answers = questionNames.map(name => [name, values[questions[name].flag]] as const);
  const on = (Object.keys(switches) as SwitchName[]).filter(name => values[name] === true);
  return {
    command: isCommand(first) ? first : 'new',
    positionals: isCommand(first) ? rest : words,
    values: Object.fromEntries(answers.filter(([, value]) => value !== undefined)),
    requirements: (values.requirements as readonly string[] | undefined) ?? [],
    ...(typeof values.pins === 'string' ? { pins: values.pins } : {}),
    ...(typeof values.command === 'string' ? { line: values.command } : {}),
    ...(typeof values.answers === 'string' ? { answers: values.answers } : {}),
    ...(typeof values['max-archive'] === 'string' ? { maxArchive: values['max-archive'] } : {}),
    ...(typeof values['max-silence'] === 'string' ? { maxSilence: values['max-silence'] } : {}),
    on: new Set(on),
  };
}

/** `help` and `help add` are `--help` and `add --help`. */
function helpRequest([command = 'new', ...more]: readonly string[], json: boolean): Request {
  if (isCommand(command) && more.length === 0)
    return { command, positionals: [], values: {}, requirements: [], on: new Set(json ? ['help', 'json'] : ['help']) };
  if (isCommand(command)) {
    throw badRequest(
      `\`help\` takes one command, but got ${more.length + 1}: ${[command, ...more].map(shorten).join(', ')}`,
      `For example: nix-python-container help ${command}`,
    );
  }
  const guess = didYouMean(command, commandNames);
  throw unknownCommand([command, ...more].join(' '), `${guess}The commands are ${commandNames.join(', ')}.`);
}

/**
 * A command stands first: behind other words, it would be a second folder.
 * @throws Failure (exit code 2) that says how the line was probably meant
 */
function refuseMisplaced(words: readonly string[]): void {
  const at = words.findIndex((word, place) => place > 0 && isCommand(word));
  const name = words[at];
  if (name === undefined || !isCommand(name)) return;
  const [before, after] = [words.slice(0, at), words.slice(at + 1)];
  const typed = (more: readonly string[]): string => ['nix-python-container', name, ...more.map(shellQuote)].join(' ');
  const [folder = ''] = before;
  const { words: taken }: Command = commands[name];
  const meant =
    after.length === 0
      ? typed(before)
      : taken.name === 'folder' || before.length > 1
        ? `${typed([])} …`
        : `cd ${shellPath(folder)} && ${typed(after)}`;
  throw badRequest(`The command ${name} stands behind ${before.map(shorten).join(' ')}.`, `It comes first: ${meant}`);
}

/**
 * Without a command, the first word is a folder: a mistyped command would become a project.
 * @throws Failure (exit code 2) for a word that looks like a command
 */
function refuseMistyped(word: string, more: readonly string[]): void {
  // A lone word may well be a folder: many names of folders are near a short command, as `app` is near `add`.
  const likely = more.length > 0 ? commandNames : commandNames.filter(name => name.length > 3 && name[0] === word[0]);
  const [meant] = suggestions(word, likely, { most: 1 });
  if (meant === undefined) return;
  const folder =
    more.length > 0 ? '' : ` To create a project in that folder: nix-python-container new ${shellPath(word)}`;
  throw unknownCommand(word, `Did you mean ${meant}?${folder}`);
}

/** @throws Failure (exit code 2) if the command does not take an option that another one does */
function checkFits(name: string, typed: string, command: CommandName): void {
  if (takes(command, name)) return;
  throw badRequest(`Unknown option for \`${command}\`: ${typed}`, `See nix-python-container ${command} --help`);
}

function checkPositionals({ command, positionals }: Request): void {
  const { words }: Command = commands[command];
  if (positionals.includes('')) {
    throw words.name === 'folder'
      ? badRequest('The folder is an empty string.', 'Give a folder, or none at all.')
      : badRequest(`The ${words.name.slice(0, -1)} is an empty string.`, 'Leave it out.');
  }
  if (positionals.length <= words.most) return;
  if (command === 'new') refuseMisplaced(positionals);
  const noun = words.name === 'folder' ? 'folder' : words.name.slice(0, -1);
  const message = `Expected at most one ${noun}, got ${positionals.length}: ${positionals.map(shorten).join(', ')}`;
  if (command !== 'new') throw badRequest(message, `See nix-python-container ${command} --help`);
  const meant = positionals.map(word => didYouMean(word, commandNames)).find(guess => guess !== '');
  throw badRequest(
    message,
    `${meant === undefined ? '' : `${meant}Commands come first. `}Quote a path that has spaces. The commands are ${commandNames.join(', ')}.`,
  );
}

const unknownCommand = (word: string, hint: string): Failure => badRequest(`Unknown command: ${shorten(word)}`, hint);

/** @param first the first word, which may be a command: then an option of that command is suggested */
function unknownOption(typed: string, first = 'new'): Failure {
  const command = isCommand(first) ? first : 'new';
  const known = Object.keys(options).filter(name => takes(command, name));
  const guess = didYouMean(typed.replace(/^-+/, ''), known, name => `--${name}`);
  return command === 'new'
    ? badRequest(`Unknown option: ${shorten(typed)}`, `${guess}All options: nix-python-container --help`)
    : badRequest(
        `Unknown option for \`${command}\`: ${shorten(typed)}`,
        `${guess}See nix-python-container ${command} --help`,
      );
}

function checkValue(typed: string, value: string | undefined, type: Option['type']): void {
  if (type === 'string' && value === undefined) {
    throw badRequest(`${typed} needs a value.`, `Write it as ${typed}=VALUE.`);
  }
  if (type === 'string' && value === '' && typed.slice(2) in switches) {
    throw badRequest(`${typed} is empty.`, 'Give a value, or leave the option out.');
  }
  if (type === 'boolean' && value !== undefined) {
    throw badRequest(
      `${typed} takes no value, but got "${shorten(value)}".`,
      `Write ${typed} alone, after folders and packages.`,
    );
  }
}

/** What was typed, as a message can have it. */
const shorten = (text: string): string => shortened(withoutSecrets(text, true));
