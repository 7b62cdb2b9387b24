import { pinOf, releaseOfPin } from '../catalog/releases.ts';
import type { Pin } from '../pin/pin.ts';
import { nameIn } from '../packaging/requirement.ts';
import type { GatheredAnswers } from '../model/answers.ts';
import { type Checked, checkProject, everyProject, withoutBasePackages } from '../model/project.ts';
import type { Context } from './context.ts';
import { queryAvailability } from './query-availability.ts';

/** A checked project, and the means to check it with other packages in the light of the same answers of Nix. */
export interface CheckedWithNix extends Checked {
  readonly recheck: (packages: readonly string[], development?: readonly string[]) => Checked;
}

/**
 * Checks a project, and asks Nix about its packages where it is installed.
 * @param askNix false if the packages do not matter, or nothing is known of the pin
 * @throws Failure (exit code 2) as `checkProject`
 */
export async function checkWithNix(
  decided: GatheredAnswers,
  context: Context,
  { askNix = true, overrides }: { readonly askNix?: boolean; readonly overrides?: string | undefined } = {},
): Promise<CheckedWithNix> {
  // Without Nix first: that may take seconds, and what is wrong anyway should be said at once.
  checkProject(decided, context.today);
  const { answers, development = [], pin, entered } = decided;
  const names = [...answers.packages, ...withoutBasePackages(development, 'development')].map(nameIn);
  const asked = {
    ...{ pin, python: answers.python, bazel: answers.bazel },
    ...(entered ? { entered } : {}),
    ...(overrides ? { overrides } : {}),
  };
  const warnings: string[] = [];
  const availability = askNix
    ? await queryAvailability(
        [...new Set([...names, ...(isFromCatalog(pin) ? [] : everyProject)])],
        asked,
        context,
        warnings,
      )
    : undefined;
  const recheck = (packages: readonly string[], group = decided.development): Checked => {
    const checked = checkProject(
      { ...decided, ...(group ? { development: group } : {}), answers: { ...answers, packages } },
      context.today,
      availability,
    );
    return { ...checked, warnings: [...warnings, ...checked.warnings] };
  };
  return { ...recheck(answers.packages), recheck };
}

/** Whether the catalog vouches for what every project needs: Nix is not asked for nothing then, which takes seconds. */
const isFromCatalog = (pin: Pin): boolean => {
  const release = releaseOfPin(pin);
  return release !== undefined && pinOf(release).locked.narHash === pin.locked.narHash;
};
