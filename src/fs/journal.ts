import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { mkdir, rename } from './calls.ts';
import { flush, flushAll, nameUnlessTaken, writeNew } from './durable.ts';
import { journalName } from './locate.ts';
import { modifiedMeanwhile, ifExists, wrapErrors, ignoring } from './fs-error.ts';
import { encode, readText } from './encoding.ts';

/** One file to be changed, links resolved. */
export interface Change {
  readonly path: string;
  readonly file: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  /** What the file is now, if it is there: the new one gets its mode and owner. */
  readonly stats?: Stats | undefined;
}

/** What the journal says, relative to the project: enough to undo all of it in any state it was left in. */
export interface Intent {
  readonly entries: readonly { readonly file: string; readonly replaces: boolean; readonly digest?: string }[];
  /** Folders that the commit makes, outermost first. */
  readonly folders: readonly string[];
}

/**
 * The journal of the project `root`:
 *   new/<n>   the text that file <n> is to get    old/<n>   the file that was there, moved away as it was
 *   intent    what is under way: to be undone     done      what was under way: to be tidied up
 * The commit is the one rename from `intent` to `done`.
 */
export const layout = (root: string) => {
  const folder = join(root, journalName);
  return {
    intent: join(folder, 'intent'),
    draft: join(folder, 'draft'),
    done: join(folder, 'done'),
    fresh: (n: number | string) => join(folder, 'new', String(n)),
    old: (n: number | string) => join(folder, 'old', String(n)),
    folder,
  };
};

export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Writes down all that is to come. Nothing of the project has changed yet; the owner of the journal's lock calls this. */
export async function prepare(root: string, changes: readonly Change[], folders: readonly string[]): Promise<void> {
  const { folder, fresh, old, draft, intent } = layout(root);
  await mkdir(fresh(''));
  await mkdir(old(''));
  for (const [n, { path, after, stats }] of changes.entries()) {
    if (after !== undefined) await wrapErrors(`write ${path}`, writeNew(fresh(n), after, stats));
  }
  const plan: Intent = {
    entries: changes.map(({ file, before, after }) => ({
      file: relative(root, file),
      replaces: before !== undefined,
      ...(after !== undefined && { digest: digestOf(encode(after)) }),
    })),
    folders: folders.map(made => relative(root, made)),
  };
  await writeNew(draft, JSON.stringify(plan));
  const written = [...changes.keys()].filter(n => changes[n]?.after !== undefined).map(fresh);
  await wrapErrors(`write ${draft}`, flushAll([...written, draft, fresh(''), old('')]));
  await rename(draft, intent);
  for (const made of [folder, root]) await flush(made);
}

/** Moves a file out of the way; whether it is what the plan saw is looked at when nobody can reach it by its name any more. */
async function take({ path, file }: Change, to: string): Promise<void> {
  const moved = await ifExists(rename(file, to).then(() => true));
  if (!moved) throw modifiedMeanwhile(path);
}

/** Puts a file where none must be by now. */
async function put({ path, file }: Change, from: string): Promise<void> {
  if (!(await nameUnlessTaken(from, file))) throw modifiedMeanwhile(path);
}

/** Carries out what `prepare` wrote down; when it returns, the commit is made. `mayGoOn` throws to stop it. */
export async function carryOut(
  root: string,
  changes: readonly Change[],
  folders: readonly string[],
  throwIfAborted: () => void,
): Promise<void> {
  const { folder, fresh, old, intent, done } = layout(root);
  for (const made of folders) await wrapErrors(`make ${made}`, ignoring(['EEXIST'], mkdir(made)));
  for (const [n, change] of changes.entries()) {
    throwIfAborted();
    if (change.before !== undefined) await wrapErrors(`replace ${change.path}`, take(change, old(n)));
    if (change.after !== undefined) await wrapErrors(`write ${change.path}`, put(change, fresh(n)));
  }
  await flushAll([...new Set([...changes.map(({ file }) => dirname(file)), ...folders])]);
  // As late as can be: somebody may have had a file open since before it was moved away.
  for (const [n, { path, before }] of changes.entries()) {
    if (before !== undefined && (await readText(old(n))) !== before) throw modifiedMeanwhile(path);
  }
  throwIfAborted();
  await rename(intent, done);
  // The commit is made, so an error must not say otherwise.
  await flush(folder).catch(() => undefined);
}
