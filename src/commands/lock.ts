import { badRequest, ExitCode } from '../errors/failure.ts';
import { describeLockChange, lockChanges, type LockChange } from '../lock/lock-changes.ts';
import { formatLock, type LockFile, lockKinds, lockPaths, parseLock } from '../lock/lock-file.ts';
import { type ExistingProject, findProject, recoverAround } from '../load/find-project.ts';
import { join, relative } from 'node:path';
import type { Context } from '../load/context.ts';
import { normaliseName } from '../packaging/requirement.ts';
import { type Plan, plan } from '../plan/plan.ts';
import { requirementsToLock } from '../pyproject/lock-inputs.ts';
import { parsePyproject, type PyprojectDocument } from '../pyproject/pyproject.ts';
import { describePlan } from '../terminal/output.ts';
import { visible } from '../text/visible.ts';
import { listedSteps, printResult } from './json-output.ts';
import { nextSteps, testEverything } from './next-steps.ts';
import type { Request } from './request.ts';
import { writePlan } from './write-plan.ts';

/** `lock`: resolves the packages of the project that the current folder is in, and writes its lock files. */
export async function runLock(request: Request, context: Context): Promise<ExitCode> {
  const { on, positionals } = request;
  const upgrade = upgradesIn(request);
  if (!on.has('dry-run')) await recoverAround(context.folder);
  const project = findProject(context.folder);
  refuseNixpkgs(project);
  const document = await readDocument(project, context);
  const { plan: planned, changes } = await planLock(project, document, { upgrade }, context);
  const { folder } = project;
  const steps = await writePlan({ target: folder, plan: planned, warnings: [] }, request, context);
  const unknown = positionals.map(normaliseName).filter(name => !changes.locked.has(name));
  if (unknown.length > 0) context.stderr.write(visible(`Not in the lock: ${unknown.join(', ')}\n`));
  printResult(request, context, {
    text: describeChanges(changes.list) + describePlan(steps, context.stdout),
    json: { target: folder, written: !on.has('dry-run'), changes: changes.list, steps: listedSteps(steps) },
  });
  if (!on.has('dry-run') && !on.has('json')) context.stderr.write(nextSteps(folder, [testEverything], context));
  return ExitCode.done;
}

/** Whether the packages of a project are locked. */
export const isLocked = ({ stored }: Pick<ExistingProject, 'stored'>): boolean => stored.values.packagesFrom === 'pypi';

/** @throws Failure (exit code 2) for names without `--upgrade` */
function upgradesIn({ on, positionals }: Request): true | ReadonlySet<string> {
  if (!on.has('upgrade')) {
    if (positionals.length === 0) return new Set();
    throw badRequest(
      '`lock` takes names only with --upgrade.',
      `To upgrade them: nix-python-container lock --upgrade ${positionals.join(' ')}`,
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

async function readDocument({ folder, files }: ExistingProject, { folder: here }: Context): Promise<PyprojectDocument> {
  const file = relative(here, join(folder, 'pyproject.toml'));
  const text = (await files.existing(['pyproject.toml'])).get('pyproject.toml');
  if (text === undefined) throw badRequest(`${file} is missing.`, 'Create it again: nix-python-container new .');
  return parsePyproject(text, file);
}

/** What locking comes to. */
export interface PlannedLock {
  /** The steps that write the lock files. */
  readonly plan: Plan;
  readonly changes: { readonly list: readonly LockChange[]; readonly locked: ReadonlySet<string> };
}

/**
 * Resolves the packages that a pyproject.toml lists, which need not be on disk yet.
 * @throws Failure (exit code 1) if they have no solution or there is no resolver, (130) if it was interrupted
 */
export async function planLock(
  { folder, files, stored }: ExistingProject,
  document: PyprojectDocument,
  { upgrade }: { readonly upgrade: true | ReadonlySet<string> },
  { environment, signal, stderr }: Context,
): Promise<PlannedLock> {
  const { requirements, fromNixpkgs } = requirementsToLock(document);
  const found = await files.existing(Object.values(lockPaths));
  const python = document.python ?? String(stored.values.python);
  const [{ findResolver, nixpkgsVersions }, { resolveLocks }] = await Promise.all([
    import('../resolve/resolver.ts'),
    import('../resolve/resolve.ts'),
  ]);
  const resolverContext = { folder, environment, signal };
  stderr.write('Preparing the resolver\n');
  const resolver = await findResolver(resolverContext);
  const versions = fromNixpkgs.length > 0 ? await nixpkgsVersions(resolverContext) : new Map<string, string>();
  const missing = fromNixpkgs.filter(name => !versions.has(name));
  if (missing.length > 0) {
    throw badRequest(
      `${document.file}: the pinned nixpkgs has no package ${missing.join(', ')}.`,
      'Correct packages below [tool.nixpkgs], or set the attribute in [tool.nixpkgs.attributes].',
    );
  }
  stderr.write(`Resolving ${requirements.development.length} requirements with ${resolver.kind}\n`);
  const previous = await readPrevious(found.get(lockPaths.development));
  const locks = await resolveLocks(
    { requirements, python, fromNixpkgs: versions, previous, upgrade },
    resolver,
    resolverContext,
  );
  const rendered = new Map(lockKinds.map(kind => [lockPaths[kind], formatLock(locks[kind])]));
  // The lock files are this command's own.
  const own = plan(rendered, found).map(step =>
    step.action === 'conflict' ? { ...step, action: 'update' as const } : step,
  );
  return {
    plan: own,
    changes: {
      list: lockChanges(previous, locks.development),
      locked: new Set(locks.development.packages.map(({ name }) => name)),
    },
  };
}

/** The present lock; a damaged one is written anew. */
const readPrevious = async (text: string | undefined): Promise<LockFile | undefined> =>
  text === undefined ? undefined : parseLock(text, lockPaths.development).catch(() => undefined);

/** The changes, a line each. */
export const describeChanges = (changes: readonly LockChange[]): string =>
  changes.map(change => visible(`${describeLockChange(change)}\n`)).join('');
