import { parse } from 'smol-toml';
import { wellKnownNames } from '../catalog/packages.ts';
import type { Switch, SwitchName } from '../commands/request.ts';
import { switches } from '../commands/request.ts';
import type { Context } from '../load/context.ts';
import { nearestProject, type StoredProject } from '../load/find-project.ts';
import { typeOf } from '../model/answers.ts';
import { providerChoices } from '../model/ci-providers.ts';
import { pinsPolicies } from '../model/pins-policy.ts';
import { releaseOf } from '../model/likely-release.ts';
import { type QuestionContext, questionNamed, questionNames } from '../model/questions.ts';
import { nameIn } from '../packaging/requirement.ts';
import { type Command, commands } from './commands.ts';
import { commandNames, isCommand, questionOf, takes } from './flags.ts';
import { flagHelp } from './help.ts';
import { shells } from './shells.ts';

/** What can be typed: a word, and what it means. The words `:files` and `:folders` stand for those of the disk. */
export interface Candidate {
  readonly value: string;
  readonly help?: string;
}

/** What was typed before the word that is to be completed. */
interface Typed {
  /** Undefined as long as it may still be typed. */
  readonly command: keyof typeof commands | undefined;
  /** The words after it that are no options nor their values. */
  readonly words: readonly string[];
  /** The values of options so far, the last of each. */
  readonly values: ReadonlyMap<string, string>;
}

type Surroundings = Pick<Context, 'folder' | 'today'>;

const files: readonly Candidate[] = [{ value: ':files' }];
const folders: readonly Candidate[] = [{ value: ':folders' }];
const plain = (values: readonly string[]): Candidate[] => values.map(value => ({ value }));

/**
 * What the last word of a command line can become.
 * @param words the words after the command's own name, the last of which may be unfinished or empty
 */
export function candidatesFor(words: readonly string[], surroundings: Surroundings): readonly Candidate[] {
  const joined = joinAtEquals(words);
  const current = joined.at(-1) ?? '';
  const before = joined.slice(0, -1);
  const typed = readWords(before);
  const [, option, value] = /^--([\w-]+)=(.*)$/s.exec(current) ?? [];
  if (option !== undefined) return matching(valuesOf(option, typed, surroundings), value ?? '', `--${option}=`);
  const open = openOption(before);
  if (open !== undefined) return matching(valuesOf(open, typed, surroundings), current);
  if (current.startsWith('-')) return matching(optionsOf(typed), current);
  return matching(wordsOf(typed, surroundings), current);
}

/** bash splits `--python=3.13` at its sign. */
function joinAtEquals(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [at, word] of words.entries()) {
    const last = joined.at(-1) ?? '';
    const isSign = word === '=' && last.startsWith('--');
    const isValue = words[at - 1] === '=' && last.endsWith('=');
    if (isSign || isValue) joined.push(`${joined.pop() ?? ''}${word}`);
    else joined.push(word);
  }
  return joined;
}

/** The candidates that begin with what is typed; of a list, its last entry, which none before it is. */
function matching(candidates: readonly Candidate[], current: string, prefix = ''): Candidate[] {
  const list = /^.*,/s.exec(current)?.[0] ?? '';
  const last = current.slice(list.length);
  const before = new Set(list.split(','));
  return candidates.flatMap(({ value, ...rest }) => {
    if (value.startsWith(':')) return [{ value }];
    return value.startsWith(last) && !before.has(value) ? [{ value: `${prefix}${list}${value}`, ...rest }] : [];
  });
}

const takesValue = (option: string): boolean => {
  const question = questionOf(option);
  const { placeholder } = question ? questionNamed(question) : ((switches[option as SwitchName] ?? {}) as Switch);
  return placeholder !== undefined;
};

/** The option at the end of the line that still needs its value. */
function openOption(words: readonly string[]): string | undefined {
  const [, option = ''] = /^--([\w-]+)$/.exec(words.at(-1) ?? '') ?? [];
  return option !== '' && takesValue(option) ? option : undefined;
}

function readWords(line: readonly string[]): Typed {
  const values = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < line.length; at++) {
    const word = line[at] ?? '';
    const [, option = '', , value] = /^--([\w-]+)(=(.*))?$/s.exec(word) ?? [];
    if (option === '') {
      if (!word.startsWith('-')) words.push(word);
    } else if (value !== undefined || !takesValue(option)) {
      values.set(option, value ?? '');
    } else {
      at += 1;
      values.set(option, line[at] ?? '');
    }
  }
  const [first = '', ...rest] = words;
  return isCommand(first) ? { command: first, words: rest, values } : { command: undefined, words, values };
}

/** The options of the command that are not there yet. */
function optionsOf({ command = 'new', values }: Typed): Candidate[] {
  return flagHelp(commands[command])
    .filter(({ flag }) => takes(command, flag) && (!values.has(flag) || isMultiple(flag)))
    .map(({ flag, help }) => ({ value: `--${flag}`, help }));
}

const isMultiple = (flag: string): boolean => {
  const question = questionOf(flag);
  return question ? typeOf(questionNamed(question)) === 'array' : 'multiple' in (switches[flag as SwitchName] ?? {});
};

/** What options of that placeholder take. */
const ofPlaceholder: Readonly<Record<string, () => readonly Candidate[]>> = {
  FILE: () => files,
  POLICY: () => Object.entries(pinsPolicies).map(([value, help]) => ({ value, help })),
};

function valuesOf(option: string, { values }: Typed, { folder, today }: Surroundings): readonly Candidate[] {
  const name = questionOf(option);
  if (name === undefined)
    return ofPlaceholder[(switches[option as SwitchName] as Switch | undefined)?.placeholder ?? '']?.() ?? [];
  const question = questionNamed(name);
  const context = contextOf(values, folder, today);
  if (question.prompt === 'packages') return plain(wellKnownNames(releaseOf(context)?.name));
  const choices = question.choices?.(context) ?? [];
  return choices.map(({ value, label }) => {
    const help = besideValue(label, value);
    return { value, ...(help === '' ? {} : { help }) };
  });
}

/** What a label says beside its value: `end of life` of `22.05 (end of life)`. */
function besideValue(label: string, value: string): string {
  const rest = label.startsWith(value) ? label.slice(value.length).replace(/^: /, '') : label;
  return rest.replace(/^ \(([^()]*)\)$/, '$1');
}

/** What the options so far answer: the Pythons of one release are not those of another. */
function contextOf(values: Typed['values'], folder: string, today: Date): QuestionContext {
  const answers = questionNames.flatMap(name => {
    const value = values.get(questionNamed(name).flag);
    return value === undefined || typeOf(questionNamed(name)) !== 'string' ? [] : [[name, value] as const];
  });
  return { today, folder, answers: Object.fromEntries(answers) };
}

function wordsOf(typed: Typed, surroundings: Surroundings): readonly Candidate[] {
  const { command, words, values } = typed;
  if (command === undefined) {
    if (words[0] === 'help') return words.length === 1 ? plain(commandNames) : [];
    if (words.length > 0) return [];
    const names = Object.entries<Command>(commands).map(([value, { summary }]) => ({ value, help: summary }));
    return [...names, { value: 'help', help: 'Show the help of a command' }, ...folders];
  }
  const { words: taken }: Command = commands[command];
  if (words.length >= taken.most) return [];
  const { folder } = surroundings;
  const offered = {
    folder: () => folders,
    packages: () => (command === 'add' ? plain(wellKnownNames()) : plain(listedIn(nearestProject(folder), values))),
    providers: () => providerChoices.map(({ value, label }) => ({ value, help: label })),
    services: () => (values.has('remove') ? plain(servicesIn(nearestProject(folder))) : []),
    shells: () => plain(shells),
  }[taken.name]();
  return offered.filter(({ value }) => !words.includes(value));
}

/** The packages that a project lists: those of the app, or with `--dev` those of the dev group. */
function listedIn(project: StoredProject | undefined, values: Typed['values']): string[] {
  const text = project?.files.text('pyproject.toml');
  if (text === undefined) return [];
  const { project: app, 'dependency-groups': groups } = parse(text) as {
    readonly project?: { readonly dependencies?: unknown };
    readonly 'dependency-groups'?: { readonly dev?: unknown };
  };
  const list = values.has('dev') ? groups?.dev : app?.dependencies;
  return Array.isArray(list) ? list.filter(item => typeof item === 'string').map(nameIn) : [];
}

function servicesIn(project: StoredProject | undefined): string[] {
  const { stored } = project ?? {};
  if (!stored || stored instanceof Error) return [];
  return [...stored.services, ...Object.keys(stored.processes)];
}
