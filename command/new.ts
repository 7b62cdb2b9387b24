import { readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { findRelease, pinOf } from '../catalog/releases.ts';
import { commit, recover } from '../disk/commit.ts';
import { unifiedDiff } from '../disk/diff.ts';
import { survey } from '../disk/survey.ts';
import { type Completion, gather, type Source } from '../project/answers.ts';
import { badRequest, failed } from '../project/failure.ts';
import { type Pin, type PinRequest, parsePinRequest } from '../project/pin.ts';
import { type Plan, plan, type Step } from '../project/plan.ts';
import { checkProject, type Project } from '../project/project.ts';
import type { Answers } from '../project/questions.ts';
import { render } from '../project/render.ts';
import { formatRequirement } from '../project/requirement.ts';
import { readRequirements } from '../project/requirements-file.ts';
import { fromStored, pinOfLock } from '../project/stored.ts';
import { progressOn } from '../terminal/progress.ts';
import { changes, paintDiff, type Screen } from '../terminal/screen.ts';
import type { Request } from './flags.ts';
import { makeRepository } from './repository.ts';
import { fromEnvironment, fromFile, fromFlags, reason } from './sources.ts';
import { version } from './version.ts';

/** What a run finds around it. */
export interface Surroundings {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly today: Date;
  readonly screen: Screen;
  readonly signal: AbortSignal;
  /** How to ask a person; undefined where there is none. */
  readonly ask?: Completion['ask'];
  /** Asks what to do with a file that was changed; undefined where nobody can be asked. */
  readonly settle?: (step: Step) => Promise<'keep' | 'overwrite' | 'overwrite all' | 'stop'>;
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
export async function prepare(request: Request, around: Surroundings): Promise<Prepared> {
  if (request.positionals.length > 1) {
    throw badRequest(
      `One folder at most, not ${request.positionals.join(' and ')}.`,
      'Quote a path with blanks; all commands: nix-python-container --help',
    );
  }
  const here = resolve(around.folder, request.positionals[0] ?? '.');
  await recover(here);
  const stored = read(join(here, '.yo-rc.json'));
  const sources: Source[] = [
    fromFlags(request.values),
    ...(request.answers ? [fromFile(resolve(around.folder, request.answers))] : []),
    ...(stored ? [fromStored(stored, join(here, '.yo-rc.json'))].filter(source => source !== undefined) : []),
    fromEnvironment(around.environment),
  ];
  const found: string[] = [];
  const { answers, pin } = await gather(
    sources,
    {
      ...(around.ask && !request.on.has('yes') ? { ask: around.ask } : {}),
      defaults: request.on.has('yes'),
      pin: nixpkgs => pinFor(nixpkgs, here, sources, around),
      ...(request.requirements
        ? { morePackages: python => carryOver(request.requirements as string, python, around, found) }
        : {}),
    },
    { today: around.today, folder: basename(here) },
  );
  const { project, warnings } = checkProject({ answers, pin }, around.today);

  const inPlace = request.positionals.length > 0 || stored !== undefined;
  const target = inPlace ? here : join(here, project.name);
  const rendered = render(project, version());
  return {
    target,
    project,
    answers,
    plan: plan(rendered, await survey(target, rendered.keys())),
    warnings: [...found, ...warnings],
  };
}

/**
 * `new`, on the disk: shows the plan, settles what was changed by others, and writes everything or nothing.
 * @returns the steps that were carried out; with `--dry-run` those that would be
 */
export async function apply(
  { target, plan, answers, warnings }: Prepared,
  request: Request,
  around: Surroundings,
): Promise<Plan> {
  const { screen } = around;
  for (const warning of warnings) screen.write(`${screen.colors.yellow('warning:')} ${warning}\n`);
  const shown = request.on.has('diff') ? changes(plan) : [];
  for (const step of shown) screen.write(paintDiff(unifiedDiff(step), screen));
  if (request.on.has('dry-run')) return plan;

  const settled = await settle(plan, target, request, around);
  await commit(target, settled, { signal: around.signal });
  if (answers.git) await makeRepository(target, screen);
  return settled;
}

/** Turns conflicts into updates, or leaves the files alone: as `--force` or a person says. */
async function settle(plan: Plan, target: string, request: Request, { settle, screen }: Surroundings): Promise<Plan> {
  const conflicts = plan.filter(({ action }) => action === 'conflict');
  let all = request.on.has('force');
  if (conflicts.length > 0 && !all && (!settle || request.on.has('yes'))) {
    if (!request.on.has('diff')) for (const step of conflicts) screen.write(paintDiff(unifiedDiff(step), screen));
    const names = conflicts.map(({ path }) => path).join(', ');
    throw failed(
      `${names} in ${target}: not as this generator would write ${conflicts.length > 1 ? 'them' : 'it'}. Nothing was written.`,
      'Overwrite with --force, or move the changes away.',
    );
  }
  const settled: Step[] = [];
  for (const step of plan) {
    if (step.action !== 'conflict') {
      settled.push(step);
      continue;
    }
    let answer: Awaited<ReturnType<NonNullable<typeof settle>>> = 'overwrite';
    if (!all && settle) {
      screen.write(paintDiff(unifiedDiff(step), screen));
      answer = await settle(step);
    }
    if (answer === 'stop') throw failed('Stopped: nothing was written.', 'Run it again when the files are settled.');
    all ||= answer === 'overwrite all';
    if (answer !== 'keep') settled.push({ ...step, action: 'update' });
  }
  return settled;
}

/** The pin for an answer: the one in flake.lock if the answer is the stored one, else the catalog's, else looked up. */
async function pinFor(nixpkgs: string, target: string, sources: readonly Source[], around: Surroundings): Promise<Pin> {
  const stored = sources.find(source => source.place('nixpkgs').includes('.yo-rc.json'))?.values.nixpkgs;
  const lock = stored === nixpkgs ? read(join(target, 'flake.lock')) : undefined;
  const locked = lock && pinOfLock(lock);
  if (locked) return locked;
  const release = findRelease(nixpkgs);
  if (release) return pinOf(release);
  const { resolvePin } = await import('../pin/resolve.ts');
  const progress = progressOn(around.screen, `Downloading nixpkgs ${nixpkgs}`);
  try {
    // A release that the catalog lacks was refused when the answer was checked.
    const request = parsePinRequest(nixpkgs) as Exclude<PinRequest, { kind: 'release' }>;
    return await resolvePin(request, { onProgress: progress.tell, signal: around.signal });
  } finally {
    progress.done();
  }
}

/** The packages of a requirements file; what could not be carried over is added to `warnings`. */
function carryOver(file: string, python: string, { folder }: Surroundings, warnings: string[]): string[] {
  const path = relative(folder, resolve(folder, file)) || file;
  const { requirements, leftOut } = readRequirements(path, name => readOrRefuse(resolve(folder, name), name), {
    pythonVersion: python,
  });
  warnings.push(...leftOut.map(({ where, line, reason }) => `${where}: left out "${line}": ${reason}.`));
  return requirements.map(formatRequirement);
}

function readOrRefuse(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw badRequest(`The requirements file ${shown} cannot be read: ${reason(error)}.`, 'Check the path.', error);
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
