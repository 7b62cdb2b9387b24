import { join, relative } from 'node:path';
import { releaseOfPin } from '../catalog/releases.ts';
import type { Change, Changed } from '../pyproject/edit-packages.ts';
import { type ListName, parsePyproject, type PyprojectDocument } from '../pyproject/pyproject.ts';
import { badRequest, ExitCode } from '../errors/failure.ts';
import type { Pin } from '../pin/pin.ts';
import type { Plan } from '../plan/plan.ts';
import { visible } from '../text/visible.ts';
import { changes as changed, describeWritten, type OutputStream } from '../terminal/output.ts';
import { row } from '../terminal/rows.ts';
import { type ExistingProject, findProject, isLocked, recoverAround } from '../load/find-project.ts';
import { readLockedPin } from '../load/project-pin.ts';
import { describeLockChanges } from '../lock/lock-changes.ts';
import type { Adjustment } from '../model/pins-policy.ts';
import { describeAdjustments } from './adjustments.ts';
import type { PlannedLock } from './plan-lock.ts';
import { type Request, showsAll } from './request.ts';
import { listedSteps, printResult } from './json-output.ts';
import { printEnding } from './ending.ts';
import { testEverything } from './next-steps.ts';
import type { Context } from '../load/context.ts';
import { writePlan } from './write-plan.ts';

const path = 'pyproject.toml';

/** A project whose list of packages is to be changed. */
export interface OpenedPyproject {
  readonly project: ExistingProject;
  readonly document: PyprojectDocument;
  /** The list to be changed. */
  readonly list: ListName;
  /** The pin in flake.lock, unless it is of a kind that this generator does not write. */
  readonly pin: Pin | undefined;
  /** The release of the pin, as far as that is known: `26.05`. */
  readonly release: string | undefined;
}

/** What a change came to. */
export interface Result extends Changed {
  readonly warnings: readonly string[];
  /** The versions in nixpkgs by name, and how messages call that nixpkgs. */
  readonly versions?: ReadonlyMap<string, string>;
  readonly versionsOf?: string;
  /** What was changed of the requirements so that they evaluate. */
  readonly adjustments?: readonly Adjustment[];
}

/**
 * Opens the project that the current folder is in, with the list to be changed.
 * @throws Failure (exit code 2) if there is none, or its pyproject.toml is missing or cannot be changed
 */
export async function openPyproject({ on }: Request, { folder: here }: Context): Promise<OpenedPyproject> {
  // A dry run touches nothing, not even what a killed run left behind.
  if (!on.has('dry-run')) await recoverAround(here);
  const project = findProject(here);
  const { files, folder, stored } = project;
  const text = (await files.existing([path])).get(path);
  const file = relative(here, join(folder, path));
  if (text === undefined) throw badRequest(`${file} is missing.`, 'Create it again: nix-python-container new .');
  const pin = readLockedPin(files);
  return {
    project,
    document: parsePyproject(text, file),
    list: on.has('dev') ? 'dev' : 'dependencies',
    pin,
    release: releaseOfPin(pin, String(stored.values.nixpkgs))?.name,
  };
}

/** Writes the changed list, or with `--dry-run` shows what would be written, and prints what became of each package. */
export async function writePyproject(
  { project, document: before, list }: OpenedPyproject,
  { document: after, changes, warnings, versions, versionsOf = 'nixpkgs', adjustments = [] }: Result,
  request: Request,
  context: Context,
): Promise<ExitCode> {
  const { folder } = project;
  const action = after.text === before.text ? 'identical' : 'update';
  const locked = action === 'update' && isLocked(project) ? await lockFor(project, after, context) : undefined;
  const prepared: Plan = [{ path, action, before: before.text, after: after.text }, ...(locked?.plan ?? [])];
  const allWarnings = [...warnings, ...(locked?.warnings ?? [])];
  const plan = await writePlan({ target: folder, plan: prepared, warnings: allWarnings }, request, context);
  const shown = changes.map(change => ({ ...change, ...versionOf(change, versions) }));
  printResult(request, context, {
    text:
      describeAdjustments(adjustments, context.stdout) +
      shown.map(change => sentence(change, versionsOf, context.stdout)).join('') +
      describeLockChanges(locked?.changes ?? []) +
      describeWritten(changed(plan), context.stdout, showsAll(request)),
    json: {
      target: folder,
      written: !request.on.has('dry-run'),
      list,
      changes: shown,
      adjustments,
      ...(locked ? { locked: locked.changes } : {}),
      warnings,
      steps: listedSteps(plan),
    },
  });
  await printEnding({ target: folder, plan, warnings: allWarnings, next: [testEverything] }, request, context);
  return ExitCode.done;
}

/** Locks the changed list: pyproject.toml and the lock files are written together or not at all. */
async function lockFor(project: ExistingProject, document: PyprojectDocument, context: Context): Promise<PlannedLock> {
  const { planLock } = await import('./plan-lock.ts');
  return planLock(project, document, { upgrade: new Set() }, context);
}

const versionOf = ({ name }: Change, versions: Result['versions']): { version?: string } => {
  const version = versions?.get(name);
  return version ? { version } : {};
};

/** One line a package, in the form of describePlan. */
function sentence(
  { action, name, requirement, before, attribute, version }: Change & { version?: string },
  versionsOf: string,
  stream: OutputStream,
): string {
  const notes = {
    added: [],
    replaced: [`was ${before}`],
    kept: ['already listed'],
    removed: [],
    absent: ['not listed'],
  }[action];
  const more = [
    ...notes,
    ...(version ? [`${versionsOf} has ${version}`] : []),
    ...(attribute ? [action === 'removed' ? `and its attribute ${attribute}` : `attribute ${attribute}`] : []),
  ];
  return row(action, visible(`${requirement ?? name}${more.length > 0 ? ` (${more.join('; ')})` : ''}`), stream);
}
