import { missingFiles } from '../doctor/project-files.ts';
import type { ExistingProject } from '../load/find-project.ts';
import type { ChangedProject } from '../load/load-project.ts';
import { lockPaths } from '../lock/lock-file.ts';
import type { Answers } from '../model/questions.ts';
import { readLockedNixpkgs } from '../pin/flake-lock.ts';
import type { MergePlan, Versions } from '../plan/plan-merge.ts';
import { recordPath } from '../plan/record.ts';
import type { Rendered } from '../render/render.ts';
import { includeWarnings } from './pipeline-includes.ts';
import type { Request } from './request.ts';

/** What an update has found. */
interface Found {
  readonly recorded: Rendered | undefined;
  readonly merged: MergePlan;
  readonly versions: Versions;
}

/** What the user should know before an update is written. */
export async function updateWarnings(
  project: ExistingProject,
  next: ChangedProject,
  { recorded, merged, versions }: Found,
  request: Request,
): Promise<readonly string[]> {
  return [
    ...next.warnings,
    ...(recorded ? [] : [noRecord]),
    ...missingWarnings(merged, versions, next),
    ...merged.kept.map(path => keptWarning(path, versions.deletable)),
    ...replacedPin(project.files, request, next),
    ...(await lockWarnings(project, next)),
    ...includeWarnings(next.project.ci, project.files),
  ];
}

const noRecord = `${recordPath} is missing: the last generated state is guessed from .yo-rc.json.`;

/** Files that users have deleted stay deleted, also those that nothing works without. */
function missingWarnings({ plan }: MergePlan, { found }: Versions, { answers }: ChangedProject): string[] {
  const created = new Set(plan.filter(({ action }) => action === 'create').map(({ path }) => path));
  const missing = missingFiles({ has: path => found.has(path) || created.has(path) }, answers.packagesFrom);
  if (missing.length === 0) return [];
  return [
    `${missing.join(', ')}: missing, and Nix and Bazel need ${missing.length > 1 ? 'them' : 'it'}. ` +
      'To write what is missing: nix-python-container new .',
  ];
}

const keptWarning = (path: string, deletable: ReadonlySet<string>): string =>
  deletable.has(path)
    ? `${path} is no longer generated; kept because you changed it. Move what you need, then remove it.`
    : `${path} is kept: ${recordPath} says that it was generated, but no project like this one has it.`;

/** A pin of another kind than this generator writes is replaced only because a new one was asked for. */
function replacedPin({ text }: ExistingProject['files'], { values }: Request, { answers }: ChangedProject): string[] {
  const pinned = readLockedNixpkgs(text('flake.lock') ?? '');
  if (values.nixpkgs === undefined || pinned.kind !== 'other') return [];
  return [
    `flake.lock took nixpkgs from ${pinned.from}; now it has ${answers.nixpkgs}, as --nixpkgs says. ` +
      'Change the input in flake.nix too, if it still names the old one.',
  ];
}

/** The lock files stay when a project is moved to packages of nixpkgs, for the way back. */
async function lockWarnings(
  { files, stored }: ExistingProject,
  { answers, project: { pin } }: ChangedProject,
): Promise<readonly string[]> {
  if (answers.packagesFrom === 'pypi') {
    const { resolverWarnings } = await import('./lock-new.ts');
    return isSameSource(stored.values, answers) ? [] : resolverWarnings(pin, answers.nixpkgs);
  }
  const left = Object.values(lockPaths).filter(path => files.pathIfExists(path) !== undefined);
  if (stored.values.packagesFrom !== 'pypi' || left.length === 0) return [];
  return [`${left.join(' and ')}: no longer read, as packages come from nixpkgs now. Remove them.`];
}

/** Whether packages come from the same place, for the same Python and nixpkgs. */
export const isSameSource = (stored: ExistingProject['stored']['values'], answers: Answers): boolean =>
  (['packagesFrom', 'python', 'nixpkgs'] as const).every(name => answers[name] === stored[name]);
