import { join } from 'node:path';
import { findRelease, pinOf } from '../catalog/releases.ts';
import type { Source } from '../project/answers.ts';
import { type Pin, type PinRequest, parsePinRequest } from '../project/pin.ts';
import { pinOfLock } from '../project/stored.ts';
import { progressOn } from '../terminal/progress.ts';
import { readIfThere } from './sources.ts';
import type { World } from './world.ts';

/** The pin for an answer: the one in flake.lock if the answer is the stored one, else the catalog's, else looked up. */
export async function pinFor(
  nixpkgs: string,
  target: string | undefined,
  stored: Source | undefined,
  world: World,
): Promise<Pin> {
  const lock = target && stored?.values.nixpkgs === nixpkgs ? readIfThere(join(target, 'flake.lock')) : undefined;
  const locked = lock && pinOfLock(lock);
  const release = findRelease(nixpkgs);
  const known = release && pinOf(release);
  if (locked) return known?.release ? { ...locked, release: known.release } : locked;
  if (known) return known;
  const { resolvePin } = await import('../pin/resolve.ts');
  const progress = progressOn(world.screen, `Downloading nixpkgs ${nixpkgs}`);
  try {
    // A release that the catalog lacks was refused when the answer was checked.
    const request = parsePinRequest(nixpkgs) as Exclude<PinRequest, { kind: 'release' }>;
    return await resolvePin(request, { onProgress: progress.tell, signal: world.signal });
  } finally {
    progress.done();
  }
}
