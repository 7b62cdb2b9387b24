import { questionNamed, questionNames } from '../model/questions.ts';
import { type CommandName, type Switch, switches } from '../commands/request.ts';
import { type Command, commands } from './commands.ts';
import { shells } from './shells.ts';

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
export function help(name: CommandName = 'new'): string {
  const flags = flagHelp(commands[name]);
  const width = Math.max(...flags.map(({ usage }) => usage.length)) + 2;
  const lines = flags.map(flag => `  ${flag.usage.padEnd(width)}${flag.help}`).join('\n');
  if (name !== 'new') {
    const { arguments: words, summary, examples } = commands[name];
    const typed = examples.map(rest => `  nix-python-container ${`${name} ${rest}`.trimEnd()}\n`).join('');
    return `Usage: nix-python-container ${words} [options]\n\n${summary}.\n\nOptions:\n${lines}\n\nExamples:\n${typed}`;
  }
  const rows = Object.values(commands).map(({ arguments: words, summary }) => `  ${words.padEnd(width)}${summary}`);
  return `Usage: nix-python-container [COMMAND] [FOLDER] [options]

Creates a Python service with its interpreter from Nix, its build by Bazel, and its container image from both.
On a terminal it asks for what the options leave open. Elsewhere, and in CI, it needs the answers or --yes.

Commands:
${rows.join('\n')}

Options of new (for the others: nix-python-container help COMMAND):
${lines}

Completion of commands, options and values in a shell: nix-python-container completion ${shells.join('|')}

Answers can also come from NIX_PYTHON_CONTAINER_NIXPKGS, …_PYTHON, …_PACKAGES, …_BAZEL and so on.
Precedence, highest first: options, answers file, .yo-rc.json of an earlier run, environment, defaults.

Examples:
  nix-python-container hello
  nix-python-container hello --yes
  nix-python-container hello --nixpkgs 22.05 --python 3.9 --packages requests,'redis>=4' --bazel 5
  nix-python-container new --answers answers.json --json
  nix-python-container add requests 'redis>=4'

Exit codes: 0 done, 1 failed, 2 invalid usage, 130 interrupted.
`;
}
