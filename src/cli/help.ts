import { questionNamed, questionNames } from '../model/questions.ts';
import { type CommandName, type Switch, switches } from '../commands/request.ts';
import { type Command, commands } from './commands.ts';

/** One flag as help and README show it: `--python X.Y`, and what it means. */
export interface FlagHelp {
  readonly flag: string;
  readonly usage: string;
  readonly help: string;
  readonly takesValue: boolean;
}

/** The flags of a command: the questions first, in their order. */
export const flagHelp = ({ questions: asks, switches: known }: Command = commands.new): readonly FlagHelp[] =>
  [
    ...questionNames.filter(name => asks === 'all' || asks.includes(name)).map(name => questionNamed(name)),
    ...known.map(flag => ({ flag, ...(switches[flag] as Switch) })),
  ].map(({ flag, placeholder, help, ...rest }) => ({
    flag,
    usage: `${'short' in rest ? `-${rest.short}, ` : ''}--${flag}${placeholder ? ` ${placeholder}` : ''}`,
    help,
    takesValue: placeholder !== undefined,
  }));

/** The text of --help: for `new` that of everything. */
export function help(name: CommandName = 'new'): string {
  const flags = flagHelp(commands[name]);
  const width = Math.max(...flags.map(({ usage }) => usage.length)) + 2;
  const lines = flags.map(({ usage, help }) => `  ${usage.padEnd(width)}${help}`).join('\n');
  if (name !== 'new') {
    const { arguments: words, summary, examples } = commands[name];
    const typed = examples.map(rest => `  nix-python-container ${`${name} ${rest}`.trimEnd()}\n`).join('');
    return `Usage: nix-python-container ${words} [flags]\n\n${summary}.\n\nFlags:\n${lines}\n\nExamples:\n${typed}`;
  }
  const rows = Object.values(commands).map(({ arguments: words, summary }) => `  ${words.padEnd(width)}${summary}`);
  return `Usage: nix-python-container [COMMAND] [FOLDER] [flags]

Writes a Python service: its interpreter from Nix, its build by Bazel, its container image from both.
On a terminal it asks for what no flag answers; without one, or in CI, it needs the answers or --yes.

Commands:
${rows.join('\n')}

Flags of new; COMMAND --help shows those of the others:
${lines}

Answers also come from NIX_PYTHON_CONTAINER_NIXPKGS, …_PYTHON, …_PACKAGES, …_BAZEL and so on.
Stronger first: flags, answers file, an earlier run's .yo-rc.json, environment, defaults.

Examples:
  nix-python-container hello
  nix-python-container hello --yes
  nix-python-container hello --nixpkgs 22.05 --python 3.9 --packages requests,'redis>=4' --bazel 5
  nix-python-container new --answers answers.json --json
  nix-python-container add requests 'redis>=4'

Exit codes: 0 done, 1 failed, 2 the request makes no sense, 130 interrupted.
`;
}
