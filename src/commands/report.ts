import type { Built } from '../bazel/build.ts';
import type { Project } from '../model/project.ts';
import type { Answers } from '../model/questions.ts';
import type { Plan } from '../plan/plan.ts';
import { describePlan } from '../terminal/output.ts';
import { describe } from './build.ts';
import { jsonDocument, listedSteps } from './json-output.ts';
import type { Request } from './request.ts';
import { nextSteps } from './next-steps.ts';
import type { Output } from '../load/context.ts';

/** What `new` has decided on. */
export interface Decided {
  readonly target: string;
  readonly project: Project;
  readonly answers: Answers;
  readonly warnings: readonly string[];
}

/** Prints what `new` did, or with `--dry-run` would do; with `--json` as one document. */
export function reportResult(
  { target, project, answers, warnings }: Decided,
  plan: Plan,
  { on }: Request,
  { folder, stderr, stdout }: Output,
  built?: Built,
): void {
  const written = !on.has('dry-run');
  if (on.has('json')) {
    const steps = listedSteps(plan);
    stdout.write(
      jsonDocument({ target, written, answers, pin: project.pin, warnings, steps, ...(built ? { build: built } : {}) }),
    );
    return;
  }
  // The plan was printed before the build.
  if (built) return stdout.write(describe(built));
  stdout.write(describePlan(plan, stdout));
  if (written) stderr.write(nextSteps(target, project, plan, { folder, stderr }));
}
