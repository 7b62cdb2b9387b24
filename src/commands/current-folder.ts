import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fromEnvironment, fromFile, fromFlags } from '../load/answer-sources.ts';
import type { Context, Prompter } from '../load/context.ts';
import { readStoredAnswers } from '../load/find-project.ts';
import { type ProjectFiles, projectFiles } from '../load/project-files.ts';
import type { PyprojectAnswers } from '../load/pyproject-source.ts';
import type { AnswerSource } from '../model/answers.ts';
import { parseName } from '../model/name.ts';
import { storedFramework } from '../model/project.ts';
import type { Answers } from '../model/questions.ts';
import type { StoredAnswers } from '../model/stored-answers.ts';
import type { Adoption } from './adopt.ts';
import type { Request } from './request.ts';

/** The answers that users give to this run, by precedence. */
export interface GivenAnswers {
  readonly flagsAndFile: readonly AnswerSource[];
  readonly environment: AnswerSource;
}

export function givenAnswers({ values, answers }: Request, { folder, environment }: Context): GivenAnswers {
  return {
    flagsAndFile: [fromFlags(values), ...(answers ? [fromFile(resolve(folder, answers))] : [])],
    environment: fromEnvironment(environment),
  };
}

/**
 * Where the project goes: into the folder that is named, else this one if it holds a project, else one of the project's name;
 * undefined if the name is still to be asked for.
 */
function knownTarget(
  { positionals }: Request,
  folder: string,
  { flagsAndFile, environment }: GivenAnswers,
): ProjectFiles | undefined {
  if (positionals[0] !== undefined) return projectFiles(resolve(folder, positionals[0]));
  const here = projectFiles(folder);
  if (readStoredAnswers(here)) return here;
  const named = [...flagsAndFile, environment].find(({ values }) => typeof values.name === 'string');
  return named && projectFiles(join(folder, parseName(named.values.name as string, named.place('name'))));
}

/** The folder that the project goes to, with the answers of the project that it holds already, if any. */
export interface CurrentFolder {
  readonly files: ProjectFiles;
  readonly stored: StoredAnswers | undefined;
  readonly pyproject: PyprojectAnswers | undefined;
  /** What it holds of other people's, if there is no project in it yet. */
  readonly adoption?: Adoption | undefined;
}

/**
 * Reads the folder that the project goes to.
 * @returns undefined if its name is still to be asked for
 * @throws Failure (exit code 2) if it holds something that cannot be used
 */
export async function currentFolder(
  given: GivenAnswers,
  request: Request,
  context: Context,
  prompter: Prompter,
): Promise<CurrentFolder | undefined> {
  const files = knownTarget(request, context.folder, given) ?? (await folderWithApp(given, context));
  if (!files) return undefined;
  const stored = readStoredAnswers(files);
  if (!stored) {
    if (!existsSync(files.folder)) return { files, stored, pyproject: undefined };
    const { adoptFolder } = await import('./adopt.ts');
    const adoption = await adoptFolder(files, valueOf(given, 'app'), request, context, prompter);
    return { files, stored, pyproject: undefined, adoption };
  }
  // A new project does not need the parser of TOML.
  const { readPyprojectAnswers } = await import('../load/pyproject-source.ts');
  return { files, stored, pyproject: readPyprojectAnswers(files, storedFramework(stored.values)) };
}

/** This folder, if there is an app in it: nobody wants a project below that without naming it. */
async function folderWithApp(given: GivenAnswers, { folder }: Context): Promise<ProjectFiles | undefined> {
  if (valueOf(given, 'app') !== undefined) return projectFiles(folder);
  const { holdsApp } = await import('./adopt.ts');
  return holdsApp(folder) ? projectFiles(folder) : undefined;
}

/** What users give for a question, unchecked; undefined unless it is a text. */
function valueOf({ flagsAndFile, environment }: GivenAnswers, name: keyof Answers): string | undefined {
  const value = [...flagsAndFile, environment].map(({ values }) => values[name]).find(each => each !== undefined);
  return typeof value === 'string' ? value : undefined;
}
