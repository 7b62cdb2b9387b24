import { commit } from '../fs/commit.ts';
import type { Plan } from '../plan/plan.ts';
import { visible } from '../text/visible.ts';
import { changes } from '../terminal/output.ts';
import { showDifferences } from './show-differences.ts';
import type { Request } from './request.ts';
import { settle } from './resolve-conflicts.ts';
import type { Prompter, Context } from '../load/context.ts';

/**
 * Carries a plan out, everything or nothing: tells the warnings, shows the changes with `--diff`, stops there with
 * `--dry-run`, settles what was changed by others.
 * @returns the steps that were carried out; with `--dry-run` those that would be
 * @throws Failure (exit code 1) if a change is not settled or the disk fails, (130) if it was interrupted
 */
export async function write(
  { target, plan, warnings }: { readonly target: string; readonly plan: Plan; readonly warnings: readonly string[] },
  request: Request,
  context: Context,
  prompter: Prompter,
): Promise<Plan> {
  const { stderr, signal } = context;
  for (const warning of warnings) stderr.write(`${stderr.colors.yellow('warning:')} ${visible(warning)}\n`);
  if (request.on.has('diff')) await showDifferences(changes(plan), stderr);
  if (request.on.has('dry-run')) return plan;

  const settled = await settle(plan, target, request, stderr, prompter);
  await commit(target, settled, { signal });
  return settled;
}
