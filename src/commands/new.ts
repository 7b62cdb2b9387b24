import { basename, join, resolve } from 'node:path';
import { recover } from '../fs/commit.ts';
import { readExisting } from '../fs/read-existing.ts';
import { gatherAnswers, type AnswerSource } from '../model/answers.ts';
import { ExitCode } from '../errors/failure.ts';
import { type Plan, plan } from '../plan/plan.ts';
import { withoutBasePackages, checkProject } from '../model/project.ts';
import { packRecord, recordPath } from '../plan/record.ts';
import { render, renderWithoutPackages } from '../render/render.ts';
import { nameIn } from '../packaging/requirement.ts';
import { parseName } from '../model/name.ts';
import { mergeStoredAnswers } from '../model/stored-answers.ts';
import { describePlan } from '../terminal/output.ts';
import { buildIn } from './build.ts';
import { readStoredAnswers } from '../load/find-project.ts';
import type { Request } from './request.ts';
import { queryAvailability } from '../load/query-availability.ts';
import { type PreparedProject, reportResult } from './report.ts';
import { pinFor } from '../load/project-pin.ts';
import { fromEnvironment, fromFile, fromFlags } from '../load/answer-sources.ts';
import { version } from '../load/generator-version.ts';
import { type Prompter, prompterFor, type Context } from '../load/context.ts';
import { write } from './write-plan.ts';

/** `new`: writes a project, and builds it if asked. */
export async function runNew(request: Request, context: Context): Promise<ExitCode> {
  const prompter = await prompterFor(context, request.on.has('json'));
  const prepared = await prepare(request, context, prompter);
  const plan = await write(prepared, request, context, prompter);
  if (!request.on.has('dry-run')) {
    if (prepared.answers.git) {
      const paths = prepared.plan.map(({ path }) => path);
      const { initRepository } = await import('./git-init.ts');
      await initRepository(prepared.target, paths, context);
    }
    // Told before the build, as it holds whatever becomes of that.
    if (request.on.has('build') && !request.on.has('json')) context.stdout.write(describePlan(plan, context.stdout));
    const built = request.on.has('build') ? await buildIn(prepared.target, prepared.project.name, context) : undefined;
    reportResult(prepared, plan, request, context, built);
  } else {
    reportResult(prepared, plan, request, context);
  }
  return ExitCode.done;
}

/**
 * `new`, up to the disk: gathers the answers, renders, and compares with what is there.
 * @throws Failure (exit code 2 for a request that makes no sense, 1 for a network or a disk that fails)
 */
async function prepare(request: Request, context: Context, { ask }: Prompter): Promise<PreparedProject> {
  // A dry run touches nothing, not even what a killed run has left behind.
  if (!request.on.has('dry-run')) await recover(resolve(context.folder, request.positionals[0] ?? '.'));
  const ofUser = [
    fromFlags(request.values),
    ...(request.answers ? [fromFile(resolve(context.folder, request.answers))] : []),
  ];
  const environment = fromEnvironment(context.environment);
  const known = knownTarget(request, context.folder, [...ofUser, environment]);
  const stored = known === undefined ? undefined : readStoredAnswers(known);
  // What a new project needs none of is loaded where it is wanted.
  const listed =
    known !== undefined && stored
      ? (await import('../load/pyproject-source.ts')).readPyprojectAnswers(known)
      : undefined;
  const sources: AnswerSource[] = [
    ...ofUser,
    ...(listed ? [listed.source] : []),
    ...(stored ? [stored] : []),
    environment,
  ];
  const warnings: string[] = [];
  const { requirements } = request;
  const { readRequirementsFile } = requirements ? await import('../load/requirements.ts') : {};
  const gathered = await gatherAnswers(
    sources,
    {
      ...(ask && !request.on.has('yes') ? { ask } : {}),
      defaults: request.on.has('yes'),
      pin: nixpkgs => pinFor(nixpkgs, known, stored, context),
      ...(requirements && readRequirementsFile
        ? { morePackages: python => readRequirementsFile(requirements, python, context.folder, warnings) }
        : {}),
    },
    { today: context.today, folder: basename(known ?? context.folder) },
  );
  const decided = {
    ...gathered,
    ...(listed ? { development: listed.development } : {}),
    services: stored?.services ?? [],
  };
  // First without Nix, which may take seconds: what makes no sense is refused at once.
  checkProject(decided, context.today);
  const { python, packages } = decided.answers;
  const names = [
    ...new Set([...packages, ...withoutBasePackages(listed?.development ?? [], 'development')].map(nameIn)),
  ];
  const availability = await queryAvailability(names, { pin: decided.pin, python }, context, warnings);
  const { project, warnings: ofProject } = checkProject(decided, context.today, availability);

  const target = known ?? join(context.folder, project.name);
  if (!request.on.has('dry-run')) await recover(target);
  const rendered = render(project, version());
  const found = await readExisting(target, [...rendered.keys(), recordPath]);
  const record = packRecord(renderWithoutPackages(project, version()), found.get(recordPath));
  return {
    target,
    project,
    answers: decided.answers,
    plan: withOurs(plan(new Map([...rendered, [recordPath, record]]), found)),
    warnings: [...warnings, ...ofProject],
  };
}

/**
 * Where the project goes: the folder that is named, else this one if it holds a project, else one of the project's name;
 * undefined if that is still to be asked.
 */
function knownTarget({ positionals }: Request, folder: string, sources: readonly AnswerSource[]): string | undefined {
  if (positionals[0] !== undefined) return resolve(folder, positionals[0]);
  if (readStoredAnswers(folder)) return folder;
  const named = sources.find(({ values }) => typeof values.name === 'string');
  return named && join(folder, parseName(named.values.name as string, named.place('name')));
}

/** .yo-rc.json belongs to every generator that was here: only our key of it is written. The record is ours alone. */
const withOurs = (plan: Plan): Plan =>
  plan.map(step => {
    if (step.before === undefined || step.after === undefined) return step;
    if (step.path === recordPath) return { ...step, action: step.after === step.before ? 'identical' : 'update' };
    if (step.path !== '.yo-rc.json') return step;
    const after = mergeStoredAnswers(step.before, step.after);
    return { ...step, after, action: after === step.before ? 'identical' : 'merge' };
  });
