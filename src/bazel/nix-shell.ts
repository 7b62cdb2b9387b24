import { buildEnvironment } from '../process/environment.ts';
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
  // nix-shell puts the folder of its bash in front of PATH: for a plain `bash`, that is the current one.
  runInteractively('nix-shell', ['--run', `PATH=\${PATH#.:}; ${command}`], {
    ...context,
    progress,
    environment: { ...buildEnvironment(context.environment), ...variables },
  });
