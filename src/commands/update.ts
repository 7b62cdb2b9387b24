import { resolve } from 'node:path';
import { readExisting } from '../fs/read-existing.ts';
import { ExitCode } from '../errors/failure.ts';
import { updatableNames } from '../model/questions.ts';
import type { Rendered } from '../plan/plan.ts';
import { recordPath, undoPath } from '../plan/record.ts';
import { renderWithoutPackages } from '../render/render.ts';
import { planUpdate } from '../plan/plan-update.ts';
import { describePlan } from '../terminal/output.ts';
import { findProject, openProject, recoverAround } from '../load/find-project.ts';
import type { Request } from './request.ts';
import { listedSteps, jsonDocument } from './json-output.ts';
import { reportConflicts, readRecordIn, refuseConflictMarkers, markConflicts } from './merge-report.ts';
import { loadProject } from '../load/load-project.ts';
import { version } from '../load/generator-version.ts';
import { uncommitted, withUndo, worktreeOf } from './undo.ts';
import type { Context } from '../load/context.ts';
import { write } from './write-plan.ts';

/** `update`: brings a project, as its users have changed it, to new answers and to what this version generates. */
export async function runUpdate(request: Request, context: Context): Promise<ExitCode> {
  const [named] = request.positionals;
  const dry = request.on.has('dry-run');
  // A dry run touches nothing, not even what a killed run has left behind.
  if (!dry) await recoverAround(resolve(context.folder, named ?? '.'));
  // A folder that is named is meant: one that is misspelt leads to no project above it.
  const existing = named === undefined ? findProject(context.folder) : openProject(resolve(context.folder, named));
  const { folder } = existing;
  const last = await readRecordIn(folder);
  const now = await loadProject(existing, { values: request.values, base: last }, context);
  // Without a record, what this version generates for the stored answers is the best guess.
  const base =
    last ??
    renderWithoutPackages((await loadProject(existing, { values: {}, base: last }, context)).project, version());
  const generated = renderWithoutPackages(now.project, version());
  const found = await readExisting(folder, new Set([...generated.keys(), ...base.keys(), recordPath, undoPath]));
  refuseConflictMarkers(folder, found);
  const {
    plan: merged,
    conflicts,
    left,
  } = planUpdate(now, {
    base: request.values.nixpkgs === undefined ? base : without(base, 'flake.lock'),
    generated,
    found,
  });
  const worktree = await worktreeOf(folder, context);
  const refusal = request.on.has('force') ? undefined : uncommitted(folder, merged, worktree);
  if (refusal && !dry) throw refusal;
  const { plan, undo } = await withUndo(folder, merged, worktree, found);
  const warnings = [
    ...now.warnings,
    ...(last ? [] : [`There is no ${recordPath}: what was generated last is guessed from .yo-rc.json.`]),
    ...left.map(
      path =>
        `${path} is not generated any more. It stays, as it was changed: move what you need of it, then remove it.`,
    ),
  ];

  const steps = await write({ target: folder, plan, warnings }, request, context, {});
  const shown = markConflicts(steps, conflicts);
  if (request.on.has('json')) {
    const answers = Object.fromEntries(updatableNames.map(name => [name, now.answers[name]]));
    const { pin } = now.project;
    context.stdout.write(
      jsonDocument({
        target: folder,
        written: !dry,
        answers,
        pin,
        warnings,
        steps: listedSteps(shown),
        conflicts,
        undo,
      }),
    );
  } else {
    context.stdout.write(describePlan(shown, context.stdout));
  }
  const { stderr } = context;
  if (refusal) stderr.write(`${stderr.colors.yellow('warning:')} ${refusal.message}\n         ${refusal.hint}\n`);
  if (dry) return ExitCode.done;
  if (!undo) stderr.write('Nothing was changed.\n');
  else stderr.write(`\nTo go back, in ${folder}:\n  ${stderr.colors.cyan(undo)}\n`);
  return reportConflicts(conflicts, stderr);
}

/** A pin that is asked for replaces whatever flake.lock holds: it is not merged. */
const without = (texts: Rendered, path: string): Rendered => new Map([...texts].filter(([other]) => other !== path));
