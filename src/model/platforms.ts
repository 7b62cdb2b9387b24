import { readNames } from './listed-names.ts';
import { dialectOf } from '../catalog/rules.ts';
import { badRequest } from '../errors/failure.ts';
import type { Choice } from './choices.ts';

/** The platforms of images, all of them Linux, by OCI's name of their architecture: what Nix calls them, and Bazel's CPU. */
export const platforms = {
  amd64: { label: 'amd64 (x86-64)', system: 'x86_64-linux', cpu: 'x86_64' },
  arm64: { label: 'arm64', system: 'aarch64-linux', cpu: 'aarch64' },
} as const;
export type Platform = keyof typeof platforms;

/** The names of all platforms, in the order in which an index has them. */
export const platformNames = Object.keys(platforms) as Platform[];

/** The platforms as the choices of a prompt. */
export const platformChoices: readonly Choice[] = platformNames.map(name => ({
  value: name,
  label: platforms[name].label,
}));

/** Whether the image rules of a Bazel make images for other platforms than their own machine's, and indexes: those for WORKSPACE do not. */
export const hasPlatforms = (bazel: string | undefined): boolean =>
  bazel === undefined || dialectOf(bazel) === 'bzlmod';

/**
 * Checks names of platforms; one string may list several, separated by commas.
 * @param bazel the major version of Bazel, if it is known
 * @param where what messages call the place of the names
 * @returns each once, in the order of `platformNames`
 * @throws Failure (exit code 2) for an unknown platform, for none, and for those that this Bazel has no rules for
 */
export function parsePlatforms(texts: readonly string[], bazel: string | undefined, where: string): Platform[] {
  const table = { names: platformNames, unknown: (name: string) => `unknown platform ${name}` };
  const wanted = readNames<Platform>(texts, table, where);
  if (wanted.size === 0) {
    throw badRequest(`${where}: an image needs a platform.`, `Choose from ${platformNames.join(', ')}.`);
  }
  if (!hasPlatforms(bazel) && [...wanted].join('') !== 'amd64') {
    throw badRequest(
      `${where}: pipelines for arm64 and for two platforms need Bazel 7 or later, not ${bazel}.`,
      "Choose amd64. This generator's docs/platforms.md shows how to join images of two platforms by hand.",
    );
  }
  return platformNames.filter(name => wanted.has(name));
}
