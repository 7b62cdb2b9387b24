import { commit } from '../fs/commit.ts';
import type { Plan } from '../plan/plan.ts';
import { printWarning } from '../terminal/messages.ts';
import { changes } from '../terminal/output.ts';
import { showDifferences } from './show-differences.ts';
import type { Request } from './request.ts';
import { resolveConflicts } from './resolve-conflicts.ts';
import type { Prompter, Context } from '../load/context.ts';

/** A plan for a folder, and what its user should know before it is written. */
export interface PreparedPlan {
  readonly target: string;
  readonly plan: Plan;
  readonly warnings: readonly string[];
}

/**
 * Writes a plan: everything or nothing, and with `--dry-run` nothing. Prints the changes with `--diff`, and the warnings if it fails: else they come
 * last, by `printEnding`.
 * @returns the steps that were carried out; with `--dry-run` those that would be
 * @throws Failure (exit code 1) if a conflict is not resolved or the disk fails, (130) if it was interrupted
 */
export async function writePlan(
  { target, plan, warnings }: PreparedPlan,
  request: Request,
  { stderr, signal }: Context,
  prompter: Prompter = {},
): Promise<Plan> {
  if (request.on.has('diff')) await showDifferences(changes(plan), stderr);
  if (request.on.has('dry-run')) return plan;
  try {
    const resolved = await resolveConflicts(plan, target, request, stderr, prompter);
    await commit(target, resolved, { signal });
    return resolved;
  } catch (error) {
    for (const warning of warnings) printWarning(warning, stderr);
    throw error;
  }
}
