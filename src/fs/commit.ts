import { join } from 'node:path';
import { ExitCode, Failure, failed } from '../errors/failure.ts';
import type { Plan } from '../plan/plan.ts';
import { createFolder, removeStaging } from './create-folder.ts';
import { lstat } from './calls.ts';
import { withLock } from './lock.ts';
import { anchor, journalName } from './locate.ts';
import { modifiedMeanwhile, ifExists, toFailure } from './fs-error.ts';

export { journalName } from './locate.ts';

/**
 * Makes the folder `target` what the plan says: all of it, or nothing. A new folder appears by one rename; in one that is
 * there, every file is moved away before its new text is put in its place, and put back on an error or an abort.
 * Fails if a file is not what the plan saw (`before`), if another run is at work, or if the disk says no.
 * Modes: new files follow the umask, files replaced keep theirs, never a template's.
 * `signal`: aborting it before the last file is in place undoes everything; the failure's exit code is 130.
 */
export async function commit(target: string, plan: Plan, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
  const steps = plan.filter(({ action }) => action !== 'identical');
  const unsettled = steps.find(({ action }) => action === 'conflict');
  if (unsettled) {
    throw failed(`${unsettled.path} exists and differs`, 'Settle it first, or use --force to replace it.');
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
    const start = await anchor(target);
    if (start.missing.length === 0) {
      const { applyChanges } = await import('./apply-changes.ts');
      return await applyChanges(start.folder, steps, throwIfAborted);
    }
    const gone = steps.find(({ before }) => before !== undefined);
    if (gone) throw modifiedMeanwhile(gone.path);
    await createFolder(start, steps, throwIfAborted);
  } catch (error) {
    throw toFailure(`write into ${target}`, error);
  }
}

/**
 * Cleans up after a run that was killed while it wrote `target`: what it had begun is undone, what it had finished is
 * tidied up. Gives whether there was anything to clean up; a second call finds nothing. Fails if that run is still alive.
 */
export async function recover(target: string): Promise<boolean> {
  try {
    const start = await anchor(target);
    if (start.missing.length > 0) return await removeStaging(start);
    const folder = join(start.folder, journalName);
    if ((await ifExists(lstat(folder))) === undefined) return false;
    const { rollBack } = await import('./rollback.ts');
    await withLock(folder, () => rollBack(start.folder));
    return true;
  } catch (error) {
    throw toFailure(`recover ${target}`, error);
  }
}
