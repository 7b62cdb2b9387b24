import type { PackageFault } from './package-faults.ts';
import type { GatheredAnswers } from './answers.ts';
import type { PackagesChecked } from './check-packages.ts';
import { checkPlace } from './ci-providers.ts';
import { checkShadowing, moduleOf } from './name.ts';
import type { Pin } from '../pin/pin.ts';
import type { Answers } from './questions.ts';
import { mergeRequirements, parseRequirement, type Requirement } from '../packaging/requirement.ts';
import { parseServices, type Service } from './services.ts';

/** The pip packages that every project needs: the app's framework, the image's server, the test runner. */
export const basePackages = { runtime: ['flask', 'gunicorn'], development: ['pytest'] } as const;

/** The packages of every project, of both lists. */
export const everyProject = (): Requirement[] =>
  [...basePackages.runtime, ...basePackages.development].map(name => ({ name, extras: [], specifier: '' }));

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
  /** The path of its folder in its git repository; without one, or in its root, empty. */
  readonly place: string;
}

/** A checked project, with warnings about what may not work. */
export interface Checked {
  readonly project: Project;
  readonly warnings: readonly string[];
  /** What would not evaluate; the warnings say it too. */
  readonly faults: readonly PackageFault[];
}

/** The packages that a project has beyond those of every project, runtime and development. */
export const requestedPackages = ({
  answers: { packages },
  development = basePackages.development,
}: Pick<GatheredAnswers, 'answers' | 'development'>): Requirement[] =>
  mergeRequirements(
    [...packages, ...withoutBasePackages(development, 'development')].map(text => parseRequirement(text)),
  );

/**
 * Checks the answers against each other.
 * @param packages what checking its packages has found; without it, they are taken as they are
 * @throws Failure (exit code 2) for a name that shadows a package, and for a folder that pipelines cannot name
 */
export function checkProject(
  { answers, pin, development = basePackages.development, services = [], place = '' }: GatheredAnswers,
  packages?: Pick<PackagesChecked, 'attributes' | 'warnings' | 'faults'>,
): Checked {
  const { name, ci } = answers;
  if (ci.length > 0) checkPlace(place);
  const all = [...requestedPackages({ answers, development }), ...everyProject()].map(requirement => requirement.name);
  const further = parseServices(services, name);
  checkShadowing(name, all);
  for (const service of further) {
    checkShadowing(service.name, all, { where: 'service', file: `${service.module}/` });
  }
  const { attributes = new Map<string, string>(), warnings = [], faults = [] } = packages ?? {};
  const project = { ...answers, module: moduleOf(name), pin, development, attributes, services: further, place };
  return { project, warnings, faults };
}
