import { existsSync, lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { recover } from '../fs/commit.ts';
import { repositoryAround } from '../fs/repository.ts';
import { badRequest, Failure } from '../errors/failure.ts';
import { parseStoredAnswers, type StoredAnswers } from '../model/stored-answers.ts';
import { readText, reasonOf } from '../fs/text-file.ts';
import { version } from './generator-version.ts';
import { type ProjectFiles, projectFiles } from './project-files.ts';

/** The file in which every generator stores what it was answered. */
export const answersFile = '.yo-rc.json';

/** A project that this generator wrote. */
export interface ExistingProject {
  readonly folder: string;
  readonly name: string;
  /** What the last run stored. */
  readonly stored: StoredAnswers;
  readonly files: ProjectFiles;
}

/** Whether the packages of a project come from PyPI, in the versions of its lock files. */
export const isLocked = ({ stored }: Pick<ExistingProject, 'stored'>): boolean => stored.values.packagesFrom === 'pypi';

const createOne = 'create one first: nix-python-container new FOLDER';

/**
 * The answers that a folder's .yo-rc.json holds; undefined if it has none of this generator.
 * @throws Failure (exit code 2) if the file is not JSON, or was written by a newer version
 */
export function readStoredAnswers(files: ProjectFiles): StoredAnswers | undefined {
  const text = files.text(answersFile);
  return text === undefined ? undefined : parseStoredAnswers(text, join(files.folder, answersFile), version());
}

/** A folder whose .yo-rc.json holds answers of this generator, or cannot be read: then the failure says why. */
export interface StoredProject {
  readonly files: ProjectFiles;
  readonly stored: StoredAnswers | Failure;
}

/** The stored answers of the project in a folder; undefined if there is no project in it. */
export function storedProject(folder: string): StoredProject | undefined {
  const files = projectFiles(folder);
  try {
    const stored = readStoredAnswers(files);
    return stored && { files, stored };
  } catch (error) {
    if (error instanceof Failure) return { files, stored: error };
    throw error;
  }
}

/**
 * Whether a folder above another may hold its project: nobody else can have put an .yo-rc.json into it. In /tmp, anybody could.
 */
function isTrusted(folder: string, start: string): boolean {
  const file = statOf(join(folder, answersFile));
  const owners = [process.geteuid?.(), statOf(start)?.uid];
  return file === undefined || owners.includes(file.uid);
}

const statOf = (path: string) => lstatSync(path, { throwIfNoEntry: false });

/** The same of the folder itself or the nearest one above it; undefined outside of any project. */
export function nearestProject(start: string): StoredProject | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const project = folder === start || isTrusted(folder, start) ? storedProject(folder) : undefined;
    if (project || folder === dirname(folder)) return project;
  }
}

/**
 * The project in a folder.
 * @throws Failure (exit code 2) if there is none, or a newer version wrote it
 */
export function openProject(folder: string, project = storedProject(folder)): ExistingProject {
  if (project) return checked(project);
  const hint = `Give the folder of a project, or ${createOne}`;
  try {
    readText(join(folder, answersFile));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? `no ${answersFile}` : `${answersFile}: ${reasonOf(error)}`;
    throw badRequest(`${folder} is not a project of this generator (${why})`, hint, error);
  }
  throw notOurs(folder, hint);
}

/**
 * The project that a folder is in: in the folder itself, or in the nearest one above it.
 * @throws Failure (exit code 2) if there is none, or a newer version wrote it
 */
export function findProject(start: string): ExistingProject {
  const project = nearestProject(start);
  if (project) return checked(project);
  throw badRequest(
    `${start} is not inside a project of this generator: no ${answersFile} of one here or above`,
    `Change to the folder of a project, or ${createOne}`,
  );
}

function checked({ files, stored }: StoredProject): ExistingProject {
  if (stored instanceof Failure) throw stored;
  const { name } = stored.values;
  const { folder } = files;
  if (typeof name !== 'string') throw notOurs(folder, `Give the folder of a project, or ${createOne}`);
  return { folder, name, stored, files };
}

const notOurs = (folder: string, hint: string): Failure =>
  badRequest(`${join(folder, answersFile)} names no project of this generator`, hint);

/**
 * Cleans up after a killed run in a folder or in the project above it. To be called before anything is read there: that run may
 * have moved .yo-rc.json away.
 */
export async function recoverAround(start: string): Promise<void> {
  await recoverUpward(start);
  await recoverRepository(start);
}

/** The same for a folder alone, and the root of its repository: a run that wrote pipelines there has its journal in it. */
export async function recoverIn(folder: string): Promise<void> {
  await recover(folder);
  await recoverRepository(folder);
}

async function recoverRepository(start: string): Promise<void> {
  const repository = repositoryAround(start);
  if (repository && repository.place !== '') await recover(repository.root, { within: true });
}

async function recoverUpward(start: string): Promise<void> {
  for (let folder = start; ; folder = dirname(folder)) {
    const within = folder !== start;
    if (within && !isTrusted(folder, start)) return;
    if ((await recover(folder, { within })) || existsSync(join(folder, answersFile)) || folder === dirname(folder))
      return;
  }
}
