import { packageCatalog } from '../catalog/packages.ts';
import type { Decided } from './answers.ts';
import { badRequest } from './failure.ts';
import { checkShadowing, moduleOf } from './name.ts';
import { attributeEntry, classify } from './packages.ts';
import type { Pin } from './pin.ts';
import { releaseOf } from './questions.ts';
import { parseRequirement } from './requirement.ts';

/** The pip packages that every project needs: the app's framework, the server of the image, the runner of the tests. */
export const basePackages = { runtime: ['flask', 'gunicorn'], development: ['pytest'] } as const;

/** A project that can be rendered: every value has been checked, and against the others. Made by `checkProject` alone. */
export interface Project {
  /** Distribution, image and folder name: `my-service`. */
  readonly name: string;
  /** The Python module, and the Bazel target, of the app: `my_service`. */
  readonly module: string;
  readonly pin: Pin;
  /** The answer that led to the pin: `26.05`, `nixos-unstable`, a commit or a URL. */
  readonly nixpkgs: string;
  /** Minor version of Python: `3.13`. */
  readonly python: string;
  /** The user's packages as PEP 508 texts. */
  readonly packages: readonly string[];
  /** pip name to nixpkgs attribute, for the packages that nixpkgs keeps under another name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Major version of Bazel: `8`. */
  readonly bazel: string;
  /** URL of Bazel's remote cache; empty for none. */
  readonly remoteCache: string;
}

/** A project, and what its user should know about it although it is no mistake. */
export interface Checked {
  readonly project: Project;
  readonly warnings: readonly string[];
}

/**
 * Checks the answers against each other and against the catalog.
 * @throws Failure (exit code 2) for a name that hides a package, or a package that nixpkgs never has
 */
export function checkProject({ answers, pin }: Decided, today: Date): Checked {
  const { name, nixpkgs, python, packages, bazel, remoteCache } = answers;
  const requirements = packages.map(text => parseRequirement(text));
  const release = releaseOf({ answers, pin, today, folder: name })?.name;
  checkShadowing(name, [...requirements.map(({ name }) => name), ...basePackages.runtime, ...basePackages.development]);

  const attributes = new Map<string, string>();
  const warnings: string[] = [];
  for (const requirement of requirements) {
    const verdict = classify(requirement, release, packageCatalog());
    if (verdict.kind === 'never') throw badRequest(verdict.message, verdict.hint);
    if (verdict.kind === 'unknown') warnings.push(`${verdict.message} ${verdict.hint}`);
    const entry = attributeEntry(verdict);
    if (entry) attributes.set(...entry);
  }
  const project = { name, module: moduleOf(name), pin, nixpkgs, python, packages, attributes, bazel, remoteCache };
  return { project, warnings };
}
