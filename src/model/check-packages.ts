import { packageCatalog } from '../catalog/packages.ts';
import { findRelease, pinOf } from '../catalog/releases.ts';
import { versionsOf } from '../catalog/versions.ts';
import { badRequest } from '../errors/failure.ts';
import { type Availability, lacking, outOfRange } from './availability.ts';
import { attributeEntry, classify, nearMisses } from './package-names.ts';
import type { Pin } from '../pin/pin.ts';
import type { Requirement } from '../packaging/requirement.ts';

/** What packages are checked against. */
export interface CheckedAgainst {
  /** Undefined if it is not known; then `availability` is not known either. */
  readonly pin: Pin | undefined;
  /** The release that the pin belongs to (`26.05`); undefined if it is not known. */
  readonly release: string | undefined;
  /** Minor version of Python: `3.13`. */
  readonly python: string;
  /** What Nix found: overrides the catalog. A package that Nix does not find is a warning. */
  readonly availability?: Availability | undefined;
  /** The attributes that the user set in pyproject.toml, by package: they override the catalog too. */
  readonly entered?: ReadonlyMap<string, string>;
}

/** The result of checking packages. */
export interface PackagesChecked {
  /** The nixpkgs attributes by pip name, of the packages for which they differ. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The known versions in the pinned nixpkgs, by pip name. */
  readonly versions: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/**
 * Checks packages against a pin, with Nix's answer where there is one, else with the catalog.
 * @throws Failure (exit code 2) for a package that nixpkgs never has
 */
export function checkPackages(
  requirements: readonly Requirement[],
  { pin, release, python, availability, entered }: CheckedAgainst,
): PackagesChecked {
  const attributes = new Map<string, string>();
  const versions = new Map<string, string>();
  const warnings: string[] = [];
  for (const requirement of requirements) {
    const { name } = requirement;
    const byUser = entered?.has(name) === true;
    const verdict = classify(requirement, release, packageCatalog());
    if (verdict.kind === 'never' && !byUser) throw badRequest(verdict.message, verdict.hint);
    const held = availability?.get(name);
    if (held === undefined || pin === undefined) {
      if (verdict.kind === 'unknown' && !byUser) warnings.push(`${verdict.message} ${verdict.hint}`);
      const entry = attributeEntry(verdict);
      if (entry && !byUser) attributes.set(...entry);
    } else if (held === null) {
      warnings.push(lacking(name, python, pin, nearMisses(name, release, packageCatalog())));
    } else if (!held.unaided && !byUser) {
      attributes.set(name, held.attribute);
    }
    const version = held
      ? held.version
      : held === undefined && !byUser
        ? catalogVersion(name, release, pin)
        : undefined;
    if (version === undefined || !pin) continue;
    if (version !== '') versions.set(name, version);
    const warning = outOfRange(requirement, { version }, pin, versionsOf(name));
    if (warning) warnings.push(warning);
  }
  return { attributes, versions, warnings };
}

/** The version in the catalog, for the catalog's own pin only: the branch of a release moves on. */
function catalogVersion(name: string, release: string | undefined, pin: Pin | undefined): string | undefined {
  const known = findRelease(release ?? '');
  const same = known && pinOf(known).locked.narHash === pin?.locked.narHash;
  return same ? versionsOf(name)[known.name] : undefined;
}
