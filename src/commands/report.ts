import type { Built } from '../bazel/build.ts';
import type { Adjustment } from '../model/pins-policy.ts';
import type { Project } from '../model/project.ts';
import type { Answers } from '../model/questions.ts';
import type { Plan } from '../plan/plan.ts';
import { changes, describePlan } from '../terminal/output.ts';
import { describeAdjustments } from './adjustments.ts';
import { describe } from './build.ts';
import { listedSteps, printResult } from './json-output.ts';
import type { Request } from './request.ts';
import { lockPackages, nextSteps, testEverything, undoText } from './next-steps.ts';
import type { Output } from '../load/context.ts';

/** What `new` has decided on. */
export interface Decided {
  readonly target: string;
  readonly project: Project;
  readonly answers: Answers;
  readonly warnings: readonly string[];
  /** What was changed of the packages so that they evaluate. */
  readonly adjustments: readonly Adjustment[];
  /** False if the packages come from PyPI and are still to be locked. */
  readonly isLocked?: boolean;
  /** The command that undoes it, if it added to what its users have. */
  readonly undo?: string | undefined;
}

/** Prints what `new` did, or with `--dry-run` would do. */
export function reportResult(decided: Decided, plan: Plan, request: Request, context: Output, built?: Built): void {
  const { target, project, answers, warnings, adjustments, isLocked = true, undo } = decided;
  const written = !request.on.has('dry-run');
  const json = { target, written, answers, pin: project.pin, warnings, adjustments, steps: listedSteps(plan), undo };
  printResult(request, context, {
    // The plan was printed before the build.
    text: built ? describe(built) : describeAdjustments(adjustments) + describePlan(plan, context.stdout),
    json: built ? { ...json, build: built } : json,
  });
  if (request.on.has('json') || built) return;
  const { nixpkgs, python, bazel } = answers;
  context.stderr.write(`${project.name}: nixpkgs ${nixpkgs}, Python ${python}, Bazel ${bazel}\n`);
  if (!written) return;
  context.stderr.write(
    changes(plan).length === 0
      ? 'Nothing was changed.\n'
      : nextSteps(target, [...(isLocked ? [] : [lockPackages]), ...commandsFor(project)], context),
  );
  if (undo) context.stderr.write(undoText(undo, target, context));
}

const commandsFor = ({ module }: Project): string[] => [
  testEverything,
  `nix-shell --run 'bazel run //:${module}'`,
  `nix-shell --run 'bazel run //:${module}_image'`,
];
