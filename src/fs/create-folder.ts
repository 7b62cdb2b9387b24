import { dirname, join } from 'node:path';
import type { Step } from '../plan/plan.ts';
import { mkdir, readdir, rename, rm } from './calls.ts';
import { flush, flushAll, writeNew } from './durable.ts';
import { isAlive, signature, signaturePattern } from './lock.ts';
import { type Anchor, namesOf } from './locate.ts';
import { wrapErrors, ignoring } from './fs-error.ts';

/** Beside the outermost folder that is missing, thus on the same file system and renamed in one go with all below it. */
const stagingName = (name: string, owner: string): string => `.${name}.nix-python-container.${owner}`;

/** Writes a project into a folder that does not exist yet: aside first, then in its place by one rename. */
export async function createFolder(
  { folder, missing }: Anchor,
  steps: readonly Step[],
  throwIfAborted: () => void,
): Promise<void> {
  const [outermost = '', ...inner] = missing;
  const staging = join(folder, stagingName(outermost, await signature()));
  const files = steps.map(({ path, after = '' }) => ({ path, after, file: join(staging, ...inner, ...namesOf(path)) }));
  const made = new Set<string>();
  try {
    for (const { path, file } of files) {
      if (made.has(dirname(file))) continue;
      await wrapErrors(`make ${dirname(path)}`, mkdir(dirname(file), { recursive: true }));
      for (let parent = dirname(file); parent !== folder; parent = dirname(parent)) made.add(parent);
    }
    for (const { path, file, after } of files) {
      throwIfAborted();
      await wrapErrors(`write ${path}`, writeNew(file, after));
    }
    await wrapErrors(`write ${join(...missing)}`, flushAll([...files.map(({ file }) => file), ...made]));
    throwIfAborted();
    await wrapErrors(`create ${join(folder, outermost)}`, rename(staging, join(folder, outermost)));
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
  // The project is there, so an error must not say otherwise.
  await flush(folder).catch(() => undefined);
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
