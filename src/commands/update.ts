import { resolve } from 'node:path';
import { ExitCode, type Failure } from '../errors/failure.ts';
import { updatableNames } from '../model/questions.ts';
import type { Rendered } from '../plan/plan.ts';
import type { Versions } from '../plan/plan-merge.ts';
import { recordPath, undoPath } from '../plan/record.ts';
import { renderWithoutPackages } from '../render/render.ts';
import { planUpdate } from '../plan/plan-update.ts';
import { describePlan } from '../terminal/output.ts';
import { type ExistingProject, findProject, openProject, recoverAround } from '../load/find-project.ts';
import type { Request } from './request.ts';
import { listedSteps, printResult } from './json-output.ts';
import { reportConflicts, readLastGenerated, refuseConflictMarkers, markConflicts } from './merge-report.ts';
import { type LoadedProject, loadProject } from '../load/load-project.ts';
import { version } from '../load/generator-version.ts';
import { uncommitted, withUndo, worktreeOf } from './undo.ts';
import type { Context } from '../load/context.ts';
import { printWarning, writePlan } from './write-plan.ts';

/** `update`: brings a project, as its users have changed it, to new answers and to what this version generates. */
export async function runUpdate(request: Request, context: Context): Promise<ExitCode> {
  const dryRun = request.on.has('dry-run');
  const project = await openNamed(request, context);
  const { folder } = project;
  const recorded = await readLastGenerated(project.files);
  const next = await loadProject(project, { values: request.values, base: recorded }, context);
  const versions = await versionsOf(project, next, recorded, request, context);
  refuseConflictMarkers(folder, versions.found);
  const { plan: merge, conflicts, left } = planUpdate(next, versions);

  const worktree = await worktreeOf(folder, context);
  const refusal = request.on.has('force') ? undefined : uncommitted(folder, merge, worktree);
  if (refusal && !dryRun) throw refusal;
  const { plan, undo } = await withUndo(folder, merge, worktree, versions.found);
  const warnings = [...next.warnings, ...(recorded ? [] : [noRecord]), ...left.map(leftOver)];

  const steps = markConflicts(await writePlan({ target: folder, plan, warnings }, request, context), conflicts);
  const answers = Object.fromEntries(updatableNames.map(name => [name, next.answers[name]]));
  const { pin } = next.project;
  printResult(request, context, {
    text: describePlan(steps, context.stdout),
    json: { target: folder, written: !dryRun, answers, pin, warnings, steps: listedSteps(steps), conflicts, undo },
  });
  if (dryRun) return afterDryRun(refusal, context);
  printUndo(undo, folder, context);
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
  next: LoadedProject,
  recorded: Rendered | undefined,
  { values }: Request,
  context: Context,
): Promise<Versions> {
  const generated = renderWithoutPackages(next.project, version());
  // Without a record, what this version generates for the stored answers is the best guess.
  const base = recorded ?? (await renderCurrent(project, context));
  const paths = new Set([...generated.keys(), ...base.keys(), recordPath, undoPath]);
  const found = await project.files.existing(paths);
  // A new pin replaces whatever flake.lock holds: it is not merged.
  return { base: values.nixpkgs === undefined ? base : without(base, 'flake.lock'), generated, found };
}

async function renderCurrent(project: ExistingProject, context: Context): Promise<Rendered> {
  const wanted = { values: {}, base: undefined, queryPackages: false };
  return renderWithoutPackages((await loadProject(project, wanted, context)).project, version());
}

const without = (texts: Rendered, path: string): Rendered => new Map([...texts].filter(([other]) => other !== path));

const noRecord = `${recordPath} is missing: the last generated state is guessed from .yo-rc.json.`;

const leftOver = (path: string): string =>
  `${path} is no longer generated; kept because you changed it. Move what you need, then remove it.`;

function afterDryRun(refusal: Failure | undefined, { stderr }: Context): ExitCode {
  if (refusal) printWarning(refusal.message, stderr, refusal.hint);
  return ExitCode.done;
}

function printUndo(undo: string | undefined, folder: string, { stderr }: Context): void {
  stderr.write(undo ? `\nTo undo, in ${folder}:\n  ${stderr.colors.cyan(undo)}\n` : 'Nothing was changed.\n');
}
