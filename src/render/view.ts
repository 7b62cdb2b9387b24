import type { ActionName, RunnerName } from '../catalog/pipelines.ts';
import type { Archives, Modules } from '../catalog/rules.ts';
import type { Platform } from '../model/platforms.ts';
import type { Project } from '../model/project.ts';
import type { Workload } from '../model/deploy.ts';
import type { Process } from '../model/processes.ts';
import type { Answers } from '../model/questions.ts';

/** The answers that the templates of CI pipelines use. */
export const pipelineAnswers = [
  'name',
  'bazel',
  'remoteCache',
  'packagesFrom',
  'platforms',
  'sign',
  'scan',
  'quality',
] as const satisfies (keyof Answers)[];

/** A value that is already written as its file needs it. */
export interface Verbatim {
  readonly verbatim: string;
}

/** The data of the CI pipelines' templates (`ci/`). The build type-checks the templates against it. */
export interface PipelineView extends Pick<
  Project,
  (typeof pipelineAnswers)[number] | 'module' | 'services' | 'processes' | 'place'
> {
  /** Whether dependencies are in MODULE.bazel, not WORKSPACE. */
  readonly bzlmod: boolean;
  /** Whether ruff, mypy and coverage are among the tests. */
  readonly checks: boolean;
  /** What an index joins: each platform with its names in Nix and Bazel. Empty if the image is for one platform. */
  readonly joined: readonly { readonly platform: Platform; readonly system: string; readonly cpu: string }[];
  /** GitHub actions by key, as `name@commit  # version`. */
  readonly pinned: Readonly<Record<ActionName, string>>;
  /** The container images that jobs run in, by key, as `name:tag@digest`. */
  readonly runner: Readonly<Record<RunnerName, string>>;
  /** The labels of all images, separated by spaces. */
  readonly images: string;
  /** The images beside the first service's: the ends of their names, the targets that push them, and as below. */
  readonly furtherImages: readonly { readonly name: string; readonly push: string; readonly digestFile: string }[];
  /** The labels of the digests of all images, separated by spaces. */
  readonly digests: string;
  /** The file that Bazel writes the digest of the first service's image to. */
  readonly digestFile: string;
  /** In a repository with other projects, a name that only this one has. */
  readonly slug: string;
  /** `place` with a slash at the end, unless it is empty. */
  readonly below: string;
}

/** The data of all other templates: the project, and what follows from it. */
export interface View extends Omit<Project, 'attributes'>, PipelineView {
  /** The folder of the service; empty for the first one. */
  readonly folder: string;
  /** The same with a slash at the end. */
  readonly within: string;
  /** How Python imports the app's module. */
  readonly importable: string;
  /** The file below the service's folder that serves the app when it is run; undefined if bazel/serve.py does. */
  readonly main: string | undefined;
  /** The folder from which Python imports the app; empty for the project's own. */
  readonly root: string;
  /** The further processes, with the words of their commands as strings of Starlark: in images, and as arguments of Bazel. */
  readonly commands: readonly (Process & { readonly words: readonly Verbatim[]; readonly args: readonly Verbatim[] })[];
  /** The images as they are run. */
  readonly workloads: readonly Workload[];
  /** The image of the database that they run beside; undefined for none. */
  readonly databaseImage: string | undefined;
  /** The rules that BUILD.bazel takes from bazel/app.bzl. */
  readonly appRules: readonly string[];
  /** Where the image runs the app. */
  readonly workdir: string;
  /** The variables of the image that the app needs, as a dictionary of Starlark; undefined if there are none. */
  readonly environment: Verbatim | undefined;
  /** The words of the command that serves the app in the image, as strings of Starlark. */
  readonly server: readonly Verbatim[];
  /** The arguments of bazel/serve.py, for the attribute `args`. */
  readonly serverArguments: readonly Verbatim[];
  /** The same for a shell. */
  readonly serverLine: Verbatim;
  /** The command that serves the app during development. */
  readonly develop: Verbatim;
  /** What the library and the image of an app leave out, as patterns of Bazel's `glob`. */
  readonly notInApp: readonly string[];
  /** What its wheel leaves out, as patterns of .gitignore. */
  readonly notInWheel: readonly string[];
  /** The base images that Bazel takes from Nix: the names of their repositories, and attributes of nix/nixpkgs.nix. */
  readonly baseImages: readonly { readonly repository: string; readonly attribute: string }[];
  /** The dependencies in MODULE.bazel. */
  readonly modules: Modules;
  /** The dependencies in WORKSPACE. */
  readonly archives: Archives;
  /** [project] dependencies, sorted. */
  readonly requirements: readonly string[];
  /** [tool.nixpkgs.attributes], sorted. */
  readonly attributes: readonly (readonly [name: string, attribute: string])[];
  readonly bazelAttribute: string;
  /** The input nixpkgs of flake.nix. */
  readonly flakeUrl: string;
}
