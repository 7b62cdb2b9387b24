import type { Built } from '../bazel/build.ts';
import type { Adjustment } from '../model/pins-policy.ts';
import type { Project } from '../model/project.ts';
import type { Answers } from '../model/questions.ts';
import type { Plan } from '../plan/plan.ts';
import { describeAnswers } from '../model/described.ts';
import { prose } from '../terminal/messages.ts';
import { changes, describeWritten, type OutputStream } from '../terminal/output.ts';
import { renaming } from '../model/name.ts';
import { printEnding } from './ending.ts';
import { describeAdjustments } from './adjustments.ts';
import { describe } from './build.ts';
import { listedSteps, printResult } from './json-output.ts';
import { type Request, showsAll } from './request.ts';
import { lockPackages, runCommands, testEverything } from './next-steps.ts';
import type { Context } from '../load/context.ts';

/** What `new` has decided on. */
export interface Decided {
  readonly target: string;
  readonly project: Project;
  readonly answers: Answers;
  /** The name as it was typed, if it was. */
  readonly typed: string;
  readonly warnings: readonly string[];
  /** What was changed of the packages so that they evaluate. */
  readonly adjustments: readonly Adjustment[];
  /** False if the packages come from PyPI and are still to be locked. */
  readonly isLocked?: boolean;
  /** What became of its git repository, if that was asked for. */
  readonly git?: string | undefined;
  /** The command that undoes it, if it added to what its users have. */
  readonly undo?: string | undefined;
}

/** Prints what `new` did, or with `--dry-run` would do. */
export async function reportResult(
  decided: Decided,
  plan: Plan,
  request: Request,
  context: Context,
  built?: Built,
): Promise<void> {
  const { target, project, answers, warnings, adjustments, isLocked = true, undo, git } = decided;
  const written = !request.on.has('dry-run');
  const json = { target, written, answers, pin: project.pin, warnings, adjustments, steps: listedSteps(plan), undo };
  printResult(request, context, {
    // The plan was printed before the build.
    text: built
      ? describe(built)
      : describeAdjustments(adjustments, context.stdout) +
        describeWritten(changes(plan), context.stdout, showsAll(request)),
    json: built ? { ...json, build: built } : json,
  });
  const toBuild = built ? [] : [...(isLocked ? [] : [lockPackages]), testEverything];
  const next = [...toBuild, ...runCommands(project.module)];
  if (!request.on.has('json') && !built) context.stderr.write(chosen(decided, context.stderr));
  if (!request.on.has('json') && git !== undefined) context.stderr.write(`${prose(git, context.stderr)}\n`);
  await printEnding({ target, plan, warnings, next, undo, ...(built ? {} : { pin: project.pin }) }, request, context);
}

/** What was chosen: the name, if it is not quite the one that was typed, the versions, and the packages in the versions of the pin. */
export function chosen({ project, answers, typed }: Decided, stream: OutputStream): string {
  const { name, pin } = project;
  const lines = describeAnswers({ today: new Date(0), folder: '', answers, pin });
  const text = (wanted: keyof Answers): string => lines.find(line => line.name === wanted)?.text ?? '';
  const packages = answers.packages.length > 0 ? `packages: ${text('packages')}\n` : '';
  const versions = `${name}: nixpkgs ${text('nixpkgs')}, Python ${text('python')}, Bazel ${text('bazel')}\n`;
  return prose(`${renaming(typed, name)}${versions}${packages}`.trimEnd(), stream, 2) + '\n';
}
