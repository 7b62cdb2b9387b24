import type { Against } from '../model/check-packages.ts';
import type { Holdings } from '../model/availability.ts';
import type { World } from './context.ts';

/** What Nix says of packages (normalised names), where it can be asked; what it stumbles over is added to `warnings`. */
export async function holdingsFor(
  names: readonly string[],
  { pin, python, entered }: Pick<Against, 'pin' | 'python' | 'entered'>,
  { environment, signal, screen }: World,
  warnings: string[],
): Promise<Holdings | undefined> {
  if (names.length === 0 || !pin) return undefined;
  const { askNix } = await import('../nix/query-packages.ts');
  return askNix(pin, python, names, {
    environment,
    signal,
    ...(entered ? { entered } : {}),
    warn: sentence => warnings.push(sentence),
    onEvaluation: () => screen.write('Asking Nix for the packages\n'),
  });
}
