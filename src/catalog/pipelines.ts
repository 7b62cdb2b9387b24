import { read } from './read.ts';

/** An action of GitHub: a version is what people read, the commit is what is run. */
export interface ActionPin {
  readonly name: string;
  readonly version: string;
  readonly commit: string;
}

/** The actions that pipelines use, by the keys that templates know them by. */
export type ActionName = 'checkout' | 'nix' | 'nixCache' | 'cache';

/** Container images that jobs run in, with their tags. */
export type RunnerImages = Readonly<Record<'nix', string>>;

interface PipelinePins {
  readonly actions: Readonly<Record<ActionName, ActionPin>>;
  readonly images: RunnerImages;
}

let loaded: PipelinePins | undefined;

/** What pipelines take from others, as pipelines.json lists it. */
export function pipelinePins(): PipelinePins {
  loaded ??= read('pipelines.json') as PipelinePins;
  return loaded;
}
