import { dirname, join, relative } from 'node:path';
import type { Step } from '../plan/plan.ts';
import { mkdir, readdir, rename, rm } from './calls.ts';
import { writeNew } from './durable.ts';
import { isAlive, signature, signaturePattern } from './lock.ts';
import { type Anchor, namesOf } from './locate.ts';
import { wrapErrors, ignoring } from './fs-error.ts';

/** Beside the outermost folder that is missing, thus on the same file system and renamed in one go with all below it. */
const stagingName = (name: string, owner: string): string => `.${name}.nix-python-container.${owner}`;

/**
 * Writes a project into a folder that does not exist yet: into a staging folder beside it, which one rename puts in its place.
 * Nothing is flushed to the disk: there is nothing to lose that a second run would not write again.
 */
export async function createFolder(
  { folder, missing }: Anchor,
  steps: readonly Step[],
  throwIfAborted: () => void,
): Promise<void> {
  const [outermost = '', ...inner] = missing;
  const staging = join(folder, stagingName(outermost, await signature()));
  const files = steps.map(({ path, after = '' }) => ({ path, after, file: join(staging, ...inner, ...namesOf(path)) }));
  try {
    // Not recursively: where nothing can be created, as in /proc, Node would try for ever.
    await wrapErrors(`create ${join(folder, outermost)}`, mkdir(staging));
    for (const parent of new Set(files.map(({ file }) => dirname(file)))) {
      await wrapErrors(`create ${relative(staging, parent)}`, mkdir(parent, { recursive: true }));
    }
    for (const { path, file, after } of files) {
      throwIfAborted();
      await wrapErrors(`write ${path}`, writeNew(file, after));
    }
    throwIfAborted();
    await wrapErrors(`create ${join(folder, outermost)}`, rename(staging, join(folder, outermost)));
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

/** Removes what runs that were killed left beside a target that is not there. Gives whether there was anything. */
export async function removeStaging({ folder, missing }: Anchor): Promise<boolean> {
  const prefix = stagingName(missing[0] ?? '', '');
  const left = ((await ignoring(['EACCES'], readdir(folder))) ?? []).filter(name => {
    return name.startsWith(prefix) && signaturePattern.test(name.slice(prefix.length));
  });
  let swept = false;
  for (const name of left) {
    if (await isAlive(name.slice(prefix.length))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
    swept = true;
  }
  return swept;
}
