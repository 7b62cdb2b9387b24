import { read } from './read.ts';

/** An action of GitHub: a version is what people read, the commit is what is run. */
export interface ActionPin {
  readonly name: string;
  readonly version: string;
  readonly commit: string;
}

interface PipelinePins {
  readonly actions: Readonly<Record<'checkout' | 'nix' | 'nixCache' | 'cache', ActionPin>>;
  /** Container images with their tags. */
  readonly images: Readonly<Record<'nix', string>>;
}

let loaded: PipelinePins | undefined;

/** What pipelines take from others, as pipelines.json lists it. */
export function pipelinePins(): PipelinePins {
  loaded ??= read('pipelines.json') as PipelinePins;
  return loaded;
}
