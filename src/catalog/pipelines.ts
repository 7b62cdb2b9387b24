import { read } from './read.ts';

/** A GitHub action: the version is for people, the commit is what runs. */
export interface ActionPin {
  readonly name: string;
  readonly version: string;
  readonly commit: string;
}

/** The actions that pipelines use, by their keys in the templates. */
export type ActionName = 'checkout' | 'nix' | 'nixCache' | 'cache';

/** The container images that jobs run in, with tags. */
export type RunnerImages = Readonly<Record<'nix', string>>;

interface PipelinePins {
  readonly actions: Readonly<Record<ActionName, ActionPin>>;
  readonly images: RunnerImages;
}

let loaded: PipelinePins | undefined;

/** The third-party actions and images in pipelines.json. */
export function pipelinePins(): PipelinePins {
  loaded ??= read('pipelines.json') as PipelinePins;
  return loaded;
}
