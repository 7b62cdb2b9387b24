import { relative } from 'node:path';
import { shellPath } from '../text/shell-quote.ts';
import { visible } from '../text/visible.ts';
import { inHostForm, prose } from '../terminal/messages.ts';
import type { OutputStream } from '../terminal/output.ts';

/** Builds and tests everything. */
export const testEverything = "nix-shell --run 'bazel test //...'";

/** Runs the app, and its image. */
export const runCommands = (module: string): string[] => [
  `nix-shell --run 'bazel run //:${module}'`,
  `nix-shell --run 'bazel run //:${module}_image'`,
];

/** Writes the lock files of a project whose packages come from PyPI. */
export const lockPackages = 'nix-python-container lock';

/**
 * The commands to run next, one a line.
 * @param target the folder of the project, in which they are to be run
 * @param folder the current folder
 */
export function nextSteps(
  target: string,
  commands: readonly string[],
  { folder, stderr }: { readonly folder: string; readonly stderr: OutputStream },
): string {
  const path = relative(folder, target);
  const lines = path === '' ? commands : [`cd ${shellPath(path)}`, ...commands];
  return `\nNext:\n${lines.map(line => `  ${stderr.colors.cyan(inHostForm(visible(line), stderr))}\n`).join('')}`;
}

/** How to undo a change of a project: a shell command, to be run in its folder. */
export const undoText = (undo: string, target: string, { stderr }: { readonly stderr: OutputStream }): string =>
  `\n${prose(`To undo, in ${visible(target)}:`, stderr)}\n  ${stderr.colors.cyan(undo)}\n`;
