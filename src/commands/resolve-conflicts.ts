import { failed } from '../errors/failure.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { ConflictChoice } from '../terminal/prompts.ts';
import { recordPath } from '../plan/record.ts';
import type { OutputStream } from '../terminal/output.ts';
import { showDifferences } from './show-differences.ts';
import type { Request } from './request.ts';
import type { Prompter } from '../load/context.ts';

/**
 * Turns conflicts into updates, or leaves the files alone: as `--force` or a person says.
 * @throws Failure (exit code 1) if there is neither, after showing the differences
 */
export async function settle(
  plan: Plan,
  target: string,
  { on, command }: Request,
  stderr: OutputStream,
  { settle }: Prompter,
): Promise<Plan> {
  const conflicts = plan.filter(({ action }) => action === 'conflict');
  let all = on.has('force');
  if (conflicts.length > 0 && !all && (!settle || on.has('yes'))) {
    if (!on.has('diff')) await showDifferences(conflicts, stderr);
    const names = conflicts.map(({ path }) => path).join(', ');
    throw failed(
      `${names} in ${target}: not as this generator would write ${conflicts.length > 1 ? 'them' : 'it'}. Nothing was written.`,
      command === 'new' && isOurs(plan)
        ? 'Keep the changes with nix-python-container update, or overwrite with --force.'
        : 'Overwrite with --force, or move the changes away.',
    );
  }
  const settled: Step[] = [];
  for (const step of plan) {
    if (step.action !== 'conflict') {
      settled.push(step);
      continue;
    }
    let answer: ConflictChoice = 'overwrite';
    if (!all && settle) {
      await showDifferences([step], stderr);
      answer = await settle(step);
    }
    if (answer === 'stop') throw failed('Stopped: nothing was written.', 'Run it again when the files are settled.');
    all ||= answer === 'overwrite all';
    if (answer !== 'keep') settled.push({ ...step, action: 'update' });
  }
  return settled;
}

/** Is there a project already, one that `update` can merge? */
const isOurs = (plan: Plan): boolean => plan.some(({ path, before }) => path === recordPath && before !== undefined);
