import { relative } from 'node:path';
import type { Plan } from '../plan/plan.ts';
import type { Project } from '../model/project.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { visible } from '../text/visible.ts';
import { changes, type OutputStream } from '../terminal/output.ts';

/** What to type next, for somebody who has just got a project; nothing if nothing changed. */
export function nextSteps(
  target: string,
  { module }: Project,
  plan: Plan,
  { folder, stderr }: { readonly folder: string; readonly stderr: OutputStream },
): string {
  if (changes(plan).length === 0) return 'Nothing was changed.\n';
  const path = relative(folder, target);
  const enter = path === '' ? [] : [`cd ${shellQuote(path)}`];
  const commands = [
    ...enter,
    "nix-shell --run 'bazel test //...'",
    `nix-shell --run 'bazel run //:${module}'`,
    `nix-shell --run 'bazel run //:${module}_image'`,
  ];
  return `\nNext:\n${commands.map(command => `  ${stderr.colors.cyan(visible(command))}\n`).join('')}`;
}
