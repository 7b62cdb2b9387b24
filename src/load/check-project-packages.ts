import type { FrameworkName } from '../catalog/frameworks.ts';
import { releaseOfPin } from '../catalog/releases.ts';
import type { GatheredAnswers } from '../model/answers.ts';
import { checkInterpreters } from '../model/availability.ts';
import { checkPackages, type PackagesChecked } from '../model/check-packages.ts';
import { everyProject, requestedPackages } from '../model/project.ts';
import type { Requirement } from '../packaging/requirement.ts';
import type { Context } from './context.ts';
import { queryAvailability } from './query-availability.ts';

/** How Nix is asked about packages. */
export interface PackageQuery {
  /** False if the packages do not matter, or nothing is known of the pin: Nix is not asked. */
  readonly askNix?: boolean;
  /** The path of the project's nix/overrides.nix, if it has one: it may change what nixpkgs has. */
  readonly overrides?: string | undefined;
}

/**
 * Asks Nix about the packages of a project, and about those of every project and the interpreters. Packages
 * from PyPI are not checked: a resolver does that.
 * @returns a function that checks packages, these or some of them, by what Nix has found, else by the catalog
 * @throws Failure (exit code 2) for packages that nixpkgs never has, and for a Python or Bazel that the pin lacks
 */
export async function packageChecker(
  decided: GatheredAnswers,
  context: Context,
  { askNix = true, overrides }: PackageQuery,
): Promise<(requested: readonly Requirement[]) => PackagesChecked> {
  const { answers, pin, entered } = decided;
  const { python, bazel, nixpkgs, packagesFrom, framework } = answers;
  const asked = { pin, python, release: releaseOfPin(pin, nixpkgs)?.name, entered };
  const fromCatalog = (requested: readonly Requirement[]): PackagesChecked => checkPackages(requested, asked);
  const fromPyPI = packagesFrom === 'pypi';
  // Without Nix first: that may take seconds, and what is wrong anyway should be said at once.
  const requested = fromPyPI ? [] : requestedPackages(decided);
  fromCatalog(requested);
  if (!askNix) return fromPyPI ? () => fromCatalog([]) : fromCatalog;

  const warnings: string[] = [];
  const all = fromPyPI ? [] : withEveryProject(requested, framework);
  const availability = await queryAvailability(all, asked, { overrides, warnings }, context);
  if (availability) checkInterpreters(availability, { pin, python, bazel });
  return some => {
    const checked =
      availability && !fromPyPI
        ? checkPackages(withEveryProject(some, framework), { ...asked, availability })
        : fromCatalog(fromPyPI ? [] : some);
    return { ...checked, warnings: [...warnings, ...checked.warnings] };
  };
}

/** Packages with those that every project needs as well. */
function withEveryProject(requested: readonly Requirement[], framework: FrameworkName): Requirement[] {
  const names = new Set(requested.map(({ name }) => name));
  return [...requested, ...everyProject(framework).filter(({ name }) => !names.has(name))];
}
