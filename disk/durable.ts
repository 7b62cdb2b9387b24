import type { Stats } from 'node:fs';
import { link, open } from 'node:fs/promises';
import { codeOf, unless } from './refusal.ts';
import { encode } from './text.ts';

/** Writes a new file and waits until it is on the disk; with `like`, it gets that file's mode and owner. */
export async function writeDown(file: string, text: string, like?: Stats): Promise<void> {
  const handle = await open(file, 'wx', like ? like.mode & 0o777 : 0o666);
  try {
    await handle.writeFile(encode(text));
    if (like) {
      // Only root may give files away; for others the file becomes their own.
      await unless(['EPERM'], handle.chown(like.uid, like.gid));
      await handle.chmod(like.mode & 0o7777);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Waits until the names in a folder are on the disk, where the file system can tell. */
export async function settleFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await unless(['EINVAL', 'ENOTSUP', 'EBADF'], handle.sync());
  } finally {
    await handle.close();
  }
}

/** Gives a file one more name, unless something has that name already: a rename would overwrite it. Gives whether it did. */
export async function nameUnlessTaken(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
