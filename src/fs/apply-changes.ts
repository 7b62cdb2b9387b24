import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { failed } from '../errors/failure.ts';
import type { Step } from '../plan/plan.ts';
import { access, lstat } from './calls.ts';
import { recoverJournal } from './recover-journal.ts';
import { foreignJournal, isOwnJournal } from './own-journal.ts';
import { type Change, applyJournal, writeJournal } from './journal.ts';
import { withLock } from './lock.ts';
import { journalName, locateFrom } from './locate.ts';
import { modifiedMeanwhile, ifExists, toFailure, wrapErrors } from './fs-error.ts';
import { readRawText } from './encoding.ts';

/** Locates the files of these steps. Fails, before anything is written, if one cannot be changed or must not be. */
async function checkSteps(project: string, steps: readonly Step[]): Promise<{ changes: Change[]; folders: string[] }> {
  const folders = new Set<string>();
  const changes: Change[] = [];
  for (const { path, action, before, after } of steps) {
    const { file, linked, stats, missing } = await wrapErrors(`access ${path}`, locateFrom(project, path));
    const now = stats && (await wrapErrors(`read ${path}`, readRawText(file)));
    if (now !== before) throw modifiedMeanwhile(path);
    if (action === 'delete' && linked) {
      throw failed(`${path} is a symbolic link: its target would be deleted`, 'Remove the link yourself.');
    }
    if (stats) await wrapErrors(`change ${path}`, access(file, constants.W_OK));
    const parent = dirname(missing[0] ?? file);
    await wrapErrors(`write to ${parent}`, access(parent, constants.W_OK | constants.X_OK));
    for (const folder of missing) folders.add(folder);
    changes.push({ path, file, before, after, stats });
  }
  return { changes, folders: [...folders].sort() };
}

/**
 * Changes an existing project, so that it can be rolled back at any moment; `throwIfAborted` stops it.
 * @param root the folder that all files are in, for the journal: by default the project
 */
export async function applyChanges(
  project: string,
  steps: readonly Step[],
  throwIfAborted: () => void,
  root = project,
): Promise<void> {
  const journal = join(root, journalName);
  // After a killed run, the files are checked once they are recovered.
  const interrupted = await ifExists(lstat(journal));
  if (interrupted && !(await isOwnJournal(root))) throw foreignJournal(root);
  if (!interrupted) await checkSteps(project, steps);
  await withLock(journal, async () => {
    if (!(await isOwnJournal(root))) throw foreignJournal(root);
    await recoverJournal(root);
    // Again, now that no other run is in progress.
    const { changes, folders } = await checkSteps(project, steps);
    try {
      await writeJournal(root, changes, folders);
      await applyJournal(root, changes, folders, throwIfAborted);
    } catch (error) {
      await rollBack(root, error);
      throw error;
    }
    // The change is committed. What cannot be cleaned up now, the next run cleans up.
    await recoverJournal(root).catch(() => undefined);
  });
}

async function rollBack(root: string, reason: unknown): Promise<void> {
  try {
    await recoverJournal(root);
  } catch (error) {
    throw failed(
      `Could not roll back: ${(toFailure('roll it back', error) as Error).message}`,
      `Nothing is lost: the old files are in ${join(root, journalName, 'old')}. Run this again to restore them.`,
      new AggregateError([reason, error]),
    );
  }
}

/** The same with files above the project too, in `root`. Other runs in the project, which use its own lock, are kept out. */
export async function applyChangesAbove(
  project: string,
  steps: readonly Step[],
  throwIfAborted: () => void,
  root: string,
): Promise<void> {
  await withLock(join(project, journalName), async () => {
    if (!(await isOwnJournal(project))) throw foreignJournal(project);
    await recoverJournal(project);
    await applyChanges(project, steps, throwIfAborted, root);
  });
}
