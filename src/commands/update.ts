import { resolve } from 'node:path';
import { ExitCode, type Failure } from '../errors/failure.ts';
import { readExisting } from '../fs/read-existing.ts';
import type { Context } from '../load/context.ts';
import { type ExistingProject, findProject, openProject, recoverAround } from '../load/find-project.ts';
import { version } from '../load/generator-version.ts';
import { type LoadedProject, loadProject } from '../load/load-project.ts';
import { updatableNames } from '../model/questions.ts';
import type { Plan, Rendered } from '../plan/plan.ts';
import type { MergePlan } from '../plan/plan-merge.ts';
import { planUpdate } from '../plan/plan-update.ts';
import { recordPath, undoPath } from '../plan/record.ts';
import { renderWithoutPackages } from '../render/render.ts';
import { describePlan, type OutputStream } from '../terminal/output.ts';
import { jsonDocument, listedSteps } from './json-output.ts';
import { markConflicts, readRecordIn, refuseConflictMarkers, reportConflicts } from './merge-report.ts';
import type { Request } from './request.ts';
import { uncommitted, type UndoablePlan, withUndo, worktreeOf } from './undo.ts';
import { write } from './write-plan.ts';

/** `update`: brings a project, as its users have changed it, to new answers and to what this version generates. */
export async function runUpdate(request: Request, context: Context): Promise<ExitCode> {
  const dryRun = request.on.has('dry-run');
  const existing = await open(request, context);
  const merge = await planMerge(existing, request, context);
  const { undoable, refusal } = await planUndo(existing.folder, merge, request, context);
  if (refusal && !dryRun) throw refusal;
  const warnings = warningsOf(merge);
  const target = { target: existing.folder, plan: undoable.plan, warnings };
  const steps = markConflicts(await write(target, request, context, {}), merge.conflicts);
  if (request.on.has('json')) {
    context.stdout.write(
      jsonDocument(resultOf(existing.folder, merge, steps, { dryRun, warnings, undo: undoable.undo })),
    );
  } else {
    context.stdout.write(describePlan(steps, context.stdout));
  }
  if (refusal) warn(refusal, context.stderr);
  if (dryRun) return ExitCode.done;
  describeUndo(undoable.undo, existing.folder, context.stderr);
  return reportConflicts(merge.conflicts, context.stderr);
}

/** Opens the project that is named, or that the current folder is in. */
async function open({ positionals, on }: Request, { folder }: Context): Promise<ExistingProject> {
  const [named] = positionals;
  // A dry run changes nothing, not even what an interrupted run has left behind.
  if (!on.has('dry-run')) await recoverAround(resolve(folder, named ?? '.'));
  // A folder that is named is meant: a misspelt one must not lead to a project above it.
  return named === undefined ? findProject(folder) : openProject(resolve(folder, named));
}

/** What merging comes to, with the project that is merged in. */
interface Merge extends MergePlan {
  readonly loaded: LoadedProject;
  /** Is the last generated state recorded, or a guess? */
  readonly recorded: boolean;
  readonly existing: ReadonlyMap<string, string>;
}

async function planMerge(project: ExistingProject, { values }: Request, context: Context): Promise<Merge> {
  const last = await readRecordIn(project.folder);
  const loaded = await loadProject(project, { values, base: last }, context);
  const generated = renderWithoutPackages(loaded.project, version());
  // Without a record, what this version generates for the stored answers is the best guess.
  const base =
    last ?? renderWithoutPackages((await loadProject(project, { values: {}, base: last }, context)).project, version());
  const paths = new Set([...generated.keys(), ...base.keys(), recordPath, undoPath]);
  const existing = await readExisting(project.folder, paths);
  refuseConflictMarkers(project.folder, existing);
  const versions = {
    base: values.nixpkgs === undefined ? base : without(base, 'flake.lock'),
    generated,
    found: existing,
  };
  return { ...planUpdate(loaded, versions), loaded, recorded: last !== undefined, existing };
}

/** A new pin that was asked for replaces whatever flake.lock holds: it is not merged. */
const without = (texts: Rendered, path: string): Rendered => new Map([...texts].filter(([other]) => other !== path));

/** Makes the plan undoable, or says why it must not be carried out (without `--force`). */
async function planUndo(
  folder: string,
  { plan, existing }: Merge,
  { on }: Request,
  context: Context,
): Promise<{ undoable: UndoablePlan; refusal: Failure | undefined }> {
  const worktree = await worktreeOf(folder, context);
  const refusal = on.has('force') ? undefined : uncommitted(folder, plan, worktree);
  return { undoable: await withUndo(folder, plan, worktree, existing), refusal };
}

const warningsOf = ({ loaded, recorded, left }: Merge): string[] => [
  ...loaded.warnings,
  ...(recorded ? [] : [`${recordPath} is missing: the last generated state is guessed from .yo-rc.json.`]),
  ...left.map(
    path => `${path} is no longer generated; kept because you changed it. Move what you need, then remove it.`,
  ),
];

const resultOf = (
  target: string,
  { loaded: { answers, project }, conflicts }: Merge,
  steps: Plan,
  {
    dryRun,
    warnings,
    undo,
  }: { readonly dryRun: boolean; readonly warnings: readonly string[]; readonly undo: string | undefined },
): object => ({
  target,
  written: !dryRun,
  answers: Object.fromEntries(updatableNames.map(name => [name, answers[name]])),
  pin: project.pin,
  warnings,
  steps: listedSteps(steps),
  conflicts,
  undo,
});

const warn = ({ message, hint }: Failure, { write, colors }: OutputStream): void =>
  write(`${colors.yellow('warning:')} ${message}\n         ${hint}\n`);

const describeUndo = (undo: string | undefined, folder: string, { write, colors }: OutputStream): void =>
  write(undo === undefined ? 'Nothing was changed.\n' : `\nTo undo, in ${folder}:\n  ${colors.cyan(undo)}\n`);
