import { join, resolve } from 'node:path';
import { recover } from '../disk/commit.ts';
import { survey } from '../disk/survey.ts';
import { ExitCode, failed } from '../project/failure.ts';
import { hasMarks } from '../project/merge.ts';
import type { Found, Rendered } from '../project/plan.ts';
import { readRecord, recordPath } from '../project/record.ts';
import { planUpdate, renderBare } from '../project/update.ts';
import { describePlan } from '../terminal/screen.ts';
import { findProject } from './existing.ts';
import type { Request } from './flags.ts';
import { document } from './outcome.ts';
import { projectNow } from './project-now.ts';
import { version } from './version.ts';
import { refuseDirty, withWayBack, worktreeOf } from './way-back.ts';
import type { World } from './world.ts';
import { write } from './write.ts';

/** `update`: brings a project, as its users have changed it, to new answers and to what this version generates. */
export async function runUpdate(request: Request, world: World): Promise<ExitCode> {
  const existing = findProject(resolve(world.folder, request.positionals[0] ?? '.'));
  const { folder } = existing;
  const dry = request.on.has('dry-run');
  // A dry run touches nothing, not even what a killed run has left behind.
  if (!dry) await recover(folder);

  const last = await recorded(folder);
  const now = await projectNow(existing, { values: request.values, base: last }, world);
  // Without a record, what this version generates for the stored answers is the best guess.
  const base = last ?? renderBare((await projectNow(existing, { values: {}, base: last }, world)).project, version());
  const generated = renderBare(now.project, version());
  const found = await survey(folder, new Set([...generated.keys(), ...base.keys(), recordPath]));
  refuseMarks(folder, found);
  const {
    plan: merged,
    conflicts,
    left,
  } = planUpdate(now.project, {
    base: request.values.nixpkgs === undefined ? base : without(base, 'flake.lock'),
    generated,
    found,
  });
  const worktree = await worktreeOf(folder);
  if (!dry && !request.on.has('force')) refuseDirty(folder, merged, worktree);
  const { plan, back } = withWayBack(folder, merged, worktree);
  const warnings = [
    ...now.warnings,
    ...(last ? [] : [`There is no ${recordPath}: what was generated last is guessed from .yo-rc.json.`]),
    ...left.map(
      path => `${path} is not generated any more. It stays, as it was changed: remove it if it is of no use.`,
    ),
  ];

  const steps = await write({ target: folder, plan, warnings }, request, world, {});
  const shown = steps.map(
    ({ action, path }) => ({ action: conflicts.includes(path) ? 'conflict' : action, path }) as const,
  );
  if (request.on.has('json')) {
    const { nixpkgs, python, bazel, remoteCache } = now.answers;
    const answers = { nixpkgs, python, bazel, remoteCache };
    const { pin } = now.project;
    world.out.write(document({ target: folder, written: !dry, answers, pin, warnings, steps: shown, conflicts, back }));
  } else {
    world.out.write(describePlan(shown, world.out));
  }
  if (dry) return ExitCode.done;
  const { screen } = world;
  if (!back) screen.write('Nothing was changed.\n');
  else screen.write(`\nTo go back, in ${folder}:\n  ${screen.colors.cyan(back)}\n`);
  if (conflicts.length === 0) return ExitCode.done;
  const [subject, them] = conflicts.length > 1 ? ['These files have', 'them'] : ['This file has', 'it'];
  screen.write(
    `${screen.colors.red('error:')} ${subject} conflicts, marked as git marks them: ${conflicts.join(', ')}.\n` +
      `       Settle ${them} before you build.\n`,
  );
  return ExitCode.failed;
}

/** A pin that is asked for replaces whatever flake.lock holds: it is not merged. */
const without = (texts: Rendered, path: string): Rendered => new Map([...texts].filter(([other]) => other !== path));

/** What was generated last; undefined if nobody knows. */
async function recorded(folder: string): Promise<Rendered | undefined> {
  const text = (await survey(folder, [recordPath])).get(recordPath);
  return text === undefined ? undefined : readRecord(text, join(folder, recordPath));
}

/** @throws Failure (exit code 1) if a conflict of an earlier run is still marked somewhere */
function refuseMarks(folder: string, found: Found): void {
  const paths = [...found].filter(([, text]) => hasMarks(text)).map(([path]) => path);
  if (paths.length === 0) return;
  throw failed(
    `There are conflicts of an earlier update in ${paths.join(', ')} in ${folder}. Nothing was written.`,
    'Settle what stands between <<<<<<< and >>>>>>>, then run it again.',
  );
}
