import { hasResolver, resolverHint } from '../catalog/resolvers.ts';
import { releaseOfPin } from '../catalog/releases.ts';
import { ExitCode, Failure } from '../errors/failure.ts';
import type { Context } from '../load/context.ts';
import { openProject } from '../load/find-project.ts';
import { lockPaths } from '../lock/lock-file.ts';
import type { Pin } from '../pin/pin.ts';
import { planLock } from './plan-lock.ts';
import type { Request } from './request.ts';
import { printWarning, prose } from '../terminal/messages.ts';
import { writePlan } from './write-plan.ts';

/**
 * Locks the packages of a project that `new` has just written, if that needs no download of Nix's, or for a build.
 * @returns the paths of the lock files, or undefined if `lock` is still to be run
 * @throws Failure before a build, if the packages cannot be locked, or if it was interrupted
 */
export async function lockNew(
  folder: string,
  pin: Pin,
  request: Request,
  context: Context,
): Promise<readonly string[] | undefined> {
  const project = openProject(folder);
  const paths = Object.values(lockPaths);
  if (paths.every(path => project.files.pathIfExists(path) !== undefined)) return paths;
  const { isResolverBuilt } = await import('../resolve/resolver.ts');
  const needed = request.on.has('build');
  if (!needed && !(await isResolverBuilt(pin, { ...context, folder }))) return undefined;
  try {
    const { readDocument } = await import('./lock.ts');
    const { plan, locked, warnings } = await planLock(
      project,
      await readDocument(project, context),
      { upgrade: new Set() },
      context,
    );
    await writePlan({ target: folder, plan, warnings }, request, context);
    for (const warning of warnings) printWarning(warning, context.stderr);
    context.stderr.write(`${prose(`Locked ${locked.size} packages in ${paths.join(' and ')}.`, context.stderr)}\n`);
    return paths;
  } catch (error) {
    if (needed || !(error instanceof Failure) || error.exitCode === ExitCode.interrupted) throw error;
    printWarning(error.message, context.stderr, error.hint);
    return undefined;
  }
}

/** A warning for a project that its pinned nixpkgs cannot lock, as far as the catalog knows. */
export function resolverWarnings(pin: Pin, nixpkgs: string): readonly string[] {
  const release = releaseOfPin(pin, nixpkgs);
  if (!release || hasResolver(release.name)) return [];
  return [`nixpkgs ${release.name} has no program that writes lock files. ${resolverHint()}`];
}
