import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { failed } from '../errors/failure.ts';
import { lstat, mkdir, readBytes, rename, rm, rmdir, unlink } from './calls.ts';
import { linkUnlessExists, flush } from './durable.ts';
import { digestOf, type Intent, journalPaths } from './journal.ts';
import { locate, namesOf } from './locate.ts';
import { ifExists, wrapErrors, ignoreCodes } from './fs-error.ts';

const isSameFile = (a?: Stats, b?: Stats): boolean => a !== undefined && a.ino === b?.ino && a.dev === b.dev;

/** Reads an intent. @throws Failure if it is damaged, or has paths outside the project: it may have come with the project */
async function readIntent(file: string): Promise<Intent | undefined> {
  const text = (await ifExists(readBytes(file)))?.toString();
  if (text === undefined) return undefined;
  try {
    const intent = JSON.parse(text) as Intent;
    for (const path of [...intent.entries.map(entry => entry.file), ...intent.folders]) {
      // No plan has files there. One that does wants git to run them.
      if (namesOf(path).some(name => name.toLowerCase() === '.git'))
        throw new TypeError(`Not a path in a project: ${path}`);
    }
    return intent;
  } catch (error) {
    throw failed(
      `${file} is damaged`,
      'The old files are in "old" beside it: save what you need, then delete the folder.',
      error,
    );
  }
}

/** Restores a file. If it was modified since it was replaced, it stays, and the old file is saved beside it as `<file>.orig`. */
async function restore(
  file: string,
  entry: Intent['entries'][number],
  replacement: string,
  old: string,
): Promise<void> {
  const [current, ours, saved] = await Promise.all([file, replacement, old].map(path => ifExists(lstat(path))));
  const untouched = isSameFile(current, ours) && digestOf(await readBytes(file)) === entry.digest;
  if (!entry.replaces) {
    if (untouched) await unlink(file);
    return;
  }
  // Not moved aside yet, or restored already.
  if (saved === undefined) return;
  if (untouched) return rename(old, file);
  await mkdir(dirname(file), { recursive: true });
  for (let n = 0; !isSameFile(current, saved); n++) {
    const path = n === 0 ? file : `${file}.orig${n === 1 ? '' : n}`;
    if (await linkUnlessExists(old, path)) break;
  }
  await unlink(old);
}

/** Rolls a change back, last file first. */
async function rollBack(root: string, { entries, folders }: Intent): Promise<void> {
  const { newFile, oldFile } = journalPaths(root);
  for (const [n, entry] of [...entries.entries()].reverse()) {
    const { file } = await locate(root, entry.file);
    await wrapErrors(`restore ${entry.file}`, restore(file, entry, newFile(n), oldFile(n)));
  }
  for (const folder of [...folders].reverse()) {
    await ignoreCodes(['ENOTEMPTY', 'EEXIST', 'ENOENT'], rmdir(join(root, folder)));
  }
  for (const folder of new Set(entries.map(({ file }) => dirname(join(root, file))))) await ifExists(flush(folder));
}

/** Deletes the folders whose last file was deleted. */
async function removeEmptied(root: string, { entries }: Intent): Promise<void> {
  for (const { file, digest } of entries) {
    let folder = dirname(file);
    while (digest === undefined && folder !== '.') {
      await ignoreCodes(['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EACCES', 'EPERM', 'EBUSY'], rmdir(join(root, folder)));
      folder = dirname(folder);
    }
  }
}

/**
 * Rolls back the change in a journal, or cleans up after it if it was committed. May be interrupted anywhere and called again.
 * The caller holds the lock of the journal.
 */
export async function recoverJournal(root: string): Promise<void> {
  const { newFile, oldFile, draft, intent, done } = journalPaths(root);
  const inProgress = await readIntent(intent);
  const committed = await readIntent(done);
  if (inProgress) {
    await rollBack(root, inProgress);
    await unlink(intent);
  }
  if (committed) await removeEmptied(root, committed);
  for (const rest of [newFile(''), oldFile(''), draft, done]) await rm(rest, { recursive: true, force: true });
}
