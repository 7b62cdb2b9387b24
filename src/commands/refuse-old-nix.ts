import { installNix } from '../doctor/nix-installation.ts';
import { failed } from '../errors/failure.ts';
import type { Context } from '../load/context.ts';
import { readLockedPin } from '../load/project-pin.ts';
import { projectFiles } from '../load/project-files.ts';
import { nixSupport, tooOld } from '../nix/nix-support.ts';
import { nixWithin } from '../nix/run-nix.ts';

/** How long Nix may take to say what it can, in milliseconds. */
const patience = 20_000;

/**
 * Before a build, which would download the pinned nixpkgs only to learn it.
 * @throws Failure (exit code 1) if Nix is known to be too old for it
 */
export async function refuseOldNix(
  folder: string,
  { environment, signal }: Pick<Context, 'environment' | 'signal'>,
): Promise<void> {
  const pin = readLockedPin(projectFiles(folder));
  const support = pin && (await nixSupport(pin, nixWithin(patience, environment, signal)));
  const outdated = pin && support && tooOld(support, pin);
  if (outdated !== undefined) throw failed(`${outdated}, so nothing can be built.`, `Fix: ${installNix}`);
}
