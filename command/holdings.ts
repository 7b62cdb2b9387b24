import type { Decided } from '../project/answers.ts';
import type { Holdings } from '../project/holdings.ts';
import { parseRequirement } from '../project/requirement.ts';
import type { World } from './world.ts';

/** What Nix says of the user's packages, where it can be asked; what it stumbles over is added to `warnings`. */
export async function holdingsFor(
  { answers: { packages, python }, pin }: Decided,
  { environment, signal, screen }: World,
  warnings: string[],
): Promise<Holdings | undefined> {
  if (packages.length === 0) return undefined;
  const { askNix } = await import('../oracle/ask.ts');
  const names = packages.map(text => parseRequirement(text).name);
  return askNix(pin, python, names, {
    environment,
    signal,
    warn: sentence => warnings.push(sentence),
    onEvaluation: () => screen.write('Asking Nix for the packages\n'),
  });
}
