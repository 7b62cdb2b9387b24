import { type Release, releases } from '../catalog/releases.ts';
import { attributeOf, own, packageCatalog } from '../catalog/packages.ts';
import { pythonSets, setOfPin, setOfRelease } from '../catalog/python-sets.ts';
import { badRequest } from '../errors/failure.ts';
import { formatRequirement, type Requirement } from '../packaging/requirement.ts';
import { satisfies } from '../packaging/version.ts';
import {
  type AskedOf,
  type Availability,
  catalogAvailability,
  nameOfSource,
  type NixpkgsPackage,
} from './availability.ts';
import { describeFaults, type PackageFault } from './package-faults.ts';
import { findInSet, isInAnySet, reasonNever, suggestPackages } from './package-names.ts';

/** What packages are checked against. */
export interface CheckedAgainst extends AskedOf {
  /** What Nix found; without it, the catalog is asked. */
  readonly availability?: Availability | undefined;
}

/** The result of checking packages. */
export interface PackagesChecked {
  /** The nixpkgs attributes by pip name, of the packages for which nix/python.nix needs them. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The known versions by pip name. */
  readonly versions: ReadonlyMap<string, string>;
  /** What has these versions: `the pinned nixpkgs`, `nixpkgs of July 2026`. */
  readonly versionsOf: string;
  /** What would not evaluate, as far as that is known: of a release of which the catalog has only names, nothing. */
  readonly faults: readonly PackageFault[];
  /** The faults as sentences. */
  readonly warnings: readonly string[];
}

/**
 * What is wrong with requirements in a nixpkgs: at most one fault a requirement for each of its name, range and extras.
 * @param availability what that nixpkgs has; says nothing of names that it was not asked for
 */
export function checkRequirements(
  requirements: readonly Requirement[],
  availability: Availability,
  asked: AskedOf,
): PackageFault[] {
  let unknown = 0;
  return requirements.flatMap(requirement => {
    const found = availability.packages.get(requirement.name);
    if (found === undefined) return [];
    return found === null
      ? [missing(requirement, availability, asked, ++unknown <= mostSuggestions)]
      : faultsOf(requirement, found, availability, asked);
  });
}

/** How many unknown names get suggestions: each is compared with ten thousand others. */
const mostSuggestions = 20;

function missing(
  { name, ...rest }: Requirement,
  { source }: Availability,
  asked: AskedOf,
  suggest: boolean,
): PackageFault {
  const common = {
    name,
    requirement: formatRequirement({ name, ...rest }),
    wanted: rest.specifier,
    source,
    where: nameOfSource(source, asked.pin),
  };
  const never = asked.entered?.has(name) ? undefined : reasonNever(name);
  if (never) {
    const { reason, fix } = never;
    return { kind: 'never', ...common, reason, fix, otherReleases: [], suggestions: [] };
  }
  const { set } = setOfPin(asked.pin, asked.release) ?? { set: pythonSets().at(-1) };
  return {
    kind: 'missing',
    ...common,
    otherReleases: releasesWith(name, asked, () => true),
    // What some nixpkgs has is spelled well.
    suggestions: isInAnySet(name) || !suggest ? [] : suggestPackages(name, asked.release, set),
  };
}

function faultsOf(
  requirement: Requirement,
  found: NixpkgsPackage,
  availability: Availability,
  asked: AskedOf,
): PackageFault[] {
  const { name, extras, specifier } = requirement;
  const common = {
    name,
    requirement: formatRequirement(requirement),
    attribute: found.attribute,
    source: availability.source,
    where: nameOfSource(availability.source, asked.pin),
    otherReleases: [],
    suggestions: [],
    ...(found.version ? { version: found.version } : {}),
  };
  const faults: PackageFault[] = [];
  if (found.problem) faults.push({ kind: 'not-derivation', ...common, wanted: '', problem: found.problem });
  // A version that PEP 440 does not allow (`unstable-2023-01-01`) satisfies no range, as in nix/pep440.nix.
  if (found.version !== undefined && !satisfies(found.version, specifier)) {
    const otherReleases = releasesWith(name, asked, version => satisfies(version, specifier) === true);
    faults.push({ kind: 'version', ...common, wanted: specifier, otherReleases });
  }
  const { extras: offered } = found;
  for (const extra of offered ? extras.filter(wanted => !offered.includes(wanted)) : []) {
    faults.push({ kind: 'extra', ...common, wanted: extra, offered: offered as readonly string[] });
  }
  return faults;
}

/** The other stable releases that are known to have a package, oldest first, in a version that suits; else rolling channels. */
function releasesWith(
  name: string,
  { release }: AskedOf,
  suits: (version: string) => boolean,
): PackageFault['otherReleases'] {
  const [stable, rolling] = [releases().filter(({ eol }) => eol), releases().filter(({ eol }) => !eol)].map(among =>
    knownWith(
      name,
      among.filter(other => other.name !== release),
      suits,
    ),
  );
  return stable?.length ? stable : (rolling ?? []);
}

function knownWith(
  name: string,
  among: readonly Release[],
  suits: (version: string) => boolean,
): PackageFault['otherReleases'] {
  return among.flatMap(other => {
    const { set } = setOfRelease(other) ?? {};
    const entry = set && findInSet(set, name, other.name);
    if (entry) return suits(entry.version) ? [{ release: other.name, version: entry.version }] : [];
    const listed = !set && own(packageCatalog().packages, name) !== undefined && attributeOf(name, other.name) !== null;
    return listed && suits('') ? [{ release: other.name }] : [];
  });
}

/**
 * Checks packages for a command: with what Nix found, else with the catalog.
 * @throws Failure (exit code 2) for packages that nixpkgs never has
 */
export function checkPackages(
  requirements: readonly Requirement[],
  { availability, ...asked }: CheckedAgainst,
): PackagesChecked {
  const names = requirements.map(({ name }) => name);
  const has = availability ?? catalogAvailability(names, asked);
  const faults = checkRequirements(requirements, has, asked);
  refuseNever(faults);
  const found = names.flatMap(name => {
    const entry = has.packages.get(name);
    return entry ? [[name, entry] as const] : [];
  });
  return {
    attributes: new Map(found.flatMap(([name, { attribute, unaided }]) => (unaided ? [] : [[name, attribute]]))),
    versions: new Map(found.flatMap(([name, { version }]) => (version ? [[name, version]] : []))),
    versionsOf: nameOfSource(has.source, undefined),
    faults: faults.filter(({ source }) => source.kind !== 'names'),
    warnings: describeFaults(faults, asked),
  };
}

/** @throws Failure (exit code 2) that names all packages that nixpkgs never has */
function refuseNever(faults: readonly PackageFault[]): void {
  const never = faults.filter(({ kind }) => kind === 'never');
  if (never.length === 0) return;
  const sentences = never.map(({ name, reason }) => `nixpkgs has no package ${name}: ${reason}.`);
  throw badRequest(`packages: ${sentences.join('\n  ')}`, never.map(({ fix }) => fix).join(' '));
}
