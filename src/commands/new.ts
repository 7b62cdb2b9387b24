import { basename, join, resolve } from 'node:path';
import type { Answers } from '../model/questions.ts';
import type { GatheredAnswers } from '../model/answers.ts';
import { gatherAnswers } from '../model/interview.ts';
import { ExitCode } from '../errors/failure.ts';
import { basePackages, type Checked, checkProject, type Project } from '../model/project.ts';
import { refuseWithoutCode } from '../model/entry.ts';
import { printFailure, printWarning } from '../terminal/messages.ts';
import { changes, describeWritten } from '../terminal/output.ts';
import { buildIn } from './build.ts';
import type { GitResult } from './git-init.ts';
import { recoverIn } from '../load/find-project.ts';
import { type CurrentFolder, currentFolder, type GivenAnswers, givenAnswers } from './current-folder.ts';
import { planNew } from './plan-new.ts';
import { refusePolicy, type Request, showsAll } from './request.ts';
import { refuseUnwritable } from '../fs/create-folder.ts';
import { enclosingWarnings } from '../load/enclosing-workspace.ts';
import { checkWithNix } from '../load/check-with-nix.ts';
import { chosen, type Decided, reportResult } from './report.ts';
import { pinFor } from '../load/project-pin.ts';
import type { ListedPackages } from '../load/requirements.ts';
import { developmentOf, readListedPackages } from './listed-packages.ts';
import { nameIn } from '../packaging/requirement.ts';
import { type Prompter, prompterFor, type Context } from '../load/context.ts';
import { projectFiles } from '../load/project-files.ts';
import { includeWarnings } from './pipeline-includes.ts';
import { writePlan } from './write-plan.ts';

/** `new`: writes a project, and builds it if asked to. */
export async function runNew(request: Request, context: Context): Promise<ExitCode> {
  const { on } = request;
  const prompter = await prompterFor(context, on.has('json'));

  if (!on.has('dry-run')) {
    const target = resolve(context.folder, request.positionals[0] ?? '.');
    await refuseUnwritable(target);
    await recoverIn(target);
  }
  const given = givenAnswers(request, context);
  const current = await currentFolder(given, request, context, prompter);
  const warnings: string[] = [];
  const decided = await decide(current, given, warnings, request, context, prompter);
  if (!current?.stored && !current?.adoption?.source) refuseWithoutCode(decided.answers);
  refusePolicy(decided.answers.packagesFrom, request);
  const { project, warnings: ofProject, adjustments } = await check(decided, current, request, context, prompter);

  if (project.packagesFrom === 'pypi') {
    const { resolverWarnings } = await import('./lock-new.ts');
    warnings.push(...resolverWarnings(project.pin, project.nixpkgs));
  }
  const files = current?.files ?? projectFiles(join(context.folder, project.name));
  if (!on.has('dry-run')) await recoverIn(files.folder);
  const { plan: planned, undo } = await planNew(project, files, !current?.stored, context);
  warnings.push(...includeWarnings(project.ci, files));
  if (!current?.stored) warnings.push(...enclosingWarnings(files.folder));
  const answers = { ...decided.answers, packages: project.packages, packagesFrom: project.packagesFrom };
  const prepared = {
    target: files.folder,
    project,
    answers,
    typed: typedName(request),
    adjustments,
    warnings: [...warnings, ...ofProject],
  };
  const written = await writePlan({ ...prepared, plan: planned }, request, context, prompter);
  if (on.has('dry-run')) {
    await reportResult(prepared, written, request, context);
    return ExitCode.done;
  }

  const locks = await lockFiles(project, files.folder, request, context);
  const git = decided.answers.git
    ? await addToGit(files.folder, [...planned.map(({ path }) => path), ...(locks ?? [])], context)
    : undefined;
  // Printed before the build, as it is done whatever the build comes to.
  if (on.has('build') && !on.has('json')) {
    context.stdout.write(describeWritten(changes(written), context.stdout, showsAll(request)));
    context.stderr.write(chosen(prepared, context.stderr));
  }
  const allWarnings = [...prepared.warnings, ...(git?.warnings ?? [])];
  const warn = (error: unknown): never => {
    for (const warning of allWarnings) printWarning(warning, context.stderr);
    throw error;
  };
  const built = on.has('build') ? await buildIn(files.folder, project.name, context).catch(warn) : undefined;
  const ending = { isLocked: locks !== undefined, undo, git: git?.done };
  await reportResult({ ...prepared, ...ending, warnings: allWarnings }, written, request, context, built);
  return ExitCode.done;
}

/** The name of the project as it was typed, in an option or as its folder. */
const typedName = ({ values, positionals: [folder = ''] }: Request): string =>
  typeof values.name === 'string' ? values.name : basename(folder);

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

/** Gathers the answers from all sources, and asks for the others. */
async function decide(
  current: CurrentFolder | undefined,
  { flagsAndFile, environment }: GivenAnswers,
  warnings: string[],
  request: Request,
  context: Context,
  { ask, choose, review, canRetry }: Prompter,
): Promise<GatheredAnswers> {
  const { files, stored, pyproject, adoption } = current ?? {};
  const { lists, adopted, source: found, app } = adoption ?? {};
  const sources = [app, ...flagsAndFile, found, pyproject?.source, stored, environment].filter(
    source => source !== undefined,
  );
  const takeDefaults = request.on.has('yes');
  let listed: ListedPackages | undefined;
  let listedFor = '';
  const morePackages = async (target: Pick<Answers, 'python' | 'packagesFrom'>): Promise<readonly string[]> => {
    const isSame = listedFor === `${target.python} ${target.packagesFrom}`;
    if (listed && isSame) return listed.runtime;
    listedFor = `${target.python} ${target.packagesFrom}`;
    const asked = takeDefaults ? undefined : choose;
    const surroundings = { currentFolder: context.folder, projectFolder: files?.folder ?? '', choose: asked, warnings };
    listed = await readListedPackages({ named: request.requirements, found: lists }, target, surroundings);
    return listed.runtime;
  };
  const gathered = await gatherAnswers(
    sources,
    {
      ...(ask && !takeDefaults
        ? {
            ask,
            review,
            ...(canRetry ? { tell: failure => printFailure(failure, context.stderr), check: checkProject } : {}),
          }
        : {}),
      defaults: takeDefaults,
      pin: nixpkgs => pinFor(nixpkgs, files, stored, context),
      ...(request.requirements.length > 0 || found ? { morePackages } : {}),
    },
    {
      today: context.today,
      folder: basename(files?.folder ?? context.folder),
      hasCode: found !== undefined || Boolean(stored?.values.app),
      storedName: stored?.values.name,
      requiresPython: adoption?.requiresPython,
    },
  );
  return {
    ...gathered,
    ...developmentOf(pyproject, listed, gathered.answers),
    services: stored?.services ?? [],
    processes: stored?.processes ?? {},
    place: (files ?? projectFiles(join(context.folder, gathered.answers.name))).place,
    adopted: adopted ?? stored?.adopted,
  };
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

async function addToGit(folder: string, paths: readonly string[], context: Context): Promise<GitResult> {
  const { initRepository } = await import('./git-init.ts');
  return initRepository(folder, paths, context);
}
