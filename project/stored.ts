import type { Source } from './answers.ts';
import { badRequest } from './failure.ts';
import type { FlakeLocked, FlakeOriginal, Pin } from './pin.ts';

/** The key of .yo-rc.json that is ours. */
export const storageKey = 'generator-nix-python-container';

/**
 * Answers from the .yo-rc.json of an earlier run; undefined if the text has none of ours.
 * @param file its path, for messages
 * @throws Failure (exit code 2) if the text is no JSON
 */
export function fromStored(text: string, file: string): Source | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badRequest(`${file} is not JSON: ${(error as Error).message}`, 'Mend the file, or remove it.', error);
  }
  const stored = (value as Record<string, { answers?: Source['values'] }> | null)?.[storageKey];
  // What is not stored was not wanted then, and is not asked again.
  const values = { remoteCache: '', ci: [], git: false, ...stored?.answers };
  return stored?.answers && { place: name => `${file}: ${name}`, values };
}

/** The pin that a flake.lock holds for the input `nixpkgs`; undefined if it is not of a kind that this generator writes. */
export function pinOfLock(text: string): Pin | undefined {
  try {
    const { locked, original } = JSON.parse(text).nodes.nixpkgs as { locked: FlakeLocked; original: FlakeOriginal };
    const fits = locked.type === original.type && ['github', 'tarball'].includes(locked.type) && locked.narHash;
    return fits ? { locked, original } : undefined;
  } catch {
    return undefined;
  }
}
