import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readExisting } from '../fs/read-existing.ts';
import { repositoryAround } from '../fs/repository.ts';
import type { ExistingFiles } from '../plan/plan.ts';
import { readRawTextIfExists } from '../fs/text-file.ts';
import { withoutByteOrderMark } from '../text/byte-order-mark.ts';

/** The files in the folder of a project. Each is read once, however often it is asked for. */
export interface ProjectFiles {
  readonly folder: string;
  /** The path of the folder in its git repository; without one, or in its root, empty. */
  readonly place: string;
  /** The text of a file, without a byte order mark; undefined if it does not exist or cannot be read. */
  readonly text: (path: string) => string | undefined;
  /** The path of a file for another program; undefined if it does not exist. */
  readonly pathIfExists: (path: string) => string | undefined;
  /** The texts at these paths, as they are on disk, for a change of them: see `readExisting`. */
  readonly existing: (paths: Iterable<string>) => Promise<ExistingFiles>;
}

/** The files in a folder. Nothing is read before it is asked for. */
export function projectFiles(folder: string): ProjectFiles {
  const texts = new Map<string, string>();
  let place: string | undefined;
  return {
    folder,
    get place() {
      return (place ??= repositoryAround(folder)?.place ?? '');
    },
    text: path => {
      const text = texts.get(path) ?? readRawTextIfExists(join(folder, path));
      if (text !== undefined) texts.set(path, text);
      return text === undefined ? undefined : withoutByteOrderMark(text);
    },
    pathIfExists: path => (existsSync(join(folder, path)) ? join(folder, path) : undefined),
    existing: async paths => {
      const found = await readExisting(folder, paths, texts);
      for (const [path, text] of found) texts.set(path, text);
      return found;
    },
  };
}
