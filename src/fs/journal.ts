import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { mkdir, rename } from './calls.ts';
import { flush, flushAll, linkUnlessExists, writeNew } from './durable.ts';
import { journalName } from './locate.ts';
import { modifiedMeanwhile, ifExists, wrapErrors, ignoreCodes } from './fs-error.ts';
import { encode, readRawText } from './encoding.ts';

/** A file to be changed, links resolved. */
export interface Change {
  readonly path: string;
  readonly file: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  /** Of the file that exists now: the new one gets its mode and owner. */
  readonly stats?: Stats | undefined;
}

/** What the journal records, relative to the project: enough to roll back from any state. */
export interface Intent {
  readonly entries: readonly { readonly file: string; readonly replaces: boolean; readonly digest?: string }[];
  /** Folders that it creates, outermost first. */
  readonly folders: readonly string[];
}

/**
 * The journal of the project `root`:
 *   new/<n>   the new file <n>                       old/<n>   the old file <n>, moved aside
 *   intent    a change in progress: to be rolled back   done      a committed change: to be cleaned up
 * Renaming `intent` to `done` commits the change.
 */
export const journalPaths = (root: string) => {
  const folder = join(root, journalName);
  return {
    intent: join(folder, 'intent'),
    draft: join(folder, 'draft'),
    done: join(folder, 'done'),
    newFile: (n: number | string) => join(folder, 'new', String(n)),
    oldFile: (n: number | string) => join(folder, 'old', String(n)),
    folder,
  };
};

export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Writes the new files and the intent. Changes nothing of the project. The caller holds the lock of the journal. */
export async function writeJournal(
  root: string,
  changes: readonly Change[],
  folders: readonly string[],
): Promise<void> {
  const { folder, newFile, oldFile, draft, intent } = journalPaths(root);
  await mkdir(newFile(''));
  await mkdir(oldFile(''));
  for (const [n, { path, after, stats }] of changes.entries()) {
    if (after !== undefined) await wrapErrors(`write ${path}`, writeNew(newFile(n), after, stats));
  }
  const recorded: Intent = {
    entries: changes.map(({ file, before, after }) => ({
      file: relative(root, file),
      replaces: before !== undefined,
      ...(after !== undefined && { digest: digestOf(encode(after)) }),
    })),
    folders: folders.map(path => relative(root, path)),
  };
  await writeNew(draft, JSON.stringify(recorded));
  const written = [...changes.keys()].filter(n => changes[n]?.after !== undefined).map(newFile);
  await wrapErrors(`write ${draft}`, flushAll([...written, draft, newFile(''), oldFile('')]));
  await rename(draft, intent);
  for (const path of [folder, root]) await flush(path);
}

/** Moves a file aside. Its content is compared afterwards, when it can no longer be opened by its name. */
async function moveAside({ path, file }: Change, to: string): Promise<void> {
  const moved = await ifExists(rename(file, to).then(() => true));
  if (!moved) throw modifiedMeanwhile(path);
}

/** Moves a file to where none may exist by now. */
async function moveIntoPlace({ path, file }: Change, from: string): Promise<void> {
  if (!(await linkUnlessExists(from, file))) throw modifiedMeanwhile(path);
}

/** Carries out the intent that `writeJournal` recorded, and commits it. `throwIfAborted` stops it before that. */
export async function applyJournal(
  root: string,
  changes: readonly Change[],
  folders: readonly string[],
  throwIfAborted: () => void,
): Promise<void> {
  const { folder, newFile, oldFile, intent, done } = journalPaths(root);
  for (const path of folders) await wrapErrors(`create ${path}`, ignoreCodes(['EEXIST'], mkdir(path)));
  for (const [n, change] of changes.entries()) {
    throwIfAborted();
    if (change.before !== undefined) await wrapErrors(`replace ${change.path}`, moveAside(change, oldFile(n)));
    if (change.after !== undefined) await wrapErrors(`write ${change.path}`, moveIntoPlace(change, newFile(n)));
  }
  await flushAll([...new Set([...changes.map(({ file }) => dirname(file)), ...folders])]);
  // As late as possible: another program may still have a file open that was moved aside.
  for (const [n, { path, before }] of changes.entries()) {
    if (before !== undefined && (await readRawText(oldFile(n))) !== before) throw modifiedMeanwhile(path);
  }
  throwIfAborted();
  await rename(intent, done);
  // The change is committed, so this must not fail any more.
  await flush(folder).catch(() => undefined);
}
