import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { recover } from '../fs/commit.ts';
import { badRequest, Failure } from '../errors/failure.ts';
import { parseStoredAnswers, type StoredAnswers } from '../model/stored-answers.ts';
import { readTextIfExists, readText, reasonOf } from '../fs/text-file.ts';
import { version } from './generator-version.ts';

/** A project that this generator wrote. */
export interface ExistingProject {
  readonly folder: string;
  readonly name: string;
  /** What the last run stored. */
  readonly stored: StoredAnswers;
}

const writeOne = 'write one first: nix-python-container new FOLDER';

const answersFile = '.yo-rc.json';

/**
 * The answers that a folder's .yo-rc.json holds; undefined if it has none of ours.
 * @throws Failure (exit code 2) if the file is not JSON, or written by a newer version
 */
export function readStoredAnswers(folder: string): StoredAnswers | undefined {
  const file = join(folder, answersFile);
  const text = readTextIfExists(file);
  return text === undefined ? undefined : parseStoredAnswers(text, file, version());
}

/**
 * The project in a folder.
 * @throws Failure (exit code 2) if there is none, or one that a newer version wrote
 */
export function openProject(folder: string): ExistingProject {
  const hint = `Give the folder of a project, or ${writeOne}`;
  const file = join(folder, answersFile);
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? `no ${answersFile}` : `${answersFile}: ${reasonOf(error)}`;
    throw badRequest(`${folder} is not a project of this generator (${why})`, hint, error);
  }
  const project = projectIn(folder, text) ?? nameless(folder);
  if (project instanceof Failure) throw project;
  return project;
}

/** The project whose .yo-rc.json this is, or why it cannot be used; undefined if it is not one of ours. */
function projectIn(folder: string, text: string): ExistingProject | Failure | undefined {
  const stored = parseStoredAnswers(text, join(folder, answersFile), version());
  if (!stored) return undefined;
  const { name } = stored.values;
  return typeof name === 'string' ? { folder, name, stored } : nameless(folder);
}

const nameless = (folder: string): Failure =>
  badRequest(
    `${join(folder, answersFile)} names no project of this generator`,
    `Give the folder of a project, or ${writeOne}`,
  );

/** A folder with a .yo-rc.json, and the project in it, or why that cannot be read. */
interface Nearest {
  readonly folder: string;
  readonly project: ExistingProject | Failure;
}

/** Looks for a project in a folder and in those above it; undefined outside of all. */
function nearest(start: string): Nearest | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const text = readTextIfExists(join(folder, answersFile));
    try {
      const project = text === undefined ? undefined : projectIn(folder, text);
      if (project) return { folder, project };
    } catch (error) {
      if (error instanceof Failure) return { folder, project: error };
      throw error;
    }
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * The folder of the project that one is in: itself, or the nearest above; undefined outside of all. One whose .yo-rc.json
 * cannot be read counts as a project.
 */
export const nearestProject = (start: string): string | undefined => nearest(start)?.folder;

/**
 * The project that a folder is in: that in the folder itself, or in the nearest one above.
 * @throws Failure (exit code 2) if there is none, or one that cannot be read or that a newer version wrote
 */
export function findProject(start: string): ExistingProject {
  const found = nearest(start);
  if (!found) {
    throw badRequest(
      `${start} is not inside a project of this generator: no ${answersFile} of one here or above`,
      `Change to the folder of a project, or ${writeOne}`,
    );
  }
  if (found.project instanceof Failure) throw found.project;
  return found.project;
}

/**
 * Cleans up after a killed run in a folder or in the project above it, before anything is read there: .yo-rc.json may be one of
 * the files that it has moved away.
 */
export async function recoverAround(start: string): Promise<void> {
  for (let folder = start; ; folder = dirname(folder)) {
    if ((await recover(folder)) || existsSync(join(folder, answersFile)) || folder === dirname(folder)) return;
  }
}
