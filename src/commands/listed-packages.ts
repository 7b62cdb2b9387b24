import type { FoundLists } from '../adopt/find-lists.ts';
import type { Prompter } from '../load/context.ts';
import type { PyprojectAnswers } from '../load/pyproject-source.ts';
import type { ListedPackages } from '../load/requirements.ts';
import type { GatheredAnswers } from '../model/answers.ts';
import { basePackages } from '../model/project.ts';
import type { Answers } from '../model/questions.ts';
import { nameIn } from '../packaging/requirement.ts';

/** Files that list packages of a new project. */
export interface ListFiles {
  /** Those that the user names, relative to the current folder. */
  readonly named: readonly string[];
  /** Those that the project's folder holds. */
  readonly found?: FoundLists | undefined;
}

/** Where those files are, and whom to ask about them. */
export interface ListSurroundings {
  readonly currentFolder: string;
  readonly projectFolder: string;
  readonly choose: Prompter['choose'];
  /** Takes what is not carried over. */
  readonly warnings: string[];
}

/**
 * Reads the lists of a new project for a version of Python and a source of packages.
 * @throws Failure (exit code 2) if a file cannot be read
 */
export async function readListedPackages(
  { named, found }: ListFiles,
  target: Pick<Answers, 'python' | 'packagesFrom'>,
  { currentFolder, projectFolder, choose, warnings }: ListSurroundings,
): Promise<ListedPackages> {
  const { readRequirementsFiles } = await import('../load/requirements.ts');
  const { placeTestTools } = await import('./place-test-tools.ts');
  const read = (files: readonly string[], folder: string): Promise<ListedPackages> =>
    readRequirementsFiles(files, target, folder, warnings);
  const own = await read(found?.runtime ?? [], projectFolder);
  const forTests = await read(found?.dev ?? [], projectFolder);
  const asked = await read(named, currentFolder);
  const runtime = [...own.runtime, ...asked.runtime];
  const names = new Set(runtime.map(nameIn));
  const dev = [...own.dev, ...forTests.runtime, ...forTests.dev, ...asked.dev].filter(text => !names.has(nameIn(text)));
  const testTools = [...own.testTools, ...asked.testTools];
  return placeTestTools({ runtime, dev, testTools }, choose, warnings);
}

/** The dev group, unless it is that of every new project: what the project has, and what the files list. */
export function developmentOf(
  pyproject: PyprojectAnswers | undefined,
  listed: ListedPackages | undefined,
  { framework }: Answers,
): Pick<GatheredAnswers, 'development'> {
  const more = listed?.dev ?? [];
  if (more.length === 0) return pyproject ? { development: pyproject.development } : {};
  const named = new Set(more.map(nameIn));
  // The ranges of an existing project are its users' own, and stay.
  const own = pyproject?.development ?? basePackages(framework).development.filter(name => !named.has(name));
  const known = new Set(own.map(nameIn));
  return { development: [...own, ...more.filter(text => !known.has(nameIn(text)))] };
}
