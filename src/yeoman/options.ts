import { parseFlags } from '../cli/flags.ts';
import { type CommandName, type Request, type Switch, switches } from '../commands/request.ts';
import { questionNames, questions } from '../model/questions.ts';

/** Options that yo 7, yeoman-environment 6 and 7, and yeoman-generator 8 pass to a generator, or read, without declaring them. */
const undeclared = [
  ...['generators', 'local-only', 'insight', 'debug', 'environment-version', 'color'],
  ...['cwd', 'log-cwd', 'experimental', 'node-package-manager', 'bail', 'whitespace', 'ignore-whitespace'],
  ...['skip-yo-resolve', 'skip-local-cache', 'local-config-only', 'skip-parse-options', 'forward-error-to-environment'],
  ...['namespace', 'resolved', 'destination-root', 'initial-generator', 'generate-options'],
  ...['skip-check-env', 'ignore-version-check'],
];

type Options = Readonly<Record<string, unknown>>;

/**
 * Turns Yeoman's arguments and options back into a command line, and parses that as the command does.
 * @param declared names of the options that Yeoman itself declared
 * @throws Failure (exit code 2) as `parseFlags`
 */
export function requestOf(
  command: CommandName,
  args: readonly unknown[],
  options: Options,
  declared: readonly string[],
): Request {
  const ignored = new Set([...undeclared, ...declared.map(kebab)]);
  // Yeoman passes most options twice, as remoteCache and as remote-cache.
  const given = new Map(Object.entries(options).map(([key, value]) => [longName(kebab(key)), value]));
  const line: string[] = [];
  // Yeoman takes a word behind a switch for its value: `add --dev hypothesis`.
  const words: string[] = [];
  const writtenSwitch = (flag: string, value: unknown): string[] => {
    if (!isWord(value)) return written(flag, value);
    words.push(value);
    return [`--${flag}`];
  };
  const odd: Record<string, unknown> = {};
  for (const [flag, value] of given) {
    if (value === undefined || value === null) continue;
    const name = questionNames.find(candidate => questions[candidate].flag === flag);
    if (name) {
      if (isTyped(value)) line.push(...(questions[name].prompt === 'confirm' ? writtenSwitch : written)(flag, value));
      // No command line has such a value (3.1 for 3.10, --no-git): the check of the answers refuses it.
      else odd[name] = value;
    } else if (flag in switches) {
      const takesValue = 'placeholder' in switches[flag as keyof typeof switches];
      if (value !== false) line.push(...(takesValue ? written : writtenSwitch)(flag, value));
    } else if (!ignored.has(flag) && typeof value !== 'object' && typeof value !== 'function') {
      line.push(flag.length > 1 ? `--${flag}` : `-${flag}`);
    }
  }
  const request = parseFlags([command, ...words, ...args.map(String), ...line]);
  return { ...request, values: { ...request.values, ...odd } };
}

/** A word that stood behind a switch, and not a value that is meant to turn it on or off (`--yes=no`). */
const isWord = (value: unknown): value is string =>
  typeof value === 'string' && !/^(|yes|no|true|false|on|off|[01])$/i.test(value);

const isTyped = (value: unknown): boolean =>
  typeof value === 'string' || value === true || (Array.isArray(value) && value.every(isTyped));

const written = (flag: string, value: unknown): string[] =>
  [value].flat().map(one => (one === true ? `--${flag}` : `--${flag}=${String(one)}`));

const kebab = (key: string): string => key.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

const longName = (flag: string): string =>
  Object.entries<Switch>(switches).find(([, { short }]) => short === flag)?.[0] ?? flag;
