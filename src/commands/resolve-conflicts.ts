import { type Failure, failed } from '../errors/failure.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { questionNamed, updatableNames } from '../model/questions.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { ConflictChoice } from '../terminal/prompts.ts';
import { recordPath } from '../plan/record.ts';
import type { OutputStream } from '../terminal/output.ts';
import { showDifferences } from './show-differences.ts';
import type { Request } from './request.ts';
import type { Prompter } from '../load/context.ts';

/**
 * Turns each conflict into an update, or leaves the file alone: as `--force` or the answer to a prompt says.
 * @throws Failure (exit code 1) without either, after showing the differences
 */
export async function resolveConflicts(
  plan: Plan,
  target: string,
  request: Request,
  stderr: OutputStream,
  { resolveConflict }: Prompter,
): Promise<Plan> {
  const { on } = request;
  const conflicts = plan.filter(({ action }) => action === 'conflict');
  let all = on.has('force');
  if (conflicts.length > 0 && !all && (!resolveConflict || on.has('yes'))) {
    if (!on.has('diff')) await showDifferences(conflicts, stderr);
    throw unresolved(conflicts, plan, target, request);
  }
  const resolved: Step[] = [];
  for (const step of plan) {
    if (step.action !== 'conflict') {
      resolved.push(step);
      continue;
    }
    let answer: ConflictChoice = 'overwrite';
    if (!all && resolveConflict) {
      await showDifferences([step], stderr);
      answer = await resolveConflict(step);
    }
    if (answer === 'stop') throw failed('Stopped. Nothing was written.', 'Run it again to decide anew.');
    all ||= answer === 'overwrite all';
    if (answer !== 'keep') resolved.push({ ...step, action: 'update' });
  }
  return resolved;
}

function unresolved(conflicts: Plan, plan: Plan, target: string, request: Request): Failure {
  const names = conflicts.map(({ path }) => path).join(', ');
  const exist = conflicts.length > 1 ? 'exist' : 'exists';
  return failed(
    `${names} in ${target} already ${exist} with different content. Nothing was written.`,
    request.command === 'new' && isGenerated(plan)
      ? `Keep your changes: ${updateCommand(request)}. Or overwrite them with --force.`
      : 'Overwrite with --force, or move the changes away.',
  );
}

/** Does the plan change a project of this generator, one that `update` can merge? */
const isGenerated = (plan: Plan): boolean =>
  plan.some(({ path, before }) => path === recordPath && before !== undefined);

/** The `update` that brings a project to the answers that `new` was given. */
function updateCommand({ positionals, values }: Request): string {
  const flags = updatableNames.flatMap(name => {
    const value = values[name];
    return typeof value === 'string' ? [`--${questionNamed(name).flag}`, value] : [];
  });
  return ['nix-python-container', 'update', ...positionals, ...flags].map(shellQuote).join(' ');
}
