import { basename, join, resolve } from 'node:path';
import type { Answers } from '../model/questions.ts';
import { gatherAnswers, type AnswerSource, type GatheredAnswers } from '../model/answers.ts';
import { ExitCode } from '../errors/failure.ts';
import { type Plan, plan } from '../plan/plan.ts';
import { basePackages, type Checked, type Project, storedFramework } from '../model/project.ts';
import { packRecord, recordPath } from '../plan/record.ts';
import { render, renderWithoutPackages } from '../render/render.ts';
import { refuseWithoutCode } from '../model/entry.ts';
import { parseName } from '../model/name.ts';
import { mergeStoredAnswers, type StoredAnswers } from '../model/stored-answers.ts';
import { describePlan } from '../terminal/output.ts';
import { buildIn } from './build.ts';
import { answersFile, readStoredAnswers, recoverIn } from '../load/find-project.ts';
import { refusePolicy, type Request } from './request.ts';
import { checkWithNix } from '../load/check-with-nix.ts';
import { type Decided, reportResult } from './report.ts';
import { pinFor } from '../load/project-pin.ts';
import type { PyprojectAnswers } from '../load/pyproject-source.ts';
import type { ListedPackages } from '../load/requirements.ts';
import { nameIn } from '../packaging/requirement.ts';
import { fromEnvironment, fromFile, fromFlags } from '../load/answer-sources.ts';
import { version } from '../load/generator-version.ts';
import { type Prompter, prompterFor, type Context } from '../load/context.ts';
import { type ProjectFiles, projectFiles } from '../load/project-files.ts';
import { includeWarnings, planIncluding } from './pipeline-includes.ts';
import { writePlan } from './write-plan.ts';

/** `new`: writes a project, and builds it if asked to. */
export async function runNew(request: Request, context: Context): Promise<ExitCode> {
  const { on } = request;
  const prompter = await prompterFor(context, on.has('json'));

  if (!on.has('dry-run')) await recoverIn(resolve(context.folder, request.positionals[0] ?? '.'));
  const given = givenAnswers(request, context);
  const current = await readCurrent(knownTarget(request, context.folder, given));
  const warnings: string[] = [];
  const decided = await decide(current, given, warnings, request, context, prompter);
  if (!current?.stored) refuseWithoutCode(decided.answers);
  refusePolicy(decided.answers.packagesFrom, request);
  const { project, warnings: ofProject, adjustments } = await check(decided, current, request, context, prompter);

  if (project.packagesFrom === 'pypi') {
    const { resolverWarnings } = await import('./lock-new.ts');
    warnings.push(...resolverWarnings(project.pin, project.nixpkgs));
  }
  const files = current?.files ?? projectFiles(join(context.folder, project.name));
  if (!on.has('dry-run')) await recoverIn(files.folder);
  const planned = [...planIncluding(project.ci, project, files), ...(await planProject(project, files))];
  warnings.push(...includeWarnings(project.ci, files));
  const answers = { ...decided.answers, packages: project.packages, packagesFrom: project.packagesFrom };
  const prepared = { target: files.folder, project, answers, adjustments, warnings: [...warnings, ...ofProject] };
  const written = await writePlan({ ...prepared, plan: planned }, request, context, prompter);
  if (on.has('dry-run')) {
    reportResult(prepared, written, request, context);
    return ExitCode.done;
  }

  const locks = await lockFiles(project, files.folder, request, context);
  if (decided.answers.git) {
    await addToGit(files.folder, [...planned.map(({ path }) => path), ...(locks ?? [])], context);
  }
  // Printed before the build, as it is done whatever the build comes to.
  if (on.has('build') && !on.has('json')) context.stdout.write(describePlan(written, context.stdout));
  const built = on.has('build') ? await buildIn(files.folder, project.name, context) : undefined;
  reportResult({ ...prepared, isLocked: locks !== undefined }, written, request, context, built);
  return ExitCode.done;
}

/** The lock files of a project, written if that can be done at once; none where packages come from nixpkgs. */
async function lockFiles(
  { packagesFrom, pin }: Project,
  folder: string,
  request: Request,
  context: Context,
): Promise<readonly string[] | undefined> {
  if (packagesFrom === 'nixpkgs') return [];
  const { lockNew } = await import('./lock-new.ts');
  return lockNew(folder, pin, request, context);
}

/** The answers that users give to this run, by precedence. */
interface GivenAnswers {
  readonly flagsAndFile: readonly AnswerSource[];
  readonly environment: AnswerSource;
}

function givenAnswers({ values, answers }: Request, { folder, environment }: Context): GivenAnswers {
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
interface CurrentFolder {
  readonly files: ProjectFiles;
  readonly stored: StoredAnswers | undefined;
  readonly pyproject: PyprojectAnswers | undefined;
}

async function readCurrent(files: ProjectFiles | undefined): Promise<CurrentFolder | undefined> {
  if (!files) return undefined;
  const stored = readStoredAnswers(files);
  // A new project does not need the parser of TOML.
  const pyproject =
    stored && (await import('../load/pyproject-source.ts')).readPyprojectAnswers(files, storedFramework(stored.values));
  return { files, stored, pyproject };
}

/** Gathers the answers from all sources, and asks for the others. */
async function decide(
  current: CurrentFolder | undefined,
  { flagsAndFile, environment }: GivenAnswers,
  warnings: string[],
  request: Request,
  context: Context,
  { ask, choose }: Prompter,
): Promise<GatheredAnswers> {
  const { files, stored, pyproject } = current ?? {};
  const sources = [...flagsAndFile, pyproject?.source, stored, environment].filter(source => source !== undefined);
  const takeDefaults = request.on.has('yes');
  let listed: ListedPackages | undefined;
  const morePackages = async (target: Pick<Answers, 'python' | 'packagesFrom'>): Promise<readonly string[]> => {
    const asked = takeDefaults ? undefined : choose;
    listed = await readListedPackages(request.requirements, target, context, asked, warnings);
    return listed.runtime;
  };
  const gathered = await gatherAnswers(
    sources,
    {
      ...(ask && !takeDefaults ? { ask } : {}),
      defaults: takeDefaults,
      pin: nixpkgs => pinFor(nixpkgs, files, stored, context),
      ...(request.requirements.length > 0 ? { morePackages } : {}),
    },
    { today: context.today, folder: basename(files?.folder ?? context.folder) },
  );
  return {
    ...gathered,
    ...developmentOf(pyproject, listed, gathered.answers),
    services: stored?.services ?? [],
    place: (files ?? projectFiles(join(context.folder, gathered.answers.name))).place,
  };
}

/** The dev group, unless it is that of every new project: what the project has, and what the files of `--requirements` list. */
function developmentOf(
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

/** Reads the files of `--requirements` for a version of Python and a source of packages. */
async function readListedPackages(
  files: readonly string[],
  target: Pick<Answers, 'python' | 'packagesFrom'>,
  { folder }: Context,
  choose: Prompter['choose'],
  warnings: string[],
): Promise<ListedPackages> {
  const { readRequirementsFiles } = await import('../load/requirements.ts');
  const { placeTestTools } = await import('./place-test-tools.ts');
  return placeTestTools(await readRequirementsFiles(files, target, folder, warnings), choose, warnings);
}

/** Checks the answers, and adjusts packages that the pinned nixpkgs does not have as required. */
async function check(
  decided: GatheredAnswers,
  current: CurrentFolder | undefined,
  request: Request,
  context: Context,
  prompter: Prompter,
): Promise<Checked & Pick<Decided, 'adjustments'>> {
  const checked = await checkWithNix(decided, context, { overrides: current?.files.pathIfExists('nix/overrides.nix') });
  // The list of an existing project is its users' own: what is wrong with it is a warning, and it is left alone.
  if (checked.faults.length === 0 || current?.pyproject) return { ...checked, adjustments: [] };
  const { applyPolicy } = await import('./package-policy.ts');
  const runtime = new Set(decided.answers.packages.map(nameIn));
  const base = basePackages(decided.answers.framework).development;
  const development = (decided.development ?? []).filter(text => !base.includes(text) && !runtime.has(nameIn(text)));
  const settled = await applyPolicy(
    [...decided.answers.packages, ...development],
    checked.faults,
    request,
    context,
    prompter,
  );
  if (settled === 'pypi') {
    const answers = { ...decided.answers, packagesFrom: settled };
    return { ...(await checkWithNix({ ...decided, answers }, context)), adjustments: [] };
  }
  const { packages, adjustments } = settled;
  return {
    ...checked.recheck(
      packages.filter(text => runtime.has(nameIn(text))),
      decided.development && [
        ...decided.development.filter(text => !development.includes(text)),
        ...packages.filter(text => !runtime.has(nameIn(text))),
      ],
    ),
    adjustments,
  };
}

/** Renders a project, and compares it with what its folder holds. */
async function planProject(project: Project, files: ProjectFiles): Promise<Plan> {
  const rendered = render(project, version());
  const found = await files.existing([...rendered.keys(), recordPath]);
  const record = packRecord(renderWithoutPackages(project, version()), found.get(recordPath));
  return plan(new Map([...rendered, [recordPath, record]]), found).map(step => {
    const { path, before, after } = step;
    if (before === undefined || after === undefined) return step;
    // The record is this generator's alone; of .yo-rc.json, which all generators share, only its own key is written.
    if (path === recordPath) return { ...step, action: after === before ? 'identical' : 'update' };
    if (path !== answersFile) return step;
    const merged = mergeStoredAnswers(before, after);
    return { ...step, after: merged, action: merged === before ? 'identical' : 'merge' };
  });
}

async function addToGit(folder: string, paths: readonly string[], context: Context): Promise<void> {
  const { initRepository } = await import('./git-init.ts');
  await initRepository(folder, paths, context);
}
