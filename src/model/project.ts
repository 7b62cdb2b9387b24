import type { GatheredAnswers } from './answers.ts';
import { checkPackages } from './check-packages.ts';
import type { Availability } from './availability.ts';
import { checkShadowing, moduleOf } from './name.ts';
import type { Pin } from '../pin/pin.ts';
import { type Answers, releaseOf } from './questions.ts';
import { mergeRequirements, parseRequirement } from '../packaging/requirement.ts';
import { parseServices, type Service } from './services.ts';

/** The pip packages that every project needs: the app's framework, the server of the image, the runner of the tests. */
export const basePackages = { runtime: ['flask', 'gunicorn'], development: ['pytest'] } as const;

/** The packages of a list (PEP 508 texts) without those that every project has in it anyway. */
export const withoutBasePackages = (packages: readonly string[], list: keyof typeof basePackages): string[] => {
  const base: readonly string[] = basePackages[list];
  return packages.filter(text => !base.includes(text));
};

/** A project that can be rendered: every value has been checked, and against the others. Made by `checkProject` alone. */
export interface Project extends Answers {
  /** The Python module, and the Bazel target, of the app: `my_service`. */
  readonly module: string;
  readonly pin: Pin;
  /** The packages of the dev group as PEP 508 texts: the tests have them, the image does not. */
  readonly development: readonly string[];
  /** pip name to nixpkgs attribute, for the packages that nixpkgs keeps under another name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The further services of its workspace, in the order of their folders. */
  readonly services: readonly Service[];
}

/** A project, and what its user should know about it although it is no mistake. */
export interface Checked {
  readonly project: Project;
  readonly warnings: readonly string[];
}

/**
 * Checks the answers against each other and against the catalog.
 * @param holdings what Nix says of the packages: counts for more than the catalog, and takes no package away
 * @throws Failure (exit code 2) for a name that hides a package, or a package that nixpkgs never has
 */
export function checkProject(
  { answers, pin, development = basePackages.development, services = [], entered = new Map() }: GatheredAnswers,
  today: Date,
  availability?: Availability,
): Checked {
  const { name, python, packages } = answers;
  const requirements = mergeRequirements(
    [...packages, ...withoutBasePackages(development, 'development')].map(text => parseRequirement(text)),
  );
  const all = [...requirements.map(({ name }) => name), ...basePackages.runtime, ...basePackages.development];
  const further = parseServices(services, name);
  checkShadowing(name, all);
  for (const { name, module } of further) checkShadowing(name, all, { where: 'service', file: `${module}/` });

  const against = {
    pin,
    release: releaseOf({ answers, pin, today, folder: name })?.name,
    python,
    availability,
    entered,
  };
  const { attributes, warnings } = checkPackages(requirements, against);
  const project = { ...answers, module: moduleOf(name), pin, development, attributes, services: further };
  return { project, warnings };
}
