import { resolve } from 'node:path';
import { survey } from '../disk/survey.ts';
import { ExitCode } from '../project/failure.ts';
import type { Rendered } from '../project/plan.ts';
import { recordPath, undoPath } from '../project/record.ts';
import { renderBare } from '../project/render.ts';
import { planUpdate } from '../project/update.ts';
import { describePlan } from '../terminal/screen.ts';
import { findProject, openProject, recoverAround } from './existing.ts';
import type { Request } from './flags.ts';
import { document } from './outcome.ts';
import { endWith, recordedIn, refuseMarks, shownSteps } from './merged.ts';
import { projectNow } from './project-now.ts';
import { version } from './version.ts';
import { uncommitted, withWayBack, worktreeOf } from './way-back.ts';
import type { World } from './world.ts';
import { write } from './write.ts';

/** `update`: brings a project, as its users have changed it, to new answers and to what this version generates. */
export async function runUpdate(request: Request, world: World): Promise<ExitCode> {
  const [named] = request.positionals;
  const dry = request.on.has('dry-run');
  // A dry run touches nothing, not even what a killed run has left behind.
  if (!dry) await recoverAround(resolve(world.folder, named ?? '.'));
  // A folder that is named is meant: one that is misspelt leads to no project above it.
  const existing = named === undefined ? findProject(world.folder) : openProject(resolve(world.folder, named));
  const { folder } = existing;
  const last = await recordedIn(folder);
  const now = await projectNow(existing, { values: request.values, base: last }, world);
  // Without a record, what this version generates for the stored answers is the best guess.
  const base = last ?? renderBare((await projectNow(existing, { values: {}, base: last }, world)).project, version());
  const generated = renderBare(now.project, version());
  const found = await survey(folder, new Set([...generated.keys(), ...base.keys(), recordPath, undoPath]));
  refuseMarks(folder, found);
  const {
    plan: merged,
    conflicts,
    left,
  } = planUpdate(now, {
    base: request.values.nixpkgs === undefined ? base : without(base, 'flake.lock'),
    generated,
    found,
  });
  const worktree = await worktreeOf(folder);
  const refusal = request.on.has('force') ? undefined : uncommitted(folder, merged, worktree);
  if (refusal && !dry) throw refusal;
  const { plan, back } = await withWayBack(folder, merged, worktree, found);
  const warnings = [
    ...now.warnings,
    ...(last ? [] : [`There is no ${recordPath}: what was generated last is guessed from .yo-rc.json.`]),
    ...left.map(
      path =>
        `${path} is not generated any more. It stays, as it was changed: move what you need of it, then remove it.`,
    ),
  ];

  const steps = await write({ target: folder, plan, warnings }, request, world, {});
  const shown = shownSteps(steps, conflicts);
  if (request.on.has('json')) {
    const { nixpkgs, python, bazel, remoteCache } = now.answers;
    const answers = { nixpkgs, python, bazel, remoteCache };
    const { pin } = now.project;
    world.out.write(
      document({
        target: folder,
        written: !dry,
        answers,
        pin,
        warnings,
        steps: shown.map(({ action, path }) => ({ action, path })),
        conflicts,
        back,
      }),
    );
  } else {
    world.out.write(describePlan(shown, world.out));
  }
  const { screen } = world;
  if (refusal) screen.write(`${screen.colors.yellow('warning:')} ${refusal.message}\n         ${refusal.hint}\n`);
  if (dry) return ExitCode.done;
  if (!back) screen.write('Nothing was changed.\n');
  else screen.write(`\nTo go back, in ${folder}:\n  ${screen.colors.cyan(back)}\n`);
  return endWith(conflicts, screen);
}

/** A pin that is asked for replaces whatever flake.lock holds: it is not merged. */
const without = (texts: Rendered, path: string): Rendered => new Map([...texts].filter(([other]) => other !== path));
