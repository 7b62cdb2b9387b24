import { relative } from 'node:path';
import type { Plan } from '../plan/plan.ts';
import type { Project } from '../model/project.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { visible } from '../text/visible.ts';
import { changes, type OutputStream } from '../terminal/output.ts';

/** The commands to run next in a new project, or a sentence that says that nothing changed. */
export function nextSteps(
  target: string,
  { module }: Project,
  plan: Plan,
  { folder, stderr }: { readonly folder: string; readonly stderr: OutputStream },
): string {
  if (changes(plan).length === 0) return 'Nothing was changed.\n';
  const path = relative(folder, target);
  const commands = [
    ...(path === '' ? [] : [`cd ${shellQuote(path)}`]),
    "nix-shell --run 'bazel test //...'",
    `nix-shell --run 'bazel run //:${module}'`,
    `nix-shell --run 'bazel run //:${module}_image'`,
  ];
  return formatCommands(commands, stderr);
}

/** Commands to run next, one a line. */
export const formatCommands = (commands: readonly string[], { colors }: OutputStream): string =>
  `\nNext:\n${commands.map(command => `  ${colors.cyan(visible(command))}\n`).join('')}`;
