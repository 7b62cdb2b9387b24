import { join } from 'node:path';
import { ExitCode, Failure, failed } from '../errors/failure.ts';
import type { Plan, Step } from '../plan/plan.ts';
import { createFolder, removeStagingFolders } from './create-folder.ts';
import { lstat } from './calls.ts';
import { withLock } from './lock.ts';
import { findNearestFolder, folderAbove, journalName, levelsAbove, type NearestFolder, pathFrom } from './locate.ts';
import { modifiedMeanwhile, ifExists, toFailure } from './fs-error.ts';

export { journalName } from './locate.ts';

/**
 * Carries out a plan in the folder `target`, and above it for paths with `../`, completely or not at all. A new folder appears by one rename; in an existing one,
 * each file is moved aside before the new one takes its place, and restored after an error or an abort.
 * New files follow the umask; replaced files keep mode and owner.
 * @param signal aborting it before the last file is in place rolls everything back
 * @throws Failure: exit code 130 if it was aborted; 1 or 2 if a file is no longer as planned (`before`), another run is in
 * progress, or the file system refuses
 */
export async function commit(target: string, plan: Plan, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
  const steps = plan.filter(({ action }) => action !== 'identical');
  const conflict = steps.find(({ action }) => action === 'conflict');
  if (conflict) {
    throw failed(`${conflict.path} exists and differs`, 'Resolve the conflict first, or use --force to overwrite it.');
  }
  if (steps.length === 0) return;
  const throwIfAborted = (): void => {
    if (signal?.aborted) {
      throw new Failure(
        'Interrupted: nothing was changed.',
        'Run it again to start over.',
        ExitCode.interrupted,
        signal.reason,
      );
    }
  };
  try {
    throwIfAborted();
    const start = await findNearestFolder(target);
    const above = levelsAbove(steps.map(({ path }) => path));
    if (above > 0) return await commitAbove(start, above, steps, throwIfAborted);
    if (start.missing.length === 0) {
      const { applyChanges } = await import('./apply-changes.ts');
      return await applyChanges(start.folder, steps, throwIfAborted);
    }
    const deleted = steps.find(({ before }) => before !== undefined);
    if (deleted) throw modifiedMeanwhile(deleted.path);
    await createFolder(start, steps, throwIfAborted);
  } catch (error) {
    throw toFailure(`write to ${target}`, error);
  }
}

/** Carries out steps that go as many levels above the project: their journal is there. */
async function commitAbove(
  { folder, missing }: NearestFolder,
  levels: number,
  steps: readonly Step[],
  throwIfAborted: () => void,
): Promise<void> {
  const { applyChanges, applyChangesAbove } = await import('./apply-changes.ts');
  const project = join(folder, ...missing);
  const root = folderAbove(project, levels);
  if (missing.length === 0) return applyChangesAbove(project, steps, throwIfAborted, root);
  const fromRoot = steps.map(step => ({ ...step, path: pathFrom(root, project, step.path) }));
  return applyChanges(root, fromRoot, throwIfAborted);
}

/**
 * Cleans up after a run that was killed while it wrote to `target`: rolls back what it had not committed.
 * @param within whether `target` is not what is to be changed, but a folder above it: a journal that is not this user's is no
 * concern then
 * @returns whether there was anything to clean up
 * @throws Failure if that run is still in progress, or the journal is not this user's
 */
export async function recover(
  target: string,
  { within = false }: { readonly within?: boolean } = {},
): Promise<boolean> {
  try {
    const start = await findNearestFolder(target);
    if (start.missing.length > 0) return await removeStagingFolders(start);
    const journal = join(start.folder, journalName);
    if ((await ifExists(lstat(journal))) === undefined) return false;
    const { foreignJournal, isOwnJournal } = await import('./own-journal.ts');
    if (!(await isOwnJournal(start.folder))) {
      if (within) return false;
      throw foreignJournal(start.folder);
    }
    const { recoverJournal } = await import('./recover-journal.ts');
    await withLock(journal, () => recoverJournal(start.folder));
    return true;
  } catch (error) {
    throw toFailure(`recover ${target}`, error);
  }
}
