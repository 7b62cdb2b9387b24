import { join } from 'node:path';
import { recover } from '../disk/commit.ts';
import { survey } from '../disk/survey.ts';
import type { Source } from '../project/answers.ts';
import { badRequest, ExitCode } from '../project/failure.ts';
import { moduleOf } from '../project/name.ts';
import { parseProviders, type Provider, providers } from '../project/pipelines.ts';
import { type Found, plan, type Rendered, type Step } from '../project/plan.ts';
import { type Answers, questions } from '../project/questions.ts';
import { packRecord, readRecord, recordPath } from '../project/record.ts';
import { renderPipelines } from '../project/render.ts';
import { storageKey } from '../project/stored.ts';
import { describePlan } from '../terminal/screen.ts';
import { findProject } from './existing.ts';
import type { Request } from './flags.ts';
import { document } from './outcome.ts';
import { readText } from './sources.ts';
import { type Person, personIn, type World } from './world.ts';
import { write } from './write.ts';

const answersFile = '.yo-rc.json';

/** `ci`: adds pipelines to the project that the current folder is in, and touches none of its other files. */
export async function runCi(request: Request, world: World): Promise<ExitCode> {
  const { folder: target, stored } = findProject(world.folder);
  if (!request.on.has('dry-run')) await recover(target);
  const person = await personIn(world, request.on.has('json'));
  const text = readText(join(target, answersFile));
  const answer = answersIn(stored, world);
  const added = await wanted(request, world, person);
  const ci = parseProviders([...answer('ci'), ...added], 'ci');
  const name = answer('name');
  const rendered = renderPipelines(added, {
    ...{ name, module: moduleOf(name) },
    ...{ bazel: answer('bazel'), remoteCache: answer('remoteCache') },
  });
  const found = await survey(target, [...rendered.keys(), answersFile, recordPath]);
  const steps = [...plan(rendered, found), ...recording(rendered, found, target), storing(text, ci)];
  const done = await write({ target, plan: steps, warnings: [] }, request, world, person);
  if (request.on.has('json')) {
    const shown = done.map(({ action, path }) => ({ action, path }));
    world.out.write(document({ target, written: !request.on.has('dry-run'), answers: { ci }, steps: shown }));
  } else {
    world.out.write(describePlan(done, world.out));
  }
  return ExitCode.done;
}

/** Reads and checks single answers of an earlier run. */
function answersIn({ place, values }: Source, { today }: World) {
  return <Name extends 'name' | 'bazel' | 'remoteCache' | 'ci'>(name: Name): Answers[Name] => {
    const value = values[name];
    const isList = name === 'ci';
    if (isList ? !isTexts(value) : typeof value !== 'string') {
      throw badRequest(`${place(name)} is missing, or no ${isList ? 'list' : 'text'}.`, `Mend the file.`);
    }
    const parse = questions[name].parse as (value: unknown, context: object, where: string) => Answers[Name];
    return parse(value, { today, folder: '', answers: {} }, place(name));
  };
}

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(item => typeof item === 'string');

/** The providers that were named, or that a person chooses. */
async function wanted({ positionals }: Request, { today }: World, { ask }: Person): Promise<Provider[]> {
  const asking = positionals.length === 0 && ask;
  const named = asking ? await ask(questions.ci, { today, folder: '', answers: {} }) : positionals;
  const added = parseProviders(named, 'ci');
  if (added.length > 0) return added;
  const known = Object.keys(providers);
  throw badRequest('ci needs a provider.', `Name ${known.join(' or ')}, as in: nix-python-container ci ${known[0]}`);
}

/** The step that remembers what was generated, where that is done. */
function recording(rendered: Rendered, found: Found, target: string): Step[] {
  const before = found.get(recordPath);
  if (before === undefined) return [];
  const after = packRecord(new Map([...readRecord(before, join(target, recordPath)), ...rendered]), before);
  return [{ path: recordPath, action: after === before ? 'identical' : 'update', before, after }];
}

/** The step that stores the providers beside the other answers; what else the file holds stays. */
function storing(before: string, ci: readonly Provider[]): Step {
  const value = JSON.parse(before) as Record<string, { answers: object }>;
  const ours = value[storageKey] as { answers: object };
  ours.answers = { ...ours.answers, ci };
  const after = `${JSON.stringify(value, undefined, 2)}\n`;
  return { path: answersFile, action: before === after ? 'identical' : 'update', before, after };
}
