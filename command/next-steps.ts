import { relative } from 'node:path';
import type { Plan } from '../project/plan.ts';
import type { Project } from '../project/project.ts';
import { changes, type Screen } from '../terminal/screen.ts';

/** What to type next, for somebody who has just got a project; nothing if nothing changed. */
export function nextSteps(
  target: string,
  { name, module }: Project,
  plan: Plan,
  { folder, screen }: { readonly folder: string; readonly screen: Screen },
): string {
  if (changes(plan).length === 0) return 'Nothing to do: every file is as it should be.\n';
  const path = relative(folder, target);
  const enter = path === '' ? [] : [`cd ${/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`}`];
  const commands = [
    ...enter,
    "nix-shell --run 'bazel test //...'",
    `nix-shell --run 'bazel run //:${module}'`,
    `nix-shell --run 'bazel run //image:load' && docker run --rm -p 5000:5000 ${name}`,
  ];
  return `\nNext:\n${commands.map(command => `  ${screen.colors.cyan(command)}\n`).join('')}`;
}
