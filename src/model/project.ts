import { type FrameworkName, frameworks, isFramework, defaultFramework } from '../catalog/frameworks.ts';
import type { Adopted } from './adopted.ts';
import type { PackageFault } from './package-faults.ts';
import type { GatheredAnswers } from './answers.ts';
import type { PackagesChecked } from './check-packages.ts';
import { checkPlace } from './ci-providers.ts';
import { checkWorkloads } from './deploy.ts';
import { type Entry, entryFor } from './entry.ts';
import { checkAppFolder, checkShadowing, moduleOf } from './name.ts';
import type { Pin } from '../pin/pin.ts';
import { type Quality, rootOnly } from './quality.ts';
import type { Answers } from './questions.ts';
import { mergeRequirements, parseRequirement, type Requirement } from '../packaging/requirement.ts';
import { parseProcesses, type Process } from './processes.ts';
import { parseServices, type Service } from './services.ts';

/** The two lists of packages that a project needs whatever it does. */
export interface BasePackages {
  readonly runtime: readonly string[];
  readonly development: readonly string[];
}

/** The pip packages that every project with a framework needs: that, the image's server, what its tests import. */
export function basePackages(framework: FrameworkName): BasePackages {
  const { packages, development } = frameworks()[framework];
  return { runtime: packages, development };
}

/** The packages of every project with a framework, of both lists. */
export function everyProject(framework: FrameworkName): Requirement[] {
  const { runtime, development } = basePackages(framework);
  return [...runtime, ...development].map(name => ({ name, extras: [], specifier: '' }));
}

/** A list of packages (PEP 508) without those that every project with that framework has in that list. */
export const withoutBasePackages = (
  packages: readonly string[],
  list: keyof BasePackages,
  framework: FrameworkName,
): string[] => packages.filter(text => !basePackages(framework)[list].includes(text));

/** The framework of an existing project from its stored answers, which need not be valid. */
export const storedFramework = ({ framework }: { readonly framework?: unknown }): FrameworkName =>
  isFramework(framework) ? framework : defaultFramework;

/** A project that can be rendered: all values are checked, also against each other. Only `checkProject` creates one. */
export interface Project extends Answers {
  /** The Python module and Bazel target of the app: `my_service`. */
  readonly module: string;
  /** What the server imports. */
  readonly entry: Entry;
  readonly pin: Pin;
  /** The packages of the dev group (PEP 508): in the tests, not in the image. */
  readonly development: readonly string[];
  /** The nixpkgs attributes by pip name, of the packages for which they differ. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The further services of the workspace, sorted by folder. */
  readonly services: readonly Service[];
  /** The further commands of its code, sorted. */
  readonly processes: readonly Process[];
  /** The path of its folder in its git repository; without one, or in its root, empty. */
  readonly place: string;
  /** What was in its folder before; undefined if the folder was its own from the start. */
  readonly adopted: Adopted | undefined;
}

/** A checked project, with warnings about what may not work. */
export interface Checked {
  readonly project: Project;
  readonly warnings: readonly string[];
  /** What would not evaluate; the warnings say it too. */
  readonly faults: readonly PackageFault[];
}

/**
 * The packages that are to be checked, runtime and development: all but those that every release in the catalog is known to
 * have, the ones of the default framework.
 */
export const requestedPackages = ({
  answers: { packages, framework },
  development = basePackages(framework).development,
}: Pick<GatheredAnswers, 'answers' | 'development'>): Requirement[] => {
  const known = new Set(everyProject(defaultFramework).map(({ name }) => name));
  const own = withoutBasePackages(development, 'development', framework);
  return mergeRequirements([
    ...[...packages, ...own].map(text => parseRequirement(text)),
    ...everyProject(framework).filter(({ name }) => !known.has(name)),
  ]);
};

/**
 * Checks the answers against each other.
 * @param packages what checking its packages has found; without it, they are taken as they are
 * @throws Failure (exit code 2) for a name that shadows a package, and for a folder that pipelines cannot name
 */
export function checkProject(
  {
    answers,
    pin,
    development = basePackages(answers.framework).development,
    services = [],
    processes = {},
    place = '',
    adopted,
  }: GatheredAnswers,
  packages?: Pick<PackagesChecked, 'attributes' | 'warnings' | 'faults'>,
): Checked {
  const { name, framework, ci } = answers;
  if (ci.length > 0) checkPlace(place);
  const all = [...requestedPackages({ answers, development }), ...everyProject(framework)].map(
    requirement => requirement.name,
  );
  const further = parseServices(services, name);
  const commands = parseProcesses(processes, name, further);
  // Code that exists has its own names.
  if (answers.app === '') {
    checkShadowing(name, all);
    if (isFolder(framework)) checkAppFolder(name);
  }
  checkWorkloads({ ...answers, services: further, processes: commands });
  for (const service of further) {
    checkShadowing(service.name, all, { where: 'service', file: `${service.module}/` });
  }
  const { attributes = new Map<string, string>(), faults = [] } = packages ?? {};
  const warnings = [...(packages?.warnings ?? []), ...misplaced(answers, place)];
  const module = moduleOf(name);
  const entry = entryFor(answers, module);
  const project = {
    ...answers,
    ...{ module, entry, pin, development, attributes, place, adopted },
    services: further,
    processes: commands,
  };
  return { project, warnings, faults };
}

/** Whether the app that is generated is a folder, not a file. */
const isFolder = (framework: FrameworkName): boolean =>
  Object.keys(frameworks()[framework].generated?.files ?? {}).some(path => path.startsWith('%/'));

/** What has no effect below the root of a repository. */
const misplaced = ({ quality }: Answers, place: string): string[] =>
  Object.entries(rootOnly)
    .filter(([part]) => place !== '' && quality.includes(part as Quality))
    .map(
      ([part, file]) => `quality: ${part} reads ${file} in the root of the repository, so none is written to ${place}.`,
    );
