import { access, constants, lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ExitCode, Failure, failed } from '../project/failure.ts';
import type { Plan, Step } from '../project/plan.ts';
import { appear, sweep } from './appear.ts';
import { conclude } from './conclude.ts';
import { type Change, carryOut, changedMeanwhile, journalName, prepare } from './journal.ts';
import { whileOwning } from './lock.ts';
import { anchor, locate } from './place.ts';
import { ifThere, refusal, trying } from './refusal.ts';
import { readText } from './text.ts';

export { journalName } from './journal.ts';

/** Finds the files of these steps and refuses, before anything is written, what cannot or must not be changed. */
async function inspect(root: string, steps: readonly Step[]): Promise<{ changes: Change[]; folders: string[] }> {
  const folders = new Set<string>();
  const changes: Change[] = [];
  for (const { path, action, before, after } of steps) {
    const { file, linked, stats, missing } = await trying(`look at ${path}`, locate(root, path));
    const now = stats && (await trying(`read ${path}`, readText(file)));
    if (now !== before) throw changedMeanwhile(path);
    if (action === 'delete' && linked) {
      throw failed(`${path} is a symbolic link, and what it leads to would be deleted`, 'Remove the link yourself.');
    }
    if (stats) await trying(`change ${path}`, access(file, constants.W_OK));
    const parent = dirname(missing[0] ?? file);
    await trying(`write into ${parent}`, access(parent, constants.W_OK | constants.X_OK));
    for (const folder of missing) folders.add(folder);
    changes.push({ path, file, before, after, stats });
  }
  return { changes, folders: [...folders].sort() };
}

/** Changes a project that is there, with a way back at every moment. */
async function change(root: string, steps: readonly Step[], mayGoOn: () => void): Promise<void> {
  const journal = join(root, journalName);
  // What a killed run left says nothing yet about what can be changed.
  const leftOver = await ifThere(lstat(journal));
  if (!leftOver) await inspect(root, steps);
  await whileOwning(journal, async () => {
    await conclude(root);
    // Again, now that no other run can be at work.
    const { changes, folders } = await inspect(root, steps);
    try {
      await prepare(root, changes, folders);
      await carryOut(root, changes, folders, mayGoOn);
    } catch (error) {
      await undo(root, error);
      throw error;
    }
    // The commit is made. What cannot be tidied up now is tidied up by the next run.
    await conclude(root).catch(() => undefined);
  });
}

async function undo(root: string, because: unknown): Promise<void> {
  try {
    await conclude(root);
  } catch (error) {
    throw failed(
      `The change could not be undone: ${(refusal('undo it', error) as Error).message}`,
      `Nothing is lost: the old files are in ${join(root, journalName, 'old')}. Run this again to put them back.`,
      new AggregateError([because, error]),
    );
  }
}

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
  const mayGoOn = (): void => {
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
    mayGoOn();
    const start = await anchor(target);
    if (start.missing.length === 0) return await change(start.folder, steps, mayGoOn);
    const gone = steps.find(({ before }) => before !== undefined);
    if (gone) throw changedMeanwhile(gone.path);
    await appear(start, steps, mayGoOn);
  } catch (error) {
    throw refusal(`write into ${target}`, error);
  }
}

/**
 * Cleans up after a run that was killed while it wrote `target`: what it had begun is undone, what it had finished is
 * tidied up. Gives whether there was anything to clean up; a second call finds nothing. Fails if that run is still alive.
 */
export async function recover(target: string): Promise<boolean> {
  try {
    const start = await anchor(target);
    if (start.missing.length > 0) return await sweep(start);
    const folder = join(start.folder, journalName);
    if ((await ifThere(lstat(folder))) === undefined) return false;
    await whileOwning(folder, () => conclude(start.folder));
    return true;
  } catch (error) {
    throw refusal(`recover ${target}`, error);
  }
}
