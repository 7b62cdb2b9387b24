import type { ActionName, RunnerImages } from '../catalog/pipelines.ts';
import type { Archives, Modules } from '../catalog/rules.ts';
import type { Project } from '../model/project.ts';
import type { Answers } from '../model/questions.ts';
import type { Service } from '../model/services.ts';

/** The answers that the templates of pipelines use. */
export const pipelineAnswers = ['name', 'bazel', 'remoteCache'] as const satisfies (keyof Answers)[];

/** What the templates of pipelines see. The build checks the names in them against it. */
export interface PipelineView extends Pick<Project, (typeof pipelineAnswers)[number] | 'module'> {
  /** Dependencies in MODULE.bazel; else in WORKSPACE. */
  readonly bzlmod: boolean;
  readonly services: readonly Service[];
  /** Actions by key, as `name@commit  # version`. */
  readonly pinned: Readonly<Record<ActionName, string>>;
  /** Container images that jobs run in, by key. */
  readonly runner: RunnerImages;
  /** The labels of all images, for one command line. */
  readonly images: string;
}

/** What all other templates see: the project's answers and what follows from them. */
export interface View extends Omit<Project, 'attributes'>, PipelineView {
  /** The folder of the service; empty for the first one. */
  readonly folder: string;
  /** The same with a slash at its end. */
  readonly within: string;
  /** How Python imports the app's module. */
  readonly importable: string;
  /** What MODULE.bazel depends on. */
  readonly modules: Modules;
  /** What WORKSPACE downloads. */
  readonly archives: Archives;
  /** [project] dependencies, in order. */
  readonly requirements: readonly string[];
  /** pip name and attribute, in order. */
  readonly attributes: readonly (readonly [name: string, attribute: string])[];
  readonly bazelAttribute: string;
  /** The pin as the input of flake.nix names it. */
  readonly flakeUrl: string;
}
