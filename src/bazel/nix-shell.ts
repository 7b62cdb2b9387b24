import type { InteractiveOptions, InteractiveResult } from '../process/run-interactively.ts';
import { runInteractively } from '../process/run-interactively.ts';

/** The project that is built, and where its output goes. */
export type BuildContext = Omit<InteractiveOptions, 'progress'>;

/** Runs a bash command in the project's shell (`nix-shell --run`), and shows its output. */
export const runInShell = (
  context: BuildContext,
  command: string,
  { progress, variables = {} }: Pick<InteractiveOptions, 'progress'> & { readonly variables?: Record<string, string> },
): Promise<InteractiveResult> =>
  runInteractively('nix-shell', ['--run', command], {
    ...context,
    progress,
    environment: { ...context.environment, ...variables },
  });
