import type { CheckedAgainst } from '../model/check-packages.ts';
import type { Availability } from '../model/availability.ts';
import type { Context } from './context.ts';

/** What Nix says of packages (normalised names), where it can be asked; what it stumbles over is added to `warnings`. */
export async function queryAvailability(
  names: readonly string[],
  {
    pin,
    python,
    entered,
    bazel,
    overrides,
  }: Pick<CheckedAgainst, 'pin' | 'python' | 'entered'> & { readonly bazel?: string; readonly overrides?: string },
  { environment, signal, stderr }: Context,
  warnings: string[],
): Promise<Availability | undefined> {
  if (names.length === 0 || !pin) return undefined;
  const { queryPackages } = await import('../nix/query-packages.ts');
  return queryPackages(pin, python, names, {
    environment,
    signal,
    ...(entered ? { entered } : {}),
    ...(bazel ? { bazel: `bazel_${bazel}` } : {}),
    ...(overrides ? { overrides } : {}),
    warn: sentence => warnings.push(sentence),
    onEvaluation: () => stderr.write('Asking Nix for the packages\n'),
  });
}
