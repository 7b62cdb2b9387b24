import { questionNamed, questionNames } from '../model/questions.ts';
import { type CommandName, type Switch, switches } from '../commands/request.ts';
import { type Command, commands } from './commands.ts';
import type { OutputStream } from '../terminal/output.ts';
import { table } from '../terminal/rows.ts';
import { wrap } from '../terminal/wrap.ts';
import { shells } from './shells.ts';

type Width = Pick<OutputStream, 'live' | 'columns'>;

/** One option, as help and docs/reference.md show it: `--python X.Y`, and what it means. */
export interface FlagHelp {
  readonly flag: string;
  readonly usage: string;
  readonly help: string;
  readonly takesValue: boolean;
}

/** The options of a command: those of the questions first, in their order. */
export const flagHelp = ({ questions: asked, switches: known }: Command = commands.new): readonly FlagHelp[] =>
  [
    ...questionNames.filter(name => asked === 'all' || asked.includes(name)).map(questionNamed),
    ...known.map(flag => ({ flag, ...(switches[flag] as Switch) })),
  ].map(({ flag, placeholder, help: text, ...rest }) => ({
    flag,
    usage: `${'short' in rest ? `-${rest.short}, ` : ''}--${flag}${placeholder ? ` ${placeholder}` : ''}`,
    help: text,
    takesValue: placeholder !== undefined,
  }));

/** The text of --help: for `new`, the general help. */
export function help(name: CommandName = 'new', stream: Width = { live: false, columns: 80 }): string {
  const flags = flagHelp(commands[name]);
  const fit = (text: string): string => (stream.live ? wrap(text, stream.columns) : text);
  const synopsis = (words: string): string => {
    const text = `Usage: nix-python-container ${words} [options]`;
    return stream.live ? wrap(text, stream.columns, 7) : text;
  };
  if (name !== 'new') {
    const { arguments: words, summary, examples } = commands[name];
    const typed = examples.map(rest => `  nix-python-container ${`${name} ${rest}`.trimEnd()}\n`).join('');
    const options = table(flags.map(rowOf), stream);
    return `${synopsis(words)}\n\n${fit(`${summary}.`)}\n\nOptions:\n${options}\nExamples:\n${typed}`;
  }
  // Both tables have the same columns.
  const width = Math.max(...flags.map(({ usage }) => usage.length));
  const rows = Object.values(commands).map(({ arguments: words, summary }) => [words.padEnd(width), summary] as const);
  return `${synopsis('[COMMAND] [FOLDER]')}

${fit(`Creates a Python service with its interpreter from Nix, its build by Bazel, and its container image from both.
On a terminal it asks for what the options leave open. Elsewhere, and in CI, it needs the answers or --yes.`)}

Commands:
${table(rows, stream)}
${fit('Options of new (for the others: nix-python-container help COMMAND):')}
${table(flags.map(rowOf), stream)}
${fit(`Completion of commands, options and values in a shell: nix-python-container completion ${shells.join('|')}

Answers can also come from NIX_PYTHON_CONTAINER_NIXPKGS, …_PYTHON, …_PACKAGES, …_BAZEL and so on.
Precedence, highest first: options, answers file, .yo-rc.json of an earlier run, environment, defaults.`)}

Examples:
  nix-python-container hello
  nix-python-container hello --yes
  nix-python-container hello --nixpkgs 22.05 --python 3.9 --packages requests,'redis>=4' --bazel 5
  nix-python-container new --answers answers.json --json
  nix-python-container add requests 'redis>=4'

${fit('Exit codes: 0 done, 1 failed, 2 invalid usage, 130 interrupted.')}
`;
}

const rowOf = ({ usage, help: text }: FlagHelp): readonly [string, string] => [usage, text];
