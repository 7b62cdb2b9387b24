import { splitByteOrderMark } from '../text/byte-order-mark.ts';
import { join } from 'node:path';
import { readExisting } from '../fs/read-existing.ts';
import { parseAnswer } from '../model/answers.ts';
import { badRequest, ExitCode } from '../errors/failure.ts';
import { moduleOf } from '../model/name.ts';
import { parseProviders, type Provider, providers } from '../model/ci-providers.ts';
import { plan, type Step } from '../plan/plan.ts';
import { withRecord } from '../plan/plan-merge.ts';
import { type Answers, pickAnswers, questions } from '../model/questions.ts';
import { readRecord, recordPath } from '../plan/record.ts';
import { renderPipelines } from '../render/render.ts';
import { pipelineAnswers } from '../render/view.ts';
import { parseServices } from '../model/services.ts';
import { storageKey } from '../model/stored-answers.ts';
import { describePlan } from '../terminal/output.ts';
import { findProject, recoverAround } from '../load/find-project.ts';
import type { Request } from './request.ts';
import { listedSteps, jsonDocument } from './json-output.ts';
import { type Prompter, prompterFor, type Context } from '../load/context.ts';
import { write } from './write-plan.ts';

const answersFile = '.yo-rc.json';

/** `ci`: adds pipelines to the project that the current folder is in, and touches none of its other files. */
export async function runCi(request: Request, context: Context): Promise<ExitCode> {
  if (!request.on.has('dry-run')) await recoverAround(context.folder);
  const { folder: target, stored } = findProject(context.folder);
  const prompter = await prompterFor(context, request.on.has('json'));
  const stage = { today: context.today, folder: '', answers: {} };
  const answer = <Name extends keyof Answers>(name: Name): Answers[Name] =>
    parseAnswer<Answers[Name]>(questions[name], stored.values[name], stage, stored.place(name));
  const added = await wanted(request, context, prompter);
  const ci = parseProviders([...answer('ci'), ...added], 'ci');
  const answers = pickAnswers(pipelineAnswers, answer);
  const { name } = answers;
  const rendered = renderPipelines(added, {
    ...answers,
    module: moduleOf(name),
    services: parseServices(stored.services, name, `${answersFile}: services`),
  });
  const found = await readExisting(target, [...rendered.keys(), answersFile, recordPath]);
  const recorded = found.get(recordPath);
  const steps = [...plan(rendered, found), storing(found.get(answersFile) ?? '', ci)];
  const record = recorded === undefined ? undefined : readRecord(recorded, join(target, recordPath));
  const planned = record ? withRecord(steps, new Map([...record, ...rendered]), recorded) : steps;
  const done = await write({ target, plan: planned, warnings: [] }, request, context, prompter);
  if (request.on.has('json')) {
    const shown = listedSteps(done);
    context.stdout.write(jsonDocument({ target, written: !request.on.has('dry-run'), answers: { ci }, steps: shown }));
  } else {
    context.stdout.write(describePlan(done, context.stdout));
  }
  return ExitCode.done;
}

/** The providers that were named, or that a person chooses. */
async function wanted({ positionals }: Request, { today }: Context, { ask }: Prompter): Promise<Provider[]> {
  const asking = positionals.length === 0 && ask;
  const named = asking ? await ask(questions.ci, { today, folder: '', answers: {} }) : positionals;
  const added = parseProviders(named, 'ci');
  if (added.length > 0) return added;
  const known = Object.keys(providers);
  throw badRequest('ci needs a provider.', `Name ${known.join(' or ')}, as in: nix-python-container ci ${known[0]}`);
}

/** The step that stores the providers beside the other answers; what else the file holds stays. */
function storing(before: string, ci: readonly Provider[]): Step {
  const [mark, text] = splitByteOrderMark(before);
  const value = JSON.parse(text) as Record<string, { answers: object }>;
  const ours = value[storageKey] as { answers: object };
  ours.answers = { ...ours.answers, ci };
  const after = `${mark}${JSON.stringify(value, undefined, 2)}\n`;
  return { path: answersFile, action: before === after ? 'identical' : 'update', before, after };
}
