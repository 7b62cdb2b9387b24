import { join } from 'node:path';
import { failed, type Failure } from '../errors/failure.ts';
import { lstat } from './calls.ts';
import { ifExists } from './fs-error.ts';
import { journalPaths } from './journal.ts';
import { journalName } from './locate.ts';

/** Whether group or others may write; for a folder, create and rename files in it. */
const sharedWrite = 0o022;

/**
 * Whether the journal of a folder is this user's: made by this user, writable by no other, and without links that lead elsewhere.
 * Only such a journal is carried out. In a folder that others can write to, it may have been planted.
 */
export async function isOwnJournal(root: string): Promise<boolean> {
  const { folder, intent, done, newFile, oldFile } = journalPaths(root);
  const user = process.geteuid?.();
  for (const path of [folder, newFile(''), oldFile(''), intent, done]) {
    const stats = await ifExists(lstat(path));
    if (!stats) continue;
    const isFile = path === intent || path === done;
    const isKind = isFile ? stats.isFile() : stats.isDirectory();
    if (!isKind || stats.uid !== user) return false;
    // Nobody else reaches what is in such a folder, whatever its own mode is.
    if (path === folder && (stats.mode & sharedWrite) !== 0) return false;
  }
  return true;
}

/** The failure for a journal that is not this user's, in the very folder that is to be changed. */
export const foreignJournal = (root: string): Failure =>
  failed(
    `${join(root, journalName)} belongs to another user, or others may write to it: it is not rolled back`,
    'If no other run is in progress, look at the old files in it, then delete it.',
  );
