import type { PackageFault } from './package-faults.ts';
import type { GatheredAnswers } from './answers.ts';
import { checkPackages } from './check-packages.ts';
import type { Availability } from './availability.ts';
import { checkShadowing, moduleOf } from './name.ts';
import type { Pin } from '../pin/pin.ts';
import { type Answers, releaseOf } from './questions.ts';
import { mergeRequirements, parseRequirement } from '../packaging/requirement.ts';
import { parseServices, type Service } from './services.ts';

/** The pip packages that every project needs: the app's framework, the image's server, the test runner. */
export const basePackages = { runtime: ['flask', 'gunicorn'], development: ['pytest'] } as const;

/** The packages of every project, of both lists. */
export const everyProject: readonly string[] = [...basePackages.runtime, ...basePackages.development];

/** A list of packages (PEP 508) without those that every project has in that list. */
export const withoutBasePackages = (packages: readonly string[], list: keyof typeof basePackages): string[] => {
  const base: readonly string[] = basePackages[list];
  return packages.filter(text => !base.includes(text));
};

/** A project that can be rendered: all values are checked, also against each other. Only `checkProject` creates one. */
export interface Project extends Answers {
  /** The Python module and Bazel target of the app: `my_service`. */
  readonly module: string;
  readonly pin: Pin;
  /** The packages of the dev group (PEP 508): in the tests, not in the image. */
  readonly development: readonly string[];
  /** The nixpkgs attributes by pip name, of the packages for which they differ. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The further services of the workspace, sorted by folder. */
  readonly services: readonly Service[];
}

/** A checked project, with warnings about what may not work. */
export interface Checked {
  readonly project: Project;
  readonly warnings: readonly string[];
  /** What would not evaluate; the warnings say it too. */
  readonly faults: readonly PackageFault[];
}

/**
 * Checks the answers against each other and against the catalog.
 * @param availability what Nix found: overrides the catalog
 * @throws Failure (exit code 2) for a name that shadows a package, or a package that nixpkgs never has
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
  const all = [
    ...requirements.map(requirement => requirement.name),
    ...basePackages.runtime,
    ...basePackages.development,
  ];
  const further = parseServices(services, name);
  checkShadowing(name, all);
  for (const service of further) {
    checkShadowing(service.name, all, { where: 'service', file: `${service.module}/` });
  }

  // Whether the packages of every project evaluate on this Python is the catalog's to know, unless Nix was asked.
  const base = availability
    ? everyProject.filter(item => availability.has(item)).map(item => parseRequirement(item))
    : [];
  const against = {
    pin,
    release: releaseOf({ answers, pin, today, folder: name })?.name,
    python,
    availability,
    entered,
  };
  const { attributes, warnings, faults } = checkPackages([...requirements, ...base], against);
  const project = { ...answers, module: moduleOf(name), pin, development, attributes, services: further };
  return { project, warnings, faults };
}
