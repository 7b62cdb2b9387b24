import { closeSync, fchmodSync, fchownSync, fsyncSync, openSync, type Stats, writeFileSync } from 'node:fs';
import { link } from 'node:fs/promises';
import { codeOf, unless } from './refusal.ts';
import { encode } from './text.ts';

// Without promises: for a small file, the way to another thread and back takes longer than all the calls.

/** Writes a new file and waits until it is on the disk; with `like`, it gets that file's mode and owner. */
export async function writeDown(file: string, text: string, like?: Stats): Promise<void> {
  const descriptor = openSync(file, 'wx', like ? like.mode & 0o777 : 0o666);
  try {
    writeFileSync(descriptor, encode(text));
    if (like) {
      // Only root may give files away; for others the file becomes their own.
      await unless(['EPERM'], (async () => fchownSync(descriptor, like.uid, like.gid))());
      fchmodSync(descriptor, like.mode & 0o7777);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Waits until the names in a folder are on the disk, where the file system can tell. */
export async function settleFolder(folder: string): Promise<void> {
  const descriptor = openSync(folder, 'r');
  try {
    await unless(['EINVAL', 'ENOTSUP', 'EBADF'], (async () => fsyncSync(descriptor))());
  } finally {
    closeSync(descriptor);
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
