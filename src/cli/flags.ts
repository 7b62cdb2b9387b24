import { parseArgs } from 'node:util';
import { typeOf } from '../model/answers.ts';
import { badRequest } from '../errors/failure.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { didYouMean, suggestions } from '../text/suggest.ts';
import { questionNamed, questionNames, questions } from '../model/questions.ts';
import { type CommandName, type Request, type Switch, type SwitchName, switches } from '../commands/request.ts';
import { type Command, commands } from './commands.ts';

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

/** Refuses options and words that the command does not take. */
function checkFitting({ command, positionals }: Request, flags: readonly string[]): void {
  const { switches: known, questions: asks, words }: Command = commands[command];
  for (const flag of flags) {
    const name = flag.replace(/^-+/, '');
    const long = Object.entries<Switch>(switches).find(([, { short }]) => short === name)?.[0] ?? name;
    const question = questionNames.find(name => questions[name].flag === long);
    const fits = question ? asks === 'all' || asks.includes(question) : known.includes(long as SwitchName);
    if (!fits)
      throw badRequest(`Unknown option for \`${command}\`: ${flag}`, `See nix-python-container ${command} --help`);
  }
  if (positionals.includes('')) {
    const [one, hint] =
      words.name === 'folder'
        ? ['folder', 'Give a folder, or none at all.']
        : [words.name.slice(0, -1), 'Leave it out.'];
    throw badRequest(`The ${one} is an empty string.`, hint);
  }
  if (positionals.length > words.most) {
    const [first = ''] = positionals;
    const command = didYouMean(first, Object.keys(commands), name => `the command ${name}`);
    throw badRequest(
      `Expected at most one folder, got ${positionals.length}: ${positionals.map(shorten).join(', ')}`,
      `${command}Quote a path that has spaces. The commands are ${Object.keys(commands).join(', ')}.`,
    );
  }
}

function request(values: Readonly<Record<string, unknown>>, words: readonly string[]): Request {
  if (words[0] === 'help') return helpRequest(words.slice(1));
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

/** `help` and `help add` are `--help` and `add --help`. */
function helpRequest([command = 'new', ...more]: readonly string[]): Request {
  if (!Object.hasOwn(commands, command) || more.length > 0) {
    const guess = didYouMean(command, Object.keys(commands));
    throw badRequest(
      `Unknown command: ${shorten([command, ...more].join(' '))}`,
      `${guess}The commands are ${Object.keys(commands).join(', ')}.`,
    );
  }
  return { command: command as CommandName, positionals: [], values: {}, on: new Set(['help']) };
}

const flagNames = (): string[] => [...questionNames.map(name => questions[name].flag), ...Object.keys(switches)];

/** @throws Failure (exit code 2) that suggests the nearest flag, if one is near */
function refuseFlag(flag: string): never {
  const guess = didYouMean(flag.replace(/^-+/, ''), flagNames(), name => `--${name}`);
  throw badRequest(`Unknown option: ${shorten(flag)}`, `${guess}All options: nix-python-container --help`);
}

/**
 * Without a command the first word is a folder, and a mistyped command would become a project.
 * @throws Failure (exit code 2) for a word that looks like one
 */
function refuseMistyped(word: string): void {
  // The short ones are near to too many names of folders.
  const long = Object.keys(commands).filter(name => name.length > 3 && name[0] === word[0]);
  const [meant] = suggestions(word, long, { most: 1 });
  if (meant === undefined) return;
  throw badRequest(
    `Unknown command: ${word}`,
    `Did you mean ${meant}? To write a project into a folder of that name: nix-python-container new ${shellQuote(word)}`,
  );
}

/** What was typed, cut to a length that a message can take. */
const shorten = (text: string): string =>
  text.length > 80 ? `${text.slice(0, 80)}… (${text.length} characters)` : text;

function checkFlag(flag: string, value: string | undefined, option: { type: string } | undefined): void {
  if (!option) refuseFlag(flag);
  if (option.type === 'string' && value === undefined) {
    throw badRequest(`${flag} needs a value.`, `Write it as ${flag}=VALUE.`);
  }
  if (value === '' && flag.slice(2) in switches)
    throw badRequest(`${flag} is empty.`, `Give a value, or leave the option out.`);
  if (option.type === 'boolean' && value !== undefined) {
    throw badRequest(
      `${flag} takes no value, but got "${shorten(value)}".`,
      `Write ${flag} alone, after folders and packages.`,
    );
  }
}
