import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { recover } from '../fs/commit.ts';
import { badRequest } from '../errors/failure.ts';
import { parseStoredAnswers, type StoredAnswers } from '../model/stored-answers.ts';
import { readIfThere, readText, reason } from './answer-sources.ts';
import { version } from './generator-version.ts';

/** A project that this generator wrote. */
export interface ExistingProject {
  readonly folder: string;
  readonly name: string;
  /** What the last run stored. */
  readonly stored: StoredAnswers;
}

const writeOne = 'write one first: nix-python-container new FOLDER';

/**
 * The answers that a folder's .yo-rc.json holds; undefined if it has none of ours.
 * @throws Failure (exit code 2) if the file is no JSON, or written by a newer version
 */
export function readStoredAnswers(folder: string): StoredAnswers | undefined {
  const file = join(folder, '.yo-rc.json');
  const text = readIfThere(file);
  return text === undefined ? undefined : parseStoredAnswers(text, file, version());
}

/**
 * The project in a folder.
 * @throws Failure (exit code 2) if there is none, or one that a newer version wrote
 */
export function openProject(folder: string): ExistingProject {
  const hint = `Give the folder of a project, or ${writeOne}`;
  const file = join(folder, '.yo-rc.json');
  try {
    readText(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? 'it has no .yo-rc.json' : `.yo-rc.json: ${reason(error)}`;
    throw badRequest(`${folder} is no project of this generator: ${why}.`, hint, error);
  }
  const stored = readStoredAnswers(folder);
  const name = stored?.values.name;
  if (!stored || typeof name !== 'string') throw badRequest(`${file} names no project of this generator.`, hint);
  return { folder, name, stored };
}

/**
 * The folder of the project that one is in: itself, or the nearest above; undefined outside of all. One whose .yo-rc.json
 * cannot be read counts as a project.
 */
export function nearestProject(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    try {
      if (readStoredAnswers(folder)) return folder;
    } catch {
      return folder;
    }
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * The project that a folder is in: that in the folder itself, or in the nearest one above.
 * @throws Failure (exit code 2) if there is none, or one that a newer version wrote
 */
export function findProject(start: string): ExistingProject {
  const folder = nearestProject(start);
  if (folder !== undefined) return openProject(folder);
  throw badRequest(
    `${start} is in no project of this generator: there is no .yo-rc.json of it here or above.`,
    `Go into the folder of a project, or ${writeOne}`,
  );
}

/**
 * Cleans up after a killed run in a folder or in the project above it, before anything is read there: .yo-rc.json may be one of
 * the files that it has moved away.
 */
export async function recoverAround(start: string): Promise<void> {
  for (let folder = start; ; folder = dirname(folder)) {
    if ((await recover(folder)) || existsSync(join(folder, '.yo-rc.json')) || folder === dirname(folder)) return;
  }
}
