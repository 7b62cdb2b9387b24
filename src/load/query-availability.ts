import type { Availability } from '../model/availability.ts';
import type { PinnedQuestion } from '../nix/query-packages.ts';
import type { Requirement } from '../packaging/requirement.ts';
import type { Context } from './context.ts';

/**
 * What Nix finds of packages, where it can be asked without a download; undefined where it cannot.
 * @param overrides the path of the project's nix/overrides.nix, if it has one
 * @param warnings gets a warning if Nix is installed, but fails
 */
export async function queryAvailability(
  requirements: readonly Requirement[],
  asked: PinnedQuestion,
  { overrides, warnings }: { readonly overrides: string | undefined; readonly warnings: string[] },
  { environment, signal, stderr }: Context,
): Promise<Availability | undefined> {
  const { queryPackages } = await import('../nix/query-packages.ts');
  return queryPackages(requirements, asked, {
    environment,
    signal,
    overrides,
    warn: sentence => warnings.push(sentence),
    onEvaluation: () => stderr.write('Asking Nix for the packages\n'),
  });
}
