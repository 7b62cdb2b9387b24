import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { frameworkOf, frameworks } from '../catalog/frameworks.ts';
import type { EntryCandidate } from '../adopt/find-entry.ts';
import { findLists, type FoundLists, foldersWithLists, namesInLists } from '../adopt/find-lists.ts';
import type { Repository } from '../adopt/repository.ts';
import { findApp, type FoundApp, kindOf } from '../adopt/survey.ts';
import { badRequest, failed, type Failure } from '../errors/failure.ts';
import type { Context, Prompter } from '../load/context.ts';
import { type ProjectFiles, projectFiles } from '../load/project-files.ts';
import { repositoryFiles } from '../load/repository-files.ts';
import type { Adopted } from '../model/adopted.ts';
import type { AnswerSource } from '../model/answers.ts';
import { entryOf, parseApp } from '../model/entry.ts';
import { moduleOf, parseName } from '../model/name.ts';
import { nameIn } from '../packaging/requirement.ts';
import { poetryRange } from '../packaging/formats/ranges.ts';
import { type Table, tableOf, textOf } from '../packaging/formats/source.ts';
import { adoptablePaths } from '../plan/theirs.ts';
import { parseToml } from '../pyproject/toml.ts';
import { prose } from '../terminal/messages.ts';
import { table } from '../terminal/rows.ts';
import { shellPath, shellQuote } from '../text/shell-quote.ts';
import { visible } from '../text/visible.ts';
import type { Request } from './request.ts';

/** What a folder holds that a new project is to keep. */
export interface Adoption {
  readonly adopted: Adopted;
  /** The answers that were found in it; undefined if it holds no app. */
  readonly source?: AnswerSource;
  /** The app with the folder of its module, as it was located: it counts before what the user gave. */
  readonly app?: AnswerSource;
  readonly lists: FoundLists;
  /** The range of Pythons that its pyproject.toml allows (PEP 440). */
  readonly requiresPython?: string | undefined;
}

/** Generated files that mean that a folder is built in another way already. */
const otherBuilds: readonly string[] = ['MODULE.bazel', 'WORKSPACE', 'WORKSPACE.bazel', 'BUILD', 'BUILD.bazel'];

/** The folders of generated files. */
const generatedFolders: readonly string[] = ['bazel', 'image', 'nix'];

/**
 * Looks for an app in the folder of a new project, and for files of its users that a project has too.
 * @param wanted MODULE:OBJECT, as the user gives it
 * @returns undefined if there is neither
 * @throws Failure (exit code 2) if there is an app that cannot be adopted, with the reason; 1 if the user stops
 */
export async function adoptFolder(
  files: ProjectFiles,
  wanted: string | undefined,
  request: Request,
  context: Context,
  prompter: Prompter,
): Promise<Adoption | undefined> {
  const { folder } = files;
  const entries = entriesOf(folder);
  if (entries.length === 0) return undefined;
  const theirs = adoptablePaths.filter(path => existsSync(join(folder, path)));
  const readme = entries.find(name => /^readme(\.\w+)?$/i.test(name));
  const adopted = { files: [...new Set([...theirs, ...(readme === undefined ? [] : ['README.md'])])].sort() };

  const repository = repositoryFiles(folder);
  const pyproject = readPyproject(files);
  const lists = findLists(repository, pyproject);
  const given = wanted === undefined ? undefined : parseApp(wanted, '--app');
  const app = await chooseApp(findApp(repository, given && entryText(given)), given, request, prompter.choose);
  if (!app.entry) {
    if (given !== undefined) throw notThere(given, folder, app.candidates);
    if (lists.runtime.length === 0) return adopted.files.length > 0 ? { adopted, lists } : undefined;
    throw badRequest(
      `${folder} lists packages (${lists.runtime.join(', ')}), but no app was found in it.`,
      'Name it by --app MODULE:OBJECT, for example --app shop.web:app, or choose an empty folder.',
    );
  }
  if (lists.runtime.length === 0 && given === undefined) refuseOtherFolder(app, repository, folder, context);
  refuseTaken(entries, repository, folder);
  const source = sourceOf(app, { lists, pyproject, entries, folder, repository });
  describe(app, lists, source, folder, context);
  await confirm(prompter, request);
  const { serverConfig } = app;
  const { app: located, ...values } = source.values;
  return {
    adopted: { ...adopted, ...(serverConfig === undefined ? {} : { serverConfig }) },
    source: { ...source, values },
    app: { ...source, values: { app: located } },
    lists,
    requiresPython: rangeOf(pyproject),
  };
}

/** Whether a folder holds an app and a list of its packages. */
export function holdsApp(folder: string): boolean {
  const files = projectFiles(folder);
  if (!entriesOf(folder).some(name => /\.py$|^(?:pyproject\.toml|requirements.*|Pipfile|setup\.cfg)$/.test(name)))
    return false;
  const repository = repositoryFiles(folder);
  const { entry, candidates } = findApp(repository);
  const found = entry !== undefined || candidates.length > 0;
  return found && findLists(repository, readPyproject(files)).runtime.length > 0;
}

/** The Pythons that a pyproject.toml allows, in the words of PEP 621 or of Poetry. */
function rangeOf(pyproject: Table | undefined): string | undefined {
  const { python } = tableOf(tableOf(tableOf(pyproject?.tool).poetry).dependencies);
  return textOf(tableOf(pyproject?.project)['requires-python']) ?? poetryRange(textOf(python) ?? '*');
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => name !== '.git');
  } catch {
    // It does not exist, or will be refused when it is written to.
    return [];
  }
}

function readPyproject({ folder, text }: ProjectFiles): Table | undefined {
  const content = text('pyproject.toml');
  return content === undefined ? undefined : parseToml(content, join(folder, 'pyproject.toml')).value;
}

/** `src/shop:app` without its folder, which `findApp` looks for. */
const entryText = (app: string): string => entryOf(app).app;

/** The app: the one that was found, else one of several that the user chooses. */
async function chooseApp(
  found: FoundApp,
  given: string | undefined,
  { on }: Request,
  choose: Prompter['choose'],
): Promise<FoundApp> {
  const { entry, candidates } = found;
  if (given !== undefined && entry) {
    const { root } = entryOf(given);
    // A folder that the user names counts.
    return root === '' ? found : { ...found, entry: { ...entry, root } };
  }
  if (entry || given !== undefined || candidates.length === 0) return found;
  const listed = candidates.map(candidate => ({ ...candidate, app: appOf(candidate) }));
  if (!choose || on.has('yes')) {
    throw badRequest(
      `Several apps were found: ${listed.map(({ app }) => app).join(', ')}.`,
      `Choose one: --app ${shellQuote(listed[0]?.app ?? '')}`,
    );
  }
  const choices = listed.map(({ app, file }) => ({ value: app, label: app, description: file }));
  const answer = await choose('Several apps were found. Which one is to be served?', choices);
  const chosen = listed.find(({ app }) => app === answer);
  return chosen ? { ...found, entry: chosen, foundIn: chosen.file } : found;
}

const appOf = ({ root, entry }: Pick<EntryCandidate, 'root' | 'entry'>): string =>
  root === '' ? entry : `${root}/${entry}`;

function notThere(app: string, folder: string, candidates: readonly EntryCandidate[]): Failure {
  const known = candidates.slice(0, 3).map(appOf);
  return badRequest(
    `--app: ${folder} has no module for ${app}.`,
    known.length > 0
      ? `Found were ${known.join(', ')}.`
      : 'Name it as Python imports it: shop.web:app for shop/web.py.',
  );
}

/** An app whose packages are listed in a folder below belongs there. */
function refuseOtherFolder({ entry }: FoundApp, repository: Repository, folder: string, context: Context): void {
  const within = foldersWithLists(repository).filter(path => entry?.file.startsWith(`${path}/`));
  const nearest = within.sort((a, b) => b.length - a.length)[0];
  if (nearest === undefined) return;
  const path = relative(context.folder, join(folder, nearest));
  throw badRequest(
    `The app of ${folder} is in ${nearest}, with the list of its packages.`,
    `Create the project there: nix-python-container new ${shellPath(path)}`,
  );
}

/** @throws Failure (exit code 2) if the folder is Bazel's already, or its code is where the project's own files go */
function refuseTaken(entries: readonly string[], { paths }: Repository, folder: string): void {
  const build = entries.find(name => otherBuilds.includes(name));
  if (build !== undefined) {
    throw badRequest(
      `${folder} is built by Bazel already: it has ${build}.`,
      'Move its Bazel files away, or create the project in another folder and copy what you need.',
    );
  }
  const taken = generatedFolders.find(name => paths.some(path => path.startsWith(`${name}/`) && path.endsWith('.py')));
  if (taken === undefined) return;
  throw badRequest(
    `${folder} has Python code in ${taken}/, where the project keeps files of its own.`,
    'Rename that folder.',
  );
}

/** The answers that a repository gives by itself. */
function sourceOf(
  { entry, foundIn }: FoundApp,
  {
    lists,
    pyproject,
    entries,
    folder,
    repository,
  }: {
    readonly lists: FoundLists;
    readonly pyproject: Table | undefined;
    readonly entries: readonly string[];
    readonly folder: string;
    readonly repository: Repository;
  },
): AnswerSource {
  const app = entry ? appOf(entry) : '';
  const framework = kindOf(frameworkOf(namesIn(lists, repository, pyproject)), entry?.interface) ?? 'flask';
  const project = tableOf(pyproject?.project);
  const poetry = tableOf(tableOf(pyproject?.tool).poetry);
  const names = [textOf(project.name), textOf(poetry.name), folder.split('/').at(-1)];
  const name = names.find(each => each !== undefined && isName(each, entries));
  return {
    place: () => foundIn ?? folder,
    values: {
      ...(name === undefined ? {} : { name }),
      framework,
      app: app === '' ? '' : parseApp(app, foundIn ?? 'app'),
    },
  };
}

/** Whether a name can be the project's; an image and a target have it too. */
function isName(name: string, entries: readonly string[]): boolean {
  try {
    return !entries.includes(`${moduleOf(parseName(name, 'name', 'adopted'))}_image`);
  } catch {
    return false;
  }
}

/** Names of packages in a list: what a framework is recognised by. */
function namesIn({ runtime }: FoundLists, repository: Repository, pyproject: Table | undefined): readonly string[] {
  const listed = tableOf(pyproject?.project).dependencies;
  if (Array.isArray(listed)) return listed.map(item => nameIn(String(item)));
  return namesInLists(runtime, repository);
}

/** Where a list is copied to; Poetry's is in the same file, in another table. */
const listIn = (runtime: readonly string[]): string =>
  runtime.includes('pyproject.toml') ? 'its [project]' : 'pyproject.toml';

/** Says what was found, before anything is asked or written. */
function describe(
  { entry, foundIn, serverConfig }: FoundApp,
  { runtime, dev, inPlace }: FoundLists,
  { values }: AnswerSource,
  folder: string,
  { stderr }: Context,
): void {
  const { label } = frameworks()[values.framework as keyof ReturnType<typeof frameworks>];
  const rows: readonly (readonly [string, string])[] = [
    ['app', `${String(values.app)}, ${label}${foundIn === undefined ? '' : ` (${foundIn})`}`],
    [
      'packages',
      runtime.length === 0 ? 'no list' : `${runtime.join(', ')}${inPlace ? '' : `, copied to ${listIn(runtime)}`}`,
    ],
    ...(dev.length === 0 ? [] : [['for tests', dev.join(', ')] as const]),
    ...(serverConfig === undefined ? [] : [['gunicorn', serverConfig] as const]),
  ];
  if (!entry) return;
  const lines = table(
    rows.map(([title, text]) => [title, visible(text)]),
    stderr,
  );
  stderr.write(`${prose(`Found in ${visible(folder)}:`, stderr)}\n${lines}`);
}

/** @throws Failure (exit code 1) unless the user agrees to the project in a folder with their code */
async function confirm({ choose }: Prompter, { on }: Request): Promise<void> {
  if (!choose || on.has('yes')) return;
  const answer = await choose('Create the project around this app? No line of its code changes.', [
    { value: 'yes', label: 'Yes' },
    { value: 'no', label: 'No, write nothing' },
  ]);
  if (answer === 'no') throw failed('Stopped. Nothing was written.', 'Choose another folder.');
}
