import type { Pin } from '../pin/pin.ts';
import { formatRequirement, type Requirement } from '../packaging/requirement.ts';
import { satisfies } from '../packaging/version.ts';

/** A pip package in the pinned nixpkgs. */
export interface NixpkgsPackage {
  readonly attribute: string;
  /** Empty if the package has none. */
  readonly version: string;
  /** nix/python.nix finds it without an entry in [tool.nixpkgs.attributes]. */
  readonly unaided: boolean;
}

/** What Nix found, by pip name (normalised, PEP 503): null if the pinned nixpkgs lacks the package for the chosen Python. */
export type Availability = ReadonlyMap<string, NixpkgsPackage | null>;

/** The attribute of an interpreter in nixpkgs: `python313` for `3.13`. */
export const interpreterOf = (python: string): string => `python${python.replace('.', '')}`;

/** The pinned nixpkgs as messages name it, with its release or commit. */
export function pinned({ release, locked }: Pin): string {
  const which = release ?? (locked.type === 'github' ? locked.rev.slice(0, 12) : undefined);
  return `the pinned nixpkgs${which ? ` (${which})` : ''}`;
}

/** The warning that the pinned nixpkgs lacks a package. */
export function lacking(name: string, python: string, pin: Pin, nearMisses: readonly string[]): string {
  const guess = nearMisses.length > 0 ? `Did you mean ${nearMisses.join(' or ')}? ` : '';
  return (
    `packages: ${pinned(pin)} has no package ${name} for ${interpreterOf(python)}. ${guess}If nixpkgs has it under another ` +
    'attribute, set that in [tool.nixpkgs.attributes] of pyproject.toml; else remove the package.'
  );
}

/**
 * The warning that the pinned version does not satisfy the requested range; undefined if it does.
 * A version that is not valid by PEP 440 (`unstable-2023-01-01`) satisfies no range, as in nix/pep440.nix.
 * @param versions the known versions by release, oldest first
 */
export function outOfRange(
  requirement: Requirement,
  { version }: Pick<NixpkgsPackage, 'version'>,
  pin: Pin,
  versions: Readonly<Record<string, string>>,
): string | undefined {
  const { name, specifier } = requirement;
  if (satisfies(version, specifier)) return undefined;
  const satisfying = Object.entries(versions)
    .filter(([release, other]) => release !== pin.release && satisfies(other, specifier))
    .slice(-3)
    .map(([release, other]) => `${release} (${other})`);
  const other = satisfying.length > 0 ? `nixpkgs ${satisfying.join(' or ')}` : 'another nixpkgs';
  return (
    `packages: ${pinned(pin)} has ${name} ${version || 'without a version'}, which "${formatRequirement(requirement)}" does not allow. ` +
    `Change the range, or choose ${other}.`
  );
}
