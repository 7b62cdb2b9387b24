import { type FrameworkName, frameworkNames, frameworks, type GeneratedApp } from '../catalog/frameworks.ts';
import type { Dialect } from '../catalog/rules.ts';
import { pipelinePath, type Provider, providerNames, providers } from '../model/ci-providers.ts';
import { type DeployTarget, deployTargetNames, deployTargets } from '../model/deploy.ts';
import { lineOf } from '../model/processes.ts';
import type { Project } from '../model/project.ts';
import type { Quality } from '../model/quality.ts';
import type { PackageSource } from '../model/questions.ts';
import { answersToStore, storageKey } from '../model/stored-answers.ts';
import { flakeLockOf } from '../pin/flake-lock.ts';

/** One file of the generated project. */
export interface FileRule {
  /** Its path; `%` is replaced by the module's name, in a file of the services by that of each. */
  readonly path: string;
  /** The template below generators/app/templates, without `.ejs`; data files have `json` instead. */
  readonly template?: string;
  readonly json?: (project: Project, generatorVersion: string) => unknown;
  /** Only in this dialect. */
  readonly dialect?: Dialect;
  /** Only in a project with pipelines of this provider. */
  readonly ci?: Provider;
  /** Only in a project that has files to run it with this. */
  readonly deploy?: DeployTarget;
  /** Only in a project whose packages come from there. */
  readonly packagesFrom?: PackageSource;
  /** Only in a project with this part. */
  readonly quality?: Quality;
  /** Only for this major version of Bazel and later ones. */
  readonly since?: number;
  /** Once for each further service. */
  readonly service?: true;
  /** Only in a project whose app is generated. */
  readonly generated?: true;
  /** Only where its users have such a file, to which its lines are added. */
  readonly ifTheirs?: true;
  /** Only in a project whose app cannot serve itself. */
  readonly served?: true;
  /** Only in a project whose images are signed. */
  readonly signed?: true;
  /** Only in a project with further processes. */
  readonly processes?: true;
}

/** The files of every project; its framework has more. */
const common: readonly FileRule[] = [
  { path: '.bazelignore', template: 'bazelignore' },
  { path: '.bazelrc', template: 'bazelrc' },
  { path: '.dockerignore', template: 'dockerignore', ifTheirs: true },
  { path: '.envrc', template: 'envrc' },
  { path: '.gitignore', template: 'gitignore' },
  { path: '.pre-commit-config.yaml', template: 'pre-commit-config.yaml', quality: 'pre-commit' },
  { path: '.yo-rc.json', json: storedAnswers },
  { path: 'BUILD.bazel', template: 'BUILD.bazel' },
  { path: 'MODULE.bazel', template: 'MODULE.bazel', dialect: 'bzlmod' },
  { path: 'README.md', template: 'README.md' },
  { path: 'WORKSPACE', template: 'WORKSPACE', dialect: 'workspace' },
  { path: 'bazel/BUILD.bazel', template: 'bazel/BUILD.bazel' },
  { path: 'bazel/app.bzl', template: 'bazel/app.bzl' },
  { path: 'bazel/layer.bzl', template: 'bazel/layer.bzl', dialect: 'bzlmod' },
  { path: 'bazel/merge_coverage.py', template: 'bazel/merge_coverage.py', quality: 'checks', since: 5 },
  { path: 'bazel/run_command.py', template: 'bazel/run_command.py', processes: true },
  { path: 'bazel/run_pytest.py', template: 'bazel/run_pytest.py' },
  { path: 'bazel/run_tool.py', template: 'bazel/run_tool.py', quality: 'checks' },
  { path: 'bazel/serve.py', template: 'bazel/serve.py', served: true },
  { path: 'flake.lock', json: ({ pin }) => flakeLockOf(pin) },
  { path: 'flake.nix', template: 'flake.nix' },
  { path: '%/BUILD.bazel', template: 'service/BUILD.bazel', service: true },
  { path: '%/image/BUILD.bazel', template: 'image/BUILD.bazel', service: true },
  { path: 'image/BUILD.bazel', template: 'image/BUILD.bazel' },
  { path: 'image/load.py', template: 'image/load.py', dialect: 'bzlmod' },
  { path: 'nix/BUILD.bazel', template: 'nix/BUILD.bazel' },
  { path: 'nix/attest.nix', template: 'nix/attest.nix', signed: true },
  { path: 'nix/attest.py', template: 'nix/attest.py', signed: true },
  { path: 'nix/checks.nix', template: 'nix/checks.nix', quality: 'checks' },
  { path: 'nix/check_wheels.py', template: 'nix/check_wheels.py', packagesFrom: 'pypi' },
  { path: 'nix/gunicorn.conf.py', template: 'nix/gunicorn.conf.py' },
  { path: 'nix/healthcheck.py', template: 'nix/healthcheck.py' },
  { path: 'nix/image.nix', template: 'nix/image.nix' },
  { path: 'nix/lock.nix', template: 'nix/lock.nix', packagesFrom: 'pypi' },
  { path: 'nix/markers.nix', template: 'nix/markers.nix' },
  { path: 'nix/nixpkgs.nix', template: 'nix/nixpkgs.nix' },
  { path: 'nix/overrides.nix', template: 'nix/overrides.nix' },
  { path: 'nix/pep440.nix', template: 'nix/pep440.nix' },
  { path: 'nix/python.nix', template: 'nix/python.nix', packagesFrom: 'nixpkgs' },
  { path: 'nix/python.nix', template: 'nix/python-from-pypi.nix', packagesFrom: 'pypi' },
  { path: 'nix/sbom.nix', template: 'nix/sbom.nix' },
  { path: 'nix/sbom.py', template: 'nix/sbom.py' },
  { path: 'nix/settings.nix', template: 'nix/settings.nix' },
  { path: 'pyproject.toml', template: 'pyproject.toml' },
  { path: 'renovate.json', template: 'renovate.json', quality: 'renovate' },
  { path: 'shell.nix', template: 'shell.nix' },
  ...deployTargetNames.flatMap(deploy =>
    Object.entries<string>(deployTargets[deploy].files).map(([path, template]) => ({ path, template, deploy })),
  ),
  ...providerNames.map(name => ({ path: providers[name].path, template: `ci/${name}.yml`, ci: name })),
];

/** The path of a file for a project in a folder of a repository: pipelines go where their provider reads them. */
export const pathOf = ({ path, ci }: FileRule, place: string): string => (ci ? pipelinePath(ci, place) : path);

/** The files of the apps of a framework. */
function appFiles(name: FrameworkName): FileRule[] {
  const { generated, service } = frameworks()[name];
  const rules = (app: GeneratedApp | undefined, more: object): FileRule[] =>
    Object.entries(app?.files ?? {}).map(([path, template]) => ({ path, template, ...more }));
  return [...rules(generated, { generated: true }), ...rules(service, { service: true })];
}

/** All files of the projects with that framework. */
export const filesOf = (framework: FrameworkName): FileRule[] => [...common, ...appFiles(framework)];

/** All files of whatever project, some of them more than once. */
export const allFiles = (): FileRule[] => [...common, ...frameworkNames().flatMap(appFiles)];

/**
 * Every path at which a project can have a generated file, with whatever answers.
 * @param module that of the project, if its name is known
 * @param services the modules of its further services
 * @param place its folder in its git repository
 */
export function possiblePaths(
  { module, services }: { readonly module: string | undefined; readonly services: readonly string[] },
  place: string,
): Set<string> {
  const own = module === undefined ? [] : [module];
  const paths = allFiles().flatMap(rule => {
    const modules = rule.service ? services : own;
    return [rule.path, pathOf(rule, place)].flatMap(path =>
      path.includes('%') ? modules.map(name => path.replaceAll('%', name)) : [path],
    );
  });
  return new Set(paths);
}

/** What later runs need: the answers that no other file has, and the version that generated the files. */
function storedAnswers(project: Project, generatorVersion: string): unknown {
  const { services, processes, adopted } = project;
  return {
    [storageKey]: {
      version: generatorVersion,
      answers: answersToStore(project),
      ...(adopted ? { adopted } : {}),
      ...(services.length > 0 ? { services: services.map(({ name }) => name) } : {}),
      ...(processes.length > 0
        ? { processes: Object.fromEntries(processes.map(process => [process.name, lineOf(process)])) }
        : {}),
    },
  };
}
