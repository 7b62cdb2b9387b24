import type { Against } from '../project/check-packages.ts';
import type { Holdings } from '../project/holdings.ts';
import type { World } from './world.ts';

/** What Nix says of packages (normalised names), where it can be asked; what it stumbles over is added to `warnings`. */
export async function holdingsFor(
  names: readonly string[],
  { pin, python, entered }: Pick<Against, 'pin' | 'python' | 'entered'>,
  { environment, signal, screen }: World,
  warnings: string[],
): Promise<Holdings | undefined> {
  if (names.length === 0 || !pin) return undefined;
  const { askNix } = await import('../oracle/ask.ts');
  return askNix(pin, python, names, {
    environment,
    signal,
    ...(entered ? { entered } : {}),
    warn: sentence => warnings.push(sentence),
    onEvaluation: () => screen.write('Asking Nix for the packages\n'),
  });
}
