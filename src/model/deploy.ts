import { readNames } from './listed-names.ts';
import { type DatabaseName, databaseNames, databaseOf, databases } from '../catalog/databases.ts';
import { badRequest } from '../errors/failure.ts';
import { nameIn } from '../packaging/requirement.ts';
import { quoted } from '../text/shown.ts';
import type { Choice } from './choices.ts';
import { moduleOf } from './name.ts';
import type { Process } from './processes.ts';
import type { Service } from './services.ts';

/** What the images can be run by, by the names that users type, with the files that are generated for it: template by path. */
export const deployTargets = {
  compose: {
    label: 'Docker Compose or Podman Compose',
    files: { 'compose.yaml': 'deploy/compose.yaml' },
  },
  kubernetes: {
    label: 'Kubernetes',
    files: {
      'kubernetes/deployment.yaml': 'deploy/deployment.yaml',
      'kubernetes/kustomization.yaml': 'deploy/kustomization.yaml',
      'kubernetes/service.yaml': 'deploy/service.yaml',
    },
  },
} as const satisfies Record<string, { readonly label: string; readonly files: Readonly<Record<string, string>> }>;
export type DeployTarget = keyof typeof deployTargets;

export const deployTargetNames = Object.keys(deployTargets) as DeployTarget[];

/** The targets as the choices of a prompt. */
export const deployChoices: readonly Choice[] = deployTargetNames.map(name => ({
  value: name,
  label: deployTargets[name].label,
}));

/**
 * Checks names of targets; one string may list several, separated by commas.
 * @returns each once, in alphabetical order; none for `none`
 * @throws Failure (exit code 2) for an unknown target
 */
export function parseDeployTargets(texts: readonly string[], where: string): DeployTarget[] {
  const unknown = (name: string): string => `there are no files for ${name}`;
  return [...readNames<DeployTarget>(texts, { names: deployTargetNames, unknown, orNone: true }, where)].sort();
}

/** A database, or `none`. */
export type DatabaseChoice = DatabaseName | 'none';

/** The databases as the choices of a prompt. */
export const databaseChoices = (): Choice[] => [
  { value: 'none', label: 'none' },
  ...databaseNames().map(name => ({ value: name, label: databases()[name].label })),
];

/** The database to suggest: the one that an app with these packages (PEP 508) has a driver for. */
export const likelyDatabase = (packages: readonly string[]): DatabaseChoice =>
  databaseOf(packages.map(nameIn)) ?? 'none';

/** @throws Failure (exit code 2) for an unknown database */
export function parseDatabase(text: string, where: string): DatabaseChoice {
  const known = databaseChoices().map(({ value }) => value);
  if (known.includes(text)) return text as DatabaseChoice;
  throw badRequest(`${where}: unknown database ${quoted(text)}.`, `Choose from ${known.join(', ')}.`);
}

/** One image of a project as it is run. */
export interface Workload {
  /** The name of its image, and of what runs it. */
  readonly name: string;
  /** The variable that names another image. */
  readonly variable: string;
  /** The target that loads the image. */
  readonly load: string;
  /** The port of this machine at which Compose serves it; undefined for a process, which serves nothing. */
  readonly port?: number;
}

/** What is known of a project to run its images. */
export interface Runnable {
  readonly name: string;
  readonly services: readonly Service[];
  readonly processes: readonly Process[];
}

/** The images of a project: its own, those of its services, those of its processes. */
export function workloadsOf({ name, services, processes }: Runnable): Workload[] {
  const served = [{ name, within: '' }, ...services.map(one => ({ name: one.name, within: `${one.module}/` }))];
  return [
    ...served.map((one, at) => ({ name: one.name, load: `//${one.within}image:load`, port: 5000 + at })),
    ...processes.map(one => ({ name: `${name}-${one.name}`, load: `//image:${one.module}_load` })),
  ].map(workload => ({ ...workload, variable: `${moduleOf(workload.name).toUpperCase()}_IMAGE` }));
}

/** @throws Failure (exit code 2) for images that cannot run side by side under their names */
export function checkWorkloads(
  project: Runnable & { readonly deploy: readonly DeployTarget[]; readonly database: DatabaseChoice },
): void {
  const { deploy, database } = project;
  if (deploy.length === 0) return;
  const names = workloadsOf(project).map(({ name }) => name);
  // The name of the database in compose.yaml.
  const all = database === 'none' ? names : ['database', ...names];
  const twice = all.find((name, at) => all.indexOf(name) < at);
  if (twice !== undefined) {
    throw badRequest(`deploy: two of ${all.join(', ')} would run as ${twice}.`, 'Choose another name for one of them.');
  }
  const long = deploy.includes('kubernetes') ? names.find(name => name.length > 63) : undefined;
  if (long !== undefined) {
    throw badRequest(`deploy: ${long} has more than 63 characters, the most in Kubernetes.`, 'Choose shorter names.');
  }
}
