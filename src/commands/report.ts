import type { Built } from '../bazel/build.ts';
import type { Plan } from '../plan/plan.ts';
import { describePlan } from '../terminal/output.ts';
import { describe } from './build.ts';
import { jsonDocument, listedSteps } from './json-output.ts';
import type { Request } from './request.ts';
import type { Project } from '../model/project.ts';
import type { Answers } from '../model/questions.ts';
import { nextSteps } from './next-steps.ts';
import type { Output } from '../load/context.ts';

/** A project that is ready to be written. */
export interface PreparedProject {
  readonly target: string;
  readonly project: Project;
  readonly answers: Answers;
  readonly plan: Plan;
  readonly warnings: readonly string[];
}

/** Tells what was done, or with `--dry-run` what would be; with `--json` as one document. */
export function reportResult(
  { target, project, answers, warnings }: PreparedProject,
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
  // The plan stands above what the build has printed.
  if (built) return stdout.write(describe(built));
  stdout.write(describePlan(plan, stdout));
  if (written) stderr.write(nextSteps(target, project, plan, { folder, stderr }));
}
