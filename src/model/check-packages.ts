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
  /** Undefined if it is not known; then there are no holdings either. */
  readonly pin: Pin | undefined;
  /** The release that the pin belongs to, as far as that is known: `26.05`. */
  readonly release: string | undefined;
  /** Minor version of Python: `3.13`. */
  readonly python: string;
  /** What Nix says of the packages: counts for more than the catalog, and takes no package away. */
  readonly availability?: Availability | undefined;
  /** Attributes that a project's user has set, by name: they count for more than the catalog as well. */
  readonly entered?: ReadonlyMap<string, string>;
}

/** What came of it. */
export interface PackagesChecked {
  /** pip name to nixpkgs attribute, for the packages that nixpkgs keeps under another name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The versions that the pin has, as far as they are known, by name. */
  readonly versions: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/**
 * Checks packages against a pin, or what is known of it.
 * @throws Failure (exit code 2) for one that nixpkgs never has
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
    const version = held ? held.version : held === undefined && !byUser ? catalogued(name, release, pin) : undefined;
    if (version === undefined || !pin) continue;
    if (version !== '') versions.set(name, version);
    const warning = outOfRange(requirement, { version }, pin, versionsOf(name));
    if (warning) warnings.push(warning);
  }
  return { attributes, versions, warnings };
}

/** The version that the catalog has for a pin: only for its own, as a release's branch moves on. */
function catalogued(name: string, release: string | undefined, pin: Pin | undefined): string | undefined {
  const known = findRelease(release ?? '');
  const same = known && pinOf(known).locked.narHash === pin?.locked.narHash;
  return same ? versionsOf(name)[known.name] : undefined;
}
