import { pinOf, releaseOfPin } from '../catalog/releases.ts';
import type { GatheredAnswers } from '../model/answers.ts';
import { type Checked, checkProject, requestedPackages } from '../model/project.ts';
import type { Pin } from '../pin/pin.ts';
import type { PackageQuery } from './check-project-packages.ts';
import type { Context } from './context.ts';

/** A checked project, and the means to check it with other packages in the light of the same answers of Nix. */
export interface CheckedWithNix extends Checked {
  readonly recheck: (packages: readonly string[], development?: readonly string[]) => Checked;
}

/**
 * Checks a project: its answers, and its packages with what Nix finds where it can be asked, else with the catalog.
 * @throws Failure (exit code 2) as `checkProject` and `checkPackages`, and for a Python or Bazel that the pin lacks
 */
export async function checkWithNix(
  decided: GatheredAnswers,
  context: Context,
  query: PackageQuery = {},
): Promise<CheckedWithNix> {
  await heedSignal(context.signal);
  // Without Nix first: that may take seconds, and what is wrong anyway should be said at once.
  const checked = checkProject(decided);
  const needsNoQuery = isFromCatalog(decided.pin) || query.askNix === false;
  const ofNixpkgs = decided.answers.packagesFrom === 'nixpkgs' ? requestedPackages(decided) : [];
  if (ofNixpkgs.length === 0 && needsNoQuery) return { ...checked, recheck: () => checked };

  const { packageChecker } = await import('./check-project-packages.ts');
  const check = await packageChecker(decided, context, query);
  const recheck = (packages: readonly string[], group = decided.development): Checked => {
    const answers = { ...decided.answers, packages };
    const changed = { ...decided, ...(group ? { development: group } : {}), answers };
    return checkProject(changed, check(requestedPackages(changed)));
  };
  await heedSignal(context.signal);
  return { ...recheck(decided.answers.packages), recheck };
}

/** Lets Node handle a signal between checks, each of which takes some 0.4 s for the longest list that is taken. */
async function heedSignal(signal: AbortSignal): Promise<void> {
  await new Promise(resolve => setImmediate(resolve));
  signal.throwIfAborted();
}

/** Whether the pin is the catalog's, which has what every project needs: asking Nix, which takes seconds, would tell nothing new. */
function isFromCatalog(pin: Pin): boolean {
  const release = releaseOfPin(pin);
  return release !== undefined && pinOf(release).locked.narHash === pin.locked.narHash;
}
