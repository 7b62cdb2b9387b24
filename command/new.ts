import { basename, join, resolve } from 'node:path';
import { recover } from '../disk/commit.ts';
import { survey } from '../disk/survey.ts';
import { gather, type Source } from '../project/answers.ts';
import { ExitCode } from '../project/failure.ts';
import { type Plan, plan } from '../project/plan.ts';
import { besideBase, checkProject, type Project } from '../project/project.ts';
import type { Answers } from '../project/questions.ts';
import { render } from '../project/render.ts';
import { nameIn } from '../project/requirement.ts';
import { buildIn } from './build.ts';
import { storedIn } from './existing.ts';
import type { Request } from './flags.ts';
import { listedIn } from './listed.ts';
import { holdingsFor } from './holdings.ts';
import { tell } from './outcome.ts';
import { pinFor } from './pin.ts';
import { makeRepository } from './repository.ts';
import { carryOver } from './requirements.ts';
import { fromEnvironment, fromFile, fromFlags, readIfThere } from './sources.ts';
import { version } from './version.ts';
import { type Person, personIn, type World } from './world.ts';
import { write } from './write.ts';

/** `new`: writes a project, and builds it if asked. */
export async function runNew(request: Request, world: World): Promise<ExitCode> {
  const person = await personIn(world, request.on.has('json'));
  const prepared = await prepare(request, world, person);
  const plan = await write(prepared, request, world, person);
  if (!request.on.has('dry-run')) {
    if (prepared.answers.git) await makeRepository(prepared.target, world.screen);
    const built = request.on.has('build') ? await buildIn(prepared.target, prepared.project.name, world) : undefined;
    tell(prepared, plan, request, world, built);
  } else {
    tell(prepared, plan, request, world);
  }
  return ExitCode.done;
}

/** A project that is ready to be written. */
export interface Prepared {
  readonly target: string;
  readonly project: Project;
  readonly answers: Answers;
  readonly plan: Plan;
  readonly warnings: readonly string[];
}

/**
 * `new`, up to the disk: gathers the answers, renders, and compares with what is there.
 * @throws Failure (exit code 2 for a request that makes no sense, 1 for a network or a disk that fails)
 */
async function prepare(request: Request, world: World, { ask }: Person): Promise<Prepared> {
  const here = resolve(world.folder, request.positionals[0] ?? '.');
  // A dry run touches nothing, not even what a killed run has left behind.
  if (!request.on.has('dry-run')) await recover(here);
  const stored = storedIn(here);
  const text = stored && readIfThere(join(here, 'pyproject.toml'));
  const listed = text === undefined ? undefined : listedIn(text, join(here, 'pyproject.toml'));
  const sources: Source[] = [
    fromFlags(request.values),
    ...(request.answers ? [fromFile(resolve(world.folder, request.answers))] : []),
    ...(listed ? [listed.source] : []),
    ...(stored ? [stored] : []),
    fromEnvironment(world.environment),
  ];
  const found: string[] = [];
  const gathered = await gather(
    sources,
    {
      ...(ask && !request.on.has('yes') ? { ask } : {}),
      defaults: request.on.has('yes'),
      pin: nixpkgs => pinFor(nixpkgs, here, sources, world),
      ...(request.requirements
        ? { morePackages: python => carryOver(request.requirements as string, python, world.folder, found) }
        : {}),
    },
    { today: world.today, folder: basename(here) },
  );
  const decided = listed ? { ...gathered, development: listed.development } : gathered;
  // First without Nix, which may take seconds: what makes no sense is refused at once.
  checkProject(decided, world.today);
  const { python, packages } = decided.answers;
  const names = [...new Set([...packages, ...besideBase(listed?.development ?? [], 'development')].map(nameIn))];
  const holdings = await holdingsFor(names, { pin: decided.pin, python }, world, found);
  const { project, warnings } = checkProject(decided, world.today, holdings);

  const inPlace = request.positionals.length > 0 || stored !== undefined;
  const target = inPlace ? here : join(here, project.name);
  const rendered = render(project, version());
  return {
    target,
    project,
    answers: decided.answers,
    plan: plan(rendered, await survey(target, rendered.keys())),
    warnings: [...found, ...warnings],
  };
}
