import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { failed } from '../errors/failure.ts';
import type { Step } from '../plan/plan.ts';
import { access, lstat } from './calls.ts';
import { conclude } from './rollback.ts';
import { type Change, carryOut, prepare } from './journal.ts';
import { whileOwning } from './lock.ts';
import { journalName, locate } from './locate.ts';
import { changedMeanwhile, ifThere, refusal, trying } from './fs-error.ts';
import { readText } from './encoding.ts';

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

/** Changes the project `root`, which is there, with a way back at every moment; `mayGoOn` throws when it was stopped. */
export async function change(root: string, steps: readonly Step[], mayGoOn: () => void): Promise<void> {
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
