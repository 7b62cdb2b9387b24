import { packageCatalog } from '../catalog/packages.ts';
import { versionsOf } from '../catalog/versions.ts';
import { badRequest } from '../errors/failure.ts';
import type { Requirement } from '../packaging/requirement.ts';
import { satisfies } from '../packaging/version.ts';
import type { Pin } from '../pin/pin.ts';
import { type Availability, catalogued, type NixpkgsPackage, pinned } from './availability.ts';
import { describeFault, faultOf, type PackageFault } from './package-faults.ts';
import { attributeEntry, classify, suggestPackages } from './package-names.ts';

/** What packages are checked against. */
export interface CheckedAgainst {
  /** Undefined if it is not known; then there is no answer of Nix either. */
  readonly pin: Pin | undefined;
  /** The release that the pin belongs to, as far as that is known: `26.05`. */
  readonly release: string | undefined;
  /** Minor version of Python: `3.13`. */
  readonly python: string;
  /** What Nix says of the packages: counts for more than the catalog. */
  readonly availability?: Availability | undefined;
  /** Attributes that a project's user has set, by name: they count for more than the catalog as well. */
  readonly entered?: ReadonlyMap<string, string>;
}

/** The result of a check. */
export interface PackagesChecked {
  /** pip name to nixpkgs attribute, for the packages that nixpkgs keeps under another name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The versions that the nixpkgs has, as far as they are known, by name. */
  readonly versions: ReadonlyMap<string, string>;
  /** What would not evaluate. */
  readonly faults: readonly PackageFault[];
  /** The faults as sentences, and a sentence for each package of which nothing is known. */
  readonly warnings: readonly string[];
}

/**
 * Checks packages against a pin, or what is known of it.
 * @throws Failure (exit code 2) for one that nixpkgs never has
 */
export function checkPackages(requirements: readonly Requirement[], against: CheckedAgainst): PackagesChecked {
  const attributes = new Map<string, string>();
  const versions = new Map<string, string>();
  const faults: PackageFault[] = [];
  const warnings: string[] = [];
  for (const requirement of requirements) {
    const { name } = requirement;
    const byUser = against.entered?.has(name) === true;
    const verdict = classify(requirement, against.release, packageCatalog());
    if (verdict.kind === 'never' && !byUser) throw badRequest(verdict.message, verdict.hint);
    const answer = answerFor(name, against);
    if (answer === undefined) {
      if (verdict.kind === 'unknown' && !byUser) warnings.push(`${verdict.message} ${verdict.hint}`);
      const entry = attributeEntry(verdict);
      if (entry && !byUser) attributes.set(...entry);
      continue;
    }
    const { source, found } = answer;
    if (found && !found.unaided && !byUser) attributes.set(name, found.attribute);
    if (found?.version) versions.set(name, found.version);
    faults.push(...faultsOf(requirement, found, source, against));
  }
  return { attributes, versions, faults, warnings: [...faults.map(describeFault), ...warnings] };
}

/** What Nix says of a package, else the catalog; undefined if neither knows. */
function answerFor(
  name: string,
  { pin, release, python, availability, entered }: CheckedAgainst,
): { readonly source: string; readonly found: NixpkgsPackage | null } | undefined {
  const found = pin && availability?.get(name);
  if (pin && found !== undefined) return { source: pinned(pin), found };
  const answer = catalogued(name, python, { pin, release, entered: entered?.get(name) });
  return answer && { source: answer.label, found: answer.found };
}

function faultsOf(
  requirement: Requirement,
  found: NixpkgsPackage | null,
  source: string,
  { pin, release }: CheckedAgainst,
): PackageFault[] {
  const { name, specifier } = requirement;
  if (found === null) {
    return [faultOf(requirement, { kind: 'missing', source, suggestions: suggestPackages(name, pin, release) })];
  }
  const { version: held, fault: reason, extras } = found;
  // One that gives no derivation has no use for another range.
  if (reason) return [faultOf(requirement, { kind: 'failing', source, held, reason })];
  const lacking = extras ? requirement.extras.filter(extra => !extras.map(normalise).includes(extra)) : [];
  return [
    ...(satisfies(held, specifier)
      ? []
      : [faultOf(requirement, { kind: 'version', source, held, elsewhere: elsewhere(requirement, release) })]),
    ...(lacking.length > 0 ? [faultOf(requirement, { kind: 'extra', source, held, extras: lacking })] : []),
  ];
}

const normalise = (extra: string): string => extra.toLowerCase().replace(/[-_.]+/g, '-');

/** The newest three other releases that are known to have a version in the range. */
const elsewhere = ({ name, specifier }: Requirement, release: string | undefined): string[] =>
  Object.entries(versionsOf(name))
    .filter(([other, version]) => other !== release && satisfies(version, specifier))
    .slice(-3)
    .map(([other, version]) => `${other} (${version})`);
