import { basename, join, resolve } from 'node:path';
import type { Built } from '../bazel/build.ts';
import { ExitCode } from '../errors/failure.ts';
import { recover } from '../fs/commit.ts';
import { readExisting } from '../fs/read-existing.ts';
import { fromEnvironment, fromFile, fromFlags } from '../load/answer-sources.ts';
import { type Context, type Prompter, prompterFor } from '../load/context.ts';
import { readStoredAnswers } from '../load/find-project.ts';
import { version } from '../load/generator-version.ts';
import { pinFor } from '../load/project-pin.ts';
import type { PyprojectAnswers } from '../load/pyproject-source.ts';
import { queryAvailability } from '../load/query-availability.ts';
import { type AnswerSource, gatherAnswers, type GatheredAnswers, type GatherOptions } from '../model/answers.ts';
import { parseName } from '../model/name.ts';
import { type Checked, checkProject, type Project, withoutBasePackages } from '../model/project.ts';
import { mergeStoredAnswers, type StoredAnswers } from '../model/stored-answers.ts';
import { nameIn } from '../packaging/requirement.ts';
import { type Plan, plan } from '../plan/plan.ts';
import { packRecord, recordPath } from '../plan/record.ts';
import { render, renderWithoutPackages } from '../render/render.ts';
import { describePlan } from '../terminal/output.ts';
import { buildIn } from './build.ts';
import { type PreparedProject, reportResult } from './report.ts';
import type { Request } from './request.ts';
import { write } from './write-plan.ts';

/** `new`: writes a project, and builds it if asked. */
export async function runNew(request: Request, context: Context): Promise<ExitCode> {
  const dryRun = request.on.has('dry-run');
  const prompter = await prompterFor(context, request.on.has('json'));
  const prepared = await prepare(request, context, prompter);
  const plan = await write(prepared, request, context, prompter);
  if (prepared.answers.git && !dryRun) await addToGit(prepared, context);
  const built = request.on.has('build') && !dryRun ? await build(prepared, plan, request, context) : undefined;
  reportResult(prepared, plan, request, context, built);
  return ExitCode.done;
}

async function addToGit({ target, plan }: PreparedProject, context: Context): Promise<void> {
  const { initRepository } = await import('./git-init.ts');
  await initRepository(
    target,
    plan.map(({ path }) => path),
    context,
  );
}

async function build(
  { target, project }: PreparedProject,
  plan: Plan,
  { on }: Request,
  context: Context,
): Promise<Built> {
  // Before the build, as it holds whatever becomes of that.
  if (!on.has('json')) context.stdout.write(describePlan(plan, context.stdout));
  return buildIn(target, project.name, context);
}

/**
 * `new`, up to the disk: gathers the answers, checks them, renders, and compares with what exists.
 * @throws Failure (exit code 2 for invalid usage, 1 for a network or a disk that fails)
 */
async function prepare(request: Request, context: Context, prompter: Prompter): Promise<PreparedProject> {
  const dryRun = request.on.has('dry-run');
  // A dry run changes nothing, not even what an interrupted run has left behind.
  if (!dryRun) await recover(resolve(context.folder, request.positionals[0] ?? '.'));
  const found = await findSources(request, context);
  const { gathered, warnings } = await gather(found, request, context, prompter);
  const { project, warnings: more } = await check(gathered, context, warnings);
  const target = found.target ?? join(context.folder, project.name);
  if (!dryRun) await recover(target);
  const plan = await planProject(project, target);
  return { target, project, answers: gathered.answers, plan, warnings: [...warnings, ...more] };
}

/** Where answers come from. */
interface Sources {
  /** Where the project goes; undefined if that depends on an answer. */
  readonly target: string | undefined;
  readonly stored: StoredAnswers | undefined;
  /** What the pyproject.toml of an existing project lists. */
  readonly listed: PyprojectAnswers | undefined;
  /** The strongest first. */
  readonly sources: readonly AnswerSource[];
}

async function findSources(request: Request, context: Context): Promise<Sources> {
  const fromUser = [
    fromFlags(request.values),
    ...(request.answers ? [fromFile(resolve(context.folder, request.answers))] : []),
  ];
  const environment = fromEnvironment(context.environment);
  const target = knownTarget(request, context.folder, [...fromUser, environment]);
  const stored = target === undefined ? undefined : readStoredAnswers(target);
  let listed: PyprojectAnswers | undefined;
  if (target !== undefined && stored) {
    // A new project has no need of a TOML parser.
    const { readPyprojectAnswers } = await import('../load/pyproject-source.ts');
    listed = readPyprojectAnswers(target);
  }
  const sources = [...fromUser, ...(listed ? [listed.source] : []), ...(stored ? [stored] : []), environment];
  return { target, stored, listed, sources };
}

async function gather(
  { target, stored, listed, sources }: Sources,
  { on, requirements }: Request,
  context: Context,
  { ask }: Prompter,
): Promise<{ gathered: GatheredAnswers; warnings: string[] }> {
  const warnings: string[] = [];
  let morePackages: GatherOptions['morePackages'];
  if (requirements !== undefined) {
    const { readRequirementsFile } = await import('../load/requirements.ts');
    morePackages = python => readRequirementsFile(requirements, python, context.folder, warnings);
  }
  const answered = await gatherAnswers(
    sources,
    {
      ...(ask && !on.has('yes') ? { ask } : {}),
      ...(morePackages ? { morePackages } : {}),
      defaults: on.has('yes'),
      pin: nixpkgs => pinFor(nixpkgs, target, stored, context),
    },
    { today: context.today, folder: basename(target ?? context.folder) },
  );
  const development = listed ? { development: listed.development } : {};
  return { gathered: { ...answered, ...development, services: stored?.services ?? [] }, warnings };
}

/** Checks the answers against the catalog, and against Nix where it can be asked. */
async function check(gathered: GatheredAnswers, context: Context, warnings: string[]): Promise<Checked> {
  // First without Nix, which may take seconds: what is invalid anyway is refused at once.
  checkProject(gathered, context.today);
  const { answers, pin, development = [] } = gathered;
  const names = [...answers.packages, ...withoutBasePackages(development, 'development')].map(nameIn);
  const asked = { pin, python: answers.python };
  const availability = await queryAvailability([...new Set(names)], asked, context, warnings);
  return checkProject(gathered, context.today, availability);
}

async function planProject(project: Project, target: string): Promise<Plan> {
  const rendered = render(project, version());
  const existing = await readExisting(target, [...rendered.keys(), recordPath]);
  const record = packRecord(renderWithoutPackages(project, version()), existing.get(recordPath));
  return mergeOurs(plan(new Map([...rendered, [recordPath, record]]), existing));
}

/**
 * Where the project goes: the folder that is named, else this one if it holds a project, else one of the project's name;
 * undefined if the name is still to be asked.
 */
function knownTarget({ positionals }: Request, folder: string, sources: readonly AnswerSource[]): string | undefined {
  if (positionals[0] !== undefined) return resolve(folder, positionals[0]);
  if (readStoredAnswers(folder)) return folder;
  const named = sources.find(({ values }) => typeof values.name === 'string');
  return named && join(folder, parseName(named.values.name as string, named.place('name')));
}

/** .yo-rc.json is shared by all generators: only our key of it is written. The record is ours alone. */
const mergeOurs = (plan: Plan): Plan =>
  plan.map(step => {
    if (step.before === undefined || step.after === undefined) return step;
    if (step.path === recordPath) return { ...step, action: step.after === step.before ? 'identical' : 'update' };
    if (step.path !== '.yo-rc.json') return step;
    const after = mergeStoredAnswers(step.before, step.after);
    return { ...step, after, action: after === step.before ? 'identical' : 'merge' };
  });
