import { resolve } from 'node:path';
import { ExitCode, type Failure } from '../errors/failure.ts';
import { pipelinesAbove } from '../model/ci-providers.ts';
import { lockPaths } from '../lock/lock-file.ts';
import { type Answers, pickAnswers, questions, updatableNames } from '../model/questions.ts';
import type { Versions } from '../plan/plan-merge.ts';
import { recordPath, undoPath } from '../plan/record.ts';
import type { Plan } from '../plan/plan.ts';
import { planTheirs } from '../plan/plan-theirs.ts';
import { withoutTheirs } from '../plan/theirs.ts';
import { visible } from '../text/visible.ts';
import { type Rendered, renderWithoutPackages } from '../render/render.ts';
import { planUpdate } from '../plan/plan-update.ts';
import { changes, describeWritten } from '../terminal/output.ts';
import { type ExistingProject, findProject, openProject, recoverAround } from '../load/find-project.ts';
import { type Request, showsAll } from './request.ts';
import { listedSteps, printResult } from './json-output.ts';
import { reportConflicts, refuseConflictMarkers, markConflicts } from './merge-report.ts';
import { deletablePaths, readLastGenerated } from '../load/last-generated.ts';
import { type ChangedProject, changeProject, type LoadedProject, loadProject } from '../load/load-project.ts';
import { version } from '../load/generator-version.ts';
import { printEnding } from './ending.ts';
import { lockPackages, testEverything } from './next-steps.ts';
import { isSameSource, updateWarnings } from './update-warnings.ts';
import { uncommitted, withUndo, worktreeOf } from './undo.ts';
import type { Context } from '../load/context.ts';
import { printWarning, prose } from '../terminal/messages.ts';
import { writePlan } from './write-plan.ts';

/** `update`: brings a project, as its users have changed it, to new answers and to what this version generates. */
export async function runUpdate(request: Request, context: Context): Promise<ExitCode> {
  const dryRun = request.on.has('dry-run');
  const project = await openNamed(request, context);
  const { folder } = project;
  const recorded = await readLastGenerated(project);
  const loaded = loadProject(project, recorded);
  const next = await changeProject(loaded, { values: request.values }, context);
  // Without a record, what this version generates for the project as it is is the best guess.
  const base = recorded ?? (await renderCurrent(loaded, context));
  const versions = await versionsOf(project, next, base, request);
  refuseConflictMarkers(folder, versions.found);
  const merged = planUpdate(next, versions);
  const { plan: merge, conflicts } = merged;

  const worktree = await worktreeOf(folder, context, pipelinesAbove(project.files.place));
  const refusal = request.on.has('force') ? undefined : uncommitted(folder, merge, worktree);
  if (refusal && !dryRun) throw refusal;
  const { plan, undo } = await withUndo(folder, merge, worktree, versions.found);
  const warnings = await updateWarnings(project, next, { recorded, merged, versions }, request);

  const steps = markConflicts(await writePlan({ target: folder, plan, warnings }, request, context), conflicts);
  const answers = pickAnswers(updatableNames, name => next.answers[name]);
  const { pin } = next.project;
  printResult(request, context, {
    text: describeWritten(changes(steps), context.stdout, showsAll(request)),
    json: { target: folder, written: !dryRun, answers, pin, warnings, steps: listedSteps(steps), conflicts, undo },
  });
  if (!request.on.has('json')) printChanges(project, answers, context);
  const after = conflicts.length === 0 ? [...stepsToLock(project, next.answers), testEverything] : [];
  await printEnding({ target: folder, plan: steps, warnings, next: after, undo, pin }, request, context);
  if (dryRun) return afterDryRun(refusal, context);
  return reportConflicts(conflicts, context.stderr);
}

/** The project in the folder that was named; without one, that the current folder is in. */
async function openNamed({ positionals: [named], on }: Request, { folder }: Context): Promise<ExistingProject> {
  const start = resolve(folder, named ?? '.');
  // A dry run touches nothing, not even what a killed run left behind.
  if (!on.has('dry-run')) await recoverAround(start);
  // A misspelt folder must not lead to a project above it.
  return named === undefined ? findProject(start) : openProject(start);
}

/** What is merged: what was generated last, what is generated now, and what is on disk. */
async function versionsOf(
  project: ExistingProject,
  next: ChangedProject,
  base: Rendered,
  { values }: Request,
): Promise<Versions & { readonly theirs: Plan }> {
  const rendered = renderWithoutPackages(next.project, version());
  const generated = withoutTheirs(rendered, next.project.adopted);
  const paths = new Set([...rendered.keys(), ...base.keys(), recordPath, undoPath]);
  const found = await project.files.existing(paths);
  // A new pin replaces whatever flake.lock holds: it is not merged.
  return {
    base: values.nixpkgs === undefined ? base : without(base, 'flake.lock'),
    generated,
    found,
    theirs: planTheirs(rendered, found, next.project, false),
    deletable: deletablePaths(project),
  };
}

async function renderCurrent(loaded: LoadedProject, context: Context): Promise<Rendered> {
  const { project } = await changeProject(loaded, { askNix: false }, context);
  return withoutTheirs(renderWithoutPackages(project, version()), project.adopted);
}

const without = (texts: Rendered, path: string): Rendered => new Map([...texts].filter(([other]) => other !== path));

/** Prints which answers are others than the last run stored: `Python 3.12 → 3.13`. */
function printChanges({ stored }: ExistingProject, answers: Partial<Answers>, { stderr }: Context): void {
  const changed = updatableNames
    .map(name => [questions[name].label, String(stored.values[name]), String(answers[name])] as const)
    .filter(([, before, after]) => before !== after)
    .map(([label, before, after]) => `${label} ${before || 'none'} → ${after || 'none'}`);
  if (changed.length > 0) stderr.write(`${prose(visible(changed.join(', ')), stderr)}\n`);
}

/** The packages are to be locked again for another Python, nixpkgs or source. */
function stepsToLock({ files, stored }: ExistingProject, answers: Answers): string[] {
  if (answers.packagesFrom !== 'pypi') return [];
  return isSameSource(stored.values, answers) && files.pathIfExists(lockPaths.runtime) !== undefined
    ? []
    : [lockPackages];
}

function afterDryRun(refusal: Failure | undefined, { stderr }: Context): ExitCode {
  if (refusal) printWarning(refusal.message, stderr, refusal.hint);
  return ExitCode.done;
}
