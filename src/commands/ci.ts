import { join } from 'node:path';
import { parseAnswer } from '../model/answers.ts';
import { badRequest, ExitCode } from '../errors/failure.ts';
import { moduleOf } from '../model/name.ts';
import { checkPlace, parseProviders, pipelinesAbove, type Provider, providerNames } from '../model/ci-providers.ts';
import { type Plan, plan, type Step } from '../plan/plan.ts';
import { withRecord } from '../plan/plan-merge.ts';
import { type Answers, back, pickAnswers, questions } from '../model/questions.ts';
import { readRecord, recordPath } from '../plan/record.ts';
import { type Rendered, renderPipelines } from '../render/render.ts';
import { pipelineAnswers } from '../render/view.ts';
import { parseProcesses } from '../model/processes.ts';
import { parseServices } from '../model/services.ts';
import { withProviders } from '../model/stored-answers.ts';
import { prose } from '../terminal/messages.ts';
import { changes, describeWritten } from '../terminal/output.ts';
import { answersFile, type ExistingProject, findProject, recoverAround } from '../load/find-project.ts';
import { printEnding } from './ending.ts';
import { type Request, showsAll } from './request.ts';
import { listedSteps, printResult } from './json-output.ts';
import { type Prompter, prompterFor, type Context } from '../load/context.ts';
import { includeWarnings, planIncluding } from './pipeline-includes.ts';
import { writePlan } from './write-plan.ts';

/** `ci`: adds pipelines to the project that the current folder is in, and touches none of its other files. */
export async function runCi(request: Request, context: Context): Promise<ExitCode> {
  const dryRun = request.on.has('dry-run');
  if (!dryRun) await recoverAround(context.folder);
  const project = findProject(context.folder);
  const prompter = await prompterFor(context, request.on.has('json'));
  const answer = answersOf(project, context);
  const added = await requestedProviders(request, context, prompter);
  const ci = parseProviders([...answer('ci'), ...added], 'ci');
  const { files } = project;
  checkPlace(files.place);
  const view = pipelineProject(project, answer);
  const planned = [...planIncluding(added, view, files), ...(await planCi(renderPipelines(added, view), ci, project))];
  const warnings = includeWarnings(added, files);

  const { folder: target } = project;
  const steps = await writePlan({ target, plan: planned, warnings }, request, context, prompter);
  printResult(request, context, {
    text: describeWritten(steps, context.stdout, showsAll(request)),
    json: { target, written: !dryRun, answers: { ci }, warnings, steps: listedSteps(steps) },
  });
  await printEnding({ target, plan: steps, warnings, next: [] }, request, context);
  if (!dryRun && !request.on.has('json') && changes(steps).length > 0) {
    context.stderr.write(`${prose('Commit and push these files to run the pipelines.', context.stderr)}\n`);
  }
  return ExitCode.done;
}

type Answer = <Name extends keyof Answers>(name: Name) => Answers[Name];

/** The stored answers, each checked when it is asked for. */
function answersOf({ stored }: ExistingProject, { today }: Context): Answer {
  const stage = { today, folder: '', answers: {} };
  return <Name extends keyof Answers>(name: Name) =>
    parseAnswer<Answers[Name]>(questions[name], stored.values[name], stage, stored.place(name));
}

/** The providers that were named, or chosen at a prompt. */
async function requestedProviders(
  { positionals }: Request,
  { today }: Context,
  { ask }: Prompter,
): Promise<Provider[]> {
  const asking = positionals.length === 0 && ask;
  const named = asking
    ? await ask(questions.ci, { today, folder: '', answers: {} }, { canGoBack: false })
    : positionals;
  const added = named === back ? [] : parseProviders(named, 'ci');
  if (added.length > 0) return added;
  throw badRequest(
    '`ci` needs a provider.',
    `Name ${providerNames.join(' or ')}, for example: nix-python-container ci ${providerNames[0]}`,
  );
}

/** What pipelines need to know of the project. */
function pipelineProject({ stored, files }: ExistingProject, answer: Answer): Parameters<typeof renderPipelines>[1] {
  const answers = pickAnswers(pipelineAnswers, answer);
  const { name } = answers;
  const services = parseServices(stored.services, name, `${answersFile}: services`);
  const processes = parseProcesses(stored.processes, name, services, `${answersFile}: processes`);
  return { ...answers, module: moduleOf(name), services, processes, place: files.place };
}

/** Plans the pipelines, the stored answer, and the record if the project has one. */
async function planCi(rendered: Rendered, ci: readonly Provider[], { folder, files }: ExistingProject): Promise<Plan> {
  const found = await files.existing([...rendered.keys(), answersFile, recordPath]);
  const recorded = found.get(recordPath);
  const steps = [...plan(rendered, found), storeProviders(found.get(answersFile) ?? '', ci)];
  if (recorded === undefined) return steps;
  const record = readRecord(recorded, join(folder, recordPath), pipelinesAbove(files.place));
  return withRecord(steps, new Map([...record, ...rendered]), recorded);
}

/** The step that stores the providers beside the other answers; whatever else the file holds stays. */
function storeProviders(before: string, ci: readonly Provider[]): Step {
  const after = withProviders(before, ci);
  return { path: answersFile, action: before === after ? 'identical' : 'update', before, after };
}
