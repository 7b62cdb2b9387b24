import { findRelease, pinOf, withRelease } from '../catalog/releases.ts';
import type { AnswerSource } from '../model/answers.ts';
import { type Pin, type PinRequest, parsePinRequest } from '../pin/pin.ts';
import { pinOfLock } from '../pin/flake-lock.ts';
import { progressOn } from '../terminal/progress.ts';
import type { Context } from './context.ts';
import type { ProjectFiles } from './project-files.ts';

/** The pin in the flake.lock of a project; undefined if it is not of a kind that this generator writes. */
export function readLockedPin(files: ProjectFiles): Pin | undefined {
  const lock = files.text('flake.lock');
  const locked = lock === undefined ? undefined : pinOfLock(lock);
  return locked && withRelease(locked);
}

/**
 * The pin for an answer: that in flake.lock if the answer is the stored one, else the catalog's, else resolved over the network.
 * @param files those of an existing project
 * @throws Failure (exit code 1) if it cannot be resolved
 */
export async function pinFor(
  nixpkgs: string,
  files: ProjectFiles | undefined,
  stored: AnswerSource | undefined,
  context: Context,
): Promise<Pin> {
  const locked = files && stored?.values.nixpkgs === nixpkgs ? readLockedPin(files) : undefined;
  if (locked) return locked;
  const release = findRelease(nixpkgs);
  if (release) return pinOf(release);
  const { resolvePin } = await import('../download/resolve-pin.ts');
  const progress = progressOn(context.stderr, `Downloading nixpkgs ${nixpkgs}`);
  try {
    // The check of the answer has rejected releases that are not in the catalog.
    const request = parsePinRequest(nixpkgs) as Exclude<PinRequest, { kind: 'release' }>;
    return await resolvePin(request, {
      ...{ onProgress: progress.update, signal: context.signal, maxArchive: context.maxArchive },
    });
  } finally {
    progress.done();
  }
}
