import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { failed } from '../errors/failure.ts';
import { lstat, mkdir, readBytes, rename, rm, rmdir, unlink } from './calls.ts';
import { nameUnlessTaken, flush } from './durable.ts';
import { digestOf, type Intent, layout } from './journal.ts';
import { locate, namesOf } from './locate.ts';
import { ifExists, wrapErrors, ignoring } from './fs-error.ts';

const sameFile = (a?: Stats, b?: Stats): boolean => a !== undefined && a.ino === b?.ino && a.dev === b.dev;

/** Reads an intent; a damaged one is refused, and so is one that names files elsewhere: it may have come with the project. */
async function readIntent(file: string): Promise<Intent | undefined> {
  const text = (await ifExists(readBytes(file)))?.toString();
  if (text === undefined) return undefined;
  try {
    const intent = JSON.parse(text) as Intent;
    for (const path of [...intent.entries.map(entry => entry.file), ...intent.folders]) {
      // No plan has ever named a file there; one that does wants git to run it.
      if (namesOf(path).some(name => name.toLowerCase() === '.git'))
        throw new TypeError(`Not a file of a project: ${path}`);
    }
    return intent;
  } catch (error) {
    throw failed(
      `${file} is damaged`,
      'Old files are in "old" beside it: save what you miss, then remove the folder.',
      error,
    );
  }
}

/** Puts one file back as it was. What somebody wrote there since stays, and the old text is put beside it as `<file>.orig`. */
async function restore(file: string, entry: Intent['entries'][number], fresh: string, old: string): Promise<void> {
  const [there, ours, kept] = await Promise.all([file, fresh, old].map(path => ifExists(lstat(path))));
  const untouched = sameFile(there, ours) && digestOf(await readBytes(file)) === entry.digest;
  if (!entry.replaces) {
    if (untouched) await unlink(file);
    return;
  }
  // Not moved away yet, or put back already.
  if (kept === undefined) return;
  if (untouched) return rename(old, file);
  await mkdir(dirname(file), { recursive: true });
  for (let n = 0; !sameFile(there, kept); n++) {
    const name = n === 0 ? file : `${file}.orig${n === 1 ? '' : n}`;
    if (await nameUnlessTaken(old, name)) break;
  }
  await unlink(old);
}

/** Undoes what `intent` says, last first. */
async function undo(root: string, { entries, folders }: Intent): Promise<void> {
  const { fresh, old } = layout(root);
  for (const [n, entry] of [...entries.entries()].reverse()) {
    const { file } = await locate(root, entry.file);
    await wrapErrors(`put back ${entry.file}`, restore(file, entry, fresh(n), old(n)));
  }
  for (const made of [...folders].reverse()) {
    await ignoring(['ENOTEMPTY', 'EEXIST', 'ENOENT'], rmdir(join(root, made)));
  }
  for (const place of new Set(entries.map(({ file }) => dirname(join(root, file))))) await ifExists(flush(place));
}

/** Removes the folders that lost their last file. */
async function removeEmptied(root: string, { entries }: Intent): Promise<void> {
  for (const { file, digest } of entries) {
    let folder = dirname(file);
    while (digest === undefined && folder !== '.') {
      await ignoring(['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EACCES', 'EPERM', 'EBUSY'], rmdir(join(root, folder)));
      folder = dirname(folder);
    }
  }
}

/**
 * Ends what the journal holds, in whatever state it was left: undoes an intent, tidies up after a commit that was made.
 * Can itself be cut off anywhere and be called again. Called by the owner of the journal's lock.
 */
export async function rollBack(root: string): Promise<void> {
  const { fresh, old, draft, intent, done } = layout(root);
  const begun = await readIntent(intent);
  const made = await readIntent(done);
  if (begun) {
    await undo(root, begun);
    await unlink(intent);
  }
  if (made) await removeEmptied(root, made);
  for (const rest of [fresh(''), old(''), draft, done]) await rm(rest, { recursive: true, force: true });
}
