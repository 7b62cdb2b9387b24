import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { failed } from '../errors/failure.ts';
import type { Step } from '../plan/plan.ts';
import { access, lstat } from './calls.ts';
import { rollBack } from './rollback.ts';
import { type Change, carryOut, prepare } from './journal.ts';
import { withLock } from './lock.ts';
import { journalName, locate } from './locate.ts';
import { modifiedMeanwhile, ifExists, toFailure, wrapErrors } from './fs-error.ts';
import { readText } from './encoding.ts';

/** Finds the files of these steps and refuses, before anything is written, what cannot or must not be changed. */
async function inspect(root: string, steps: readonly Step[]): Promise<{ changes: Change[]; folders: string[] }> {
  const folders = new Set<string>();
  const changes: Change[] = [];
  for (const { path, action, before, after } of steps) {
    const { file, linked, stats, missing } = await wrapErrors(`look at ${path}`, locate(root, path));
    const now = stats && (await wrapErrors(`read ${path}`, readText(file)));
    if (now !== before) throw modifiedMeanwhile(path);
    if (action === 'delete' && linked) {
      throw failed(`${path} is a symbolic link, and what it leads to would be deleted`, 'Remove the link yourself.');
    }
    if (stats) await wrapErrors(`change ${path}`, access(file, constants.W_OK));
    const parent = dirname(missing[0] ?? file);
    await wrapErrors(`write into ${parent}`, access(parent, constants.W_OK | constants.X_OK));
    for (const folder of missing) folders.add(folder);
    changes.push({ path, file, before, after, stats });
  }
  return { changes, folders: [...folders].sort() };
}

/** Changes the project `root`, which is there, with a way back at every moment; `mayGoOn` throws when it was stopped. */
export async function applyChanges(root: string, steps: readonly Step[], throwIfAborted: () => void): Promise<void> {
  const journal = join(root, journalName);
  // What a killed run left says nothing yet about what can be changed.
  const leftOver = await ifExists(lstat(journal));
  if (!leftOver) await inspect(root, steps);
  await withLock(journal, async () => {
    await rollBack(root);
    // Again, now that no other run can be at work.
    const { changes, folders } = await inspect(root, steps);
    try {
      await prepare(root, changes, folders);
      await carryOut(root, changes, folders, throwIfAborted);
    } catch (error) {
      await undo(root, error);
      throw error;
    }
    // The commit is made. What cannot be tidied up now is tidied up by the next run.
    await rollBack(root).catch(() => undefined);
  });
}

async function undo(root: string, because: unknown): Promise<void> {
  try {
    await rollBack(root);
  } catch (error) {
    throw failed(
      `The change could not be undone: ${(toFailure('undo it', error) as Error).message}`,
      `Nothing is lost: the old files are in ${join(root, journalName, 'old')}. Run this again to put them back.`,
      new AggregateError([because, error]),
    );
  }
}
