import { read } from './read.ts';

/** A GitHub action: the version is for people, the commit is what runs. */
export interface ActionPin {
  readonly name: string;
  readonly version: string;
  readonly commit: string;
}

/** The actions that pipelines use, by their keys in the templates. */
export type ActionName = 'checkout' | 'nix' | 'nixCache' | 'restore' | 'save';

/** A container image: the tag is for people, the digest, that of all platforms, is what runs. */
export interface ImagePin {
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
}

/** The container images that jobs run in, by their keys in the templates. */
export type RunnerName = 'nix';

interface PipelinePins {
  readonly actions: Readonly<Record<ActionName, ActionPin>>;
  readonly images: Readonly<Record<RunnerName, ImagePin>>;
}

let loaded: PipelinePins | undefined;

/** The third-party actions and images in pipelines.json. */
export function pipelinePins(): PipelinePins {
  loaded ??= read('pipelines.json') as PipelinePins;
  return loaded;
}
