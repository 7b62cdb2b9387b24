import { join, relative } from 'node:path';
import { readExisting } from '../fs/read-existing.ts';
import type { Change, Changed, Listing } from '../pyproject/edit-packages.ts';
import { badRequest, ExitCode } from '../errors/failure.ts';
import type { Plan } from '../plan/plan.ts';
import { visible } from '../text/visible.ts';
import { describePlan } from '../terminal/output.ts';
import { type ExistingProject, findProject, recoverAround } from '../load/find-project.ts';
import type { Request } from './request.ts';
import { listedSteps, jsonDocument } from './json-output.ts';
import type { Context } from '../load/context.ts';
import { write } from './write-plan.ts';

const path = 'pyproject.toml';

/** A project whose packages are to be changed. */
export interface Opened {
  readonly project: ExistingProject;
  readonly listing: Listing;
}

/** What a change came to. */
export interface Result extends Changed {
  readonly warnings: readonly string[];
  /** The versions that the pin has, by name. */
  readonly versions?: ReadonlyMap<string, string>;
}

/**
 * Finds the project that somebody is in, and its list.
 * @throws Failure (exit code 2) if there is none, or its pyproject.toml is missing
 */
export async function openListing({ on }: Request, { folder: here }: Context): Promise<Opened> {
  // A dry run touches nothing, not even what a killed run has left behind.
  if (!on.has('dry-run')) await recoverAround(here);
  const project = findProject(here);
  const text = (await readExisting(project.folder, [path])).get(path);
  const file = relative(here, join(project.folder, path));
  if (text === undefined) throw badRequest(`${file} is missing.`, 'Write it again: nix-python-container new .');
  return { project, listing: { text, file, list: on.has('dev') ? 'dev' : 'dependencies' } };
}

/** Writes the changed list, or with `--dry-run` shows what would be written, and tells what became of each package. */
export async function writeListing(
  { project: { folder }, listing }: Opened,
  { text, changes, warnings, versions }: Result,
  request: Request,
  context: Context,
): Promise<ExitCode> {
  const action = text === listing.text ? 'identical' : 'update';
  const prepared: Plan = [{ path, action, before: listing.text, after: text }];
  const plan = await write({ target: folder, plan: prepared, warnings }, request, context, {});
  const told = changes.map(change => ({ ...change, ...versionOf(change, versions) }));
  if (request.on.has('json')) {
    const written = !request.on.has('dry-run');
    const steps = listedSteps(plan);
    context.stdout.write(jsonDocument({ target: folder, written, list: listing.list, changes: told, warnings, steps }));
  } else {
    context.stdout.write(told.map(sentence).join('') + describePlan(plan, context.stdout));
  }
  return ExitCode.done;
}

const versionOf = ({ name }: Change, versions: Result['versions']): { version?: string } => {
  const version = versions?.get(name);
  return version ? { version } : {};
};

/** One line a package, in the form of describePlan. */
function sentence({ action, name, requirement, before, attribute, version }: Change & { version?: string }): string {
  const notes = {
    added: [],
    replaced: [`it was ${before}`],
    kept: ['it is there already'],
    removed: [],
    absent: ['it is not there'],
  }[action];
  const more = [
    ...notes,
    ...(version ? [`the pinned nixpkgs has ${version}`] : []),
    ...(attribute ? [action === 'removed' ? `and its attribute ${attribute}` : `its attribute is ${attribute}`] : []),
  ];
  return visible(`${action.padStart(9)}  ${requirement ?? name}${more.length > 0 ? ` (${more.join('; ')})` : ''}\n`);
}
