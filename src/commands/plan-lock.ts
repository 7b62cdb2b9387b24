import { badRequest } from '../errors/failure.ts';
import type { Context } from '../load/context.ts';
import type { ExistingProject } from '../load/find-project.ts';
import { lockChanges, type LockChange } from '../lock/lock-changes.ts';
import { formatLock, lockKinds, type LockFile, lockPaths, parseLock } from '../lock/lock-file.ts';
import { type Plan, plan } from '../plan/plan.ts';
import { requirementsToLock } from '../pyproject/lock-inputs.ts';
import type { PyprojectDocument } from '../pyproject/pyproject.ts';
import { showWaiting } from '../terminal/progress.ts';

/** What locking comes to. */
export interface PlannedLock {
  /** The steps that write the lock files. */
  readonly plan: Plan;
  /** What changes in the lock file for development, which has all packages. */
  readonly changes: readonly LockChange[];
  /** The names of all packages that are locked. */
  readonly locked: ReadonlySet<string>;
  /** What the resolver warned of. */
  readonly warnings: readonly string[];
}

/**
 * Resolves the packages that a pyproject.toml lists, which need not be on disk yet.
 * @throws Failure (exit code 1) if they have no solution or there is no resolver, (130) if it was interrupted
 */
export async function planLock(
  { folder, files, stored }: ExistingProject,
  document: PyprojectDocument,
  { upgrade }: { readonly upgrade: true | ReadonlySet<string> },
  { environment, signal, stderr, maxSilence }: Context,
): Promise<PlannedLock> {
  const { requirements, fromNixpkgs } = requirementsToLock(document);
  const found = await files.existing(Object.values(lockPaths));
  const python = document.python ?? String(stored.values.python);
  const [{ findResolver, nixpkgsVersions }, { resolveLocks }] = await Promise.all([
    import('../resolve/resolver.ts'),
    import('../resolve/resolve.ts'),
  ]);
  const resolverContext = { folder, environment, signal, ...(maxSilence !== undefined && { maxSilence }) };
  const [resolver, versions] = await showWaiting(stderr, 'Preparing the resolver', async () => [
    await findResolver(resolverContext),
    fromNixpkgs.length > 0 ? await nixpkgsVersions(resolverContext) : new Map<string, string>(),
  ]);
  const missing = fromNixpkgs.filter(name => !versions.has(name));
  if (missing.length > 0) {
    throw badRequest(
      `${document.file}: the pinned nixpkgs has no package ${missing.join(', ')}.`,
      'Correct packages below [tool.nixpkgs], or set the attribute in [tool.nixpkgs.attributes].',
    );
  }
  const previous = await readPrevious(found.get(lockPaths.development));
  const request = { requirements, python, fromNixpkgs: versions, previous, upgrade };
  const resolving = `Resolving ${requirements.development.length} requirements with ${resolver.kind}`;
  const { locks, warnings } = await showWaiting(stderr, resolving, () =>
    resolveLocks(request, resolver, resolverContext),
  );
  const rendered = new Map(lockKinds.map(kind => [lockPaths[kind], formatLock(locks[kind])]));
  // The lock files are this command's own.
  const own = plan(rendered, found).map(step =>
    step.action === 'conflict' ? { ...step, action: 'update' as const } : step,
  );
  return {
    plan: own,
    changes: lockChanges(previous, locks.development),
    warnings,
    locked: new Set(locks.development.packages.map(({ name }) => name)),
  };
}

/** The present lock; a damaged one is written anew. */
const readPrevious = async (text: string | undefined): Promise<LockFile | undefined> =>
  text === undefined ? undefined : parseLock(text, lockPaths.development).catch(() => undefined);
