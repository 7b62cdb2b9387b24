import type { Pin } from '../pin/pin.ts';
import { formatRequirement, type Requirement } from '../packaging/requirement.ts';
import { satisfies } from '../packaging/version.ts';

/** A pip package as the pinned nixpkgs has it. */
export interface NixpkgsPackage {
  readonly attribute: string;
  /** Empty if it has none. */
  readonly version: string;
  /** Whether nix/python.nix finds it without an entry in its attribute table. */
  readonly unaided: boolean;
}

/** What Nix says of pip packages (normalised after PEP 503): null if the pinned nixpkgs lacks one for the chosen Python. */
export type Availability = ReadonlyMap<string, NixpkgsPackage | null>;

/** The attribute of an interpreter in nixpkgs: `python313` for `3.13`. */
export const interpreterOf = (python: string): string => `python${python.replace('.', '')}`;

/** Which nixpkgs a sentence is about, as exactly as the pin can tell. */
export function pinned({ release, locked }: Pin): string {
  const which = release ?? (locked.type === 'github' ? locked.rev.slice(0, 12) : undefined);
  return `the pinned nixpkgs${which ? ` (${which})` : ''}`;
}

/** Says that the pinned nixpkgs lacks a package. */
export function lacking(name: string, python: string, pin: Pin, nearMisses: readonly string[]): string {
  const guess = nearMisses.length > 0 ? `Did you mean ${nearMisses.join(' or ')}? ` : '';
  return (
    `packages: ${pinned(pin)} has no package ${name} for ${interpreterOf(python)}. ${guess}If it has another attribute, ` +
    'set it under [tool.nixpkgs.attributes] in pyproject.toml; if not, leave it out.'
  );
}

/**
 * Says that the pinned version is outside of the range that was asked for; undefined if it is not.
 * A version that is none by PEP 440 (`unstable-2023-01-01`) is in no range, as for nix/pep440.nix.
 * @param versions by release, oldest first, the version it is known to have
 */
export function outOfRange(
  requirement: Requirement,
  { version }: Pick<NixpkgsPackage, 'version'>,
  pin: Pin,
  versions: Readonly<Record<string, string>>,
): string | undefined {
  const { name, specifier } = requirement;
  if (satisfies(version, specifier)) return undefined;
  const better = Object.entries(versions)
    .filter(([release, other]) => release !== pin.release && satisfies(other, specifier))
    .slice(-3)
    .map(([release, other]) => `${release} (${other})`);
  const other = better.length > 0 ? `nixpkgs ${better.join(' or ')}` : 'another nixpkgs';
  return (
    `packages: ${pinned(pin)} has ${name} ${version || 'without a version'}, which "${formatRequirement(requirement)}" does not allow. ` +
    `Change the range, or choose ${other}.`
  );
}
