import { badRequest, ExitCode } from '../errors/failure.ts';
import { describeLockChanges } from '../lock/lock-changes.ts';
import { type ExistingProject, findProject, isLocked, recoverAround } from '../load/find-project.ts';
import { join, relative } from 'node:path';
import type { Context } from '../load/context.ts';
import { normaliseName } from '../packaging/requirement.ts';
import { parsePyproject, type PyprojectDocument } from '../pyproject/pyproject.ts';
import { changes as changed, describeWritten } from '../terminal/output.ts';
import { shellQuote } from '../text/shell-quote.ts';
import { listedSteps, printResult } from './json-output.ts';
import { printEnding } from './ending.ts';
import { testEverything } from './next-steps.ts';
import { planLock } from './plan-lock.ts';
import { type Request, showsAll } from './request.ts';
import { writePlan } from './write-plan.ts';

/** `lock`: resolves the packages of the project that the current folder is in, and writes its lock files. */
export async function runLock(request: Request, context: Context): Promise<ExitCode> {
  const { on, positionals } = request;
  const upgrade = upgradesIn(request);
  if (!on.has('dry-run')) await recoverAround(context.folder);
  const project = findProject(context.folder);
  refuseNixpkgs(project);
  const document = await readDocument(project, context);
  const { plan, changes, locked, ...planned } = await planLock(project, document, { upgrade }, context);
  const warnings = [...planned.warnings];
  const unknown = positionals.map(normaliseName).filter(name => !locked.has(name));
  if (unknown.length > 0) warnings.push(`Not in the lock: ${unknown.join(', ')}.`);
  const { folder } = project;
  const steps = await writePlan({ target: folder, plan, warnings }, request, context);
  printResult(request, context, {
    text: describeLockChanges(changes) + describeWritten(changed(steps), context.stdout, showsAll(request)),
    json: { target: folder, written: !on.has('dry-run'), changes, warnings, steps: listedSteps(steps) },
  });
  await printEnding({ target: folder, plan: steps, warnings, next: [testEverything] }, request, context);
  return ExitCode.done;
}

/** @throws Failure (exit code 2) for names without `--upgrade` */
function upgradesIn({ on, positionals }: Request): true | ReadonlySet<string> {
  if (!on.has('upgrade')) {
    if (positionals.length === 0) return new Set();
    throw badRequest(
      '`lock` takes names only with --upgrade.',
      `To upgrade them: nix-python-container lock --upgrade ${positionals.map(shellQuote).join(' ')}`,
    );
  }
  return positionals.length === 0 ? true : new Set(positionals.map(normaliseName));
}

/** @throws Failure (exit code 2) for a project whose packages come from nixpkgs */
function refuseNixpkgs(project: ExistingProject): void {
  if (isLocked(project)) return;
  throw badRequest(
    'The packages of this project come from nixpkgs: its versions are locked by flake.lock.',
    'To take them from PyPI: nix-python-container update --packages-from pypi',
  );
}

/**
 * The pyproject.toml of a project.
 * @throws Failure (exit code 2) if it is missing or invalid
 */
export async function readDocument(
  { folder, files }: ExistingProject,
  { folder: here }: Context,
): Promise<PyprojectDocument> {
  const file = relative(here, join(folder, 'pyproject.toml'));
  const text = (await files.existing(['pyproject.toml'])).get('pyproject.toml');
  if (text === undefined) throw badRequest(`${file} is missing.`, 'Create it again: nix-python-container new .');
  return parsePyproject(text, file);
}
