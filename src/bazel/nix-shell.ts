import { findOnPath } from '../doctor/machine.ts';
import { buildEnvironment } from '../process/environment.ts';
import type { InteractiveOptions, InteractiveResult } from '../process/run-interactively.ts';
import { runInteractively } from '../process/run-interactively.ts';

/** The project that is built, and where its output goes. */
export type BuildContext = Omit<InteractiveOptions, 'progress'>;

/** Runs a bash command in the project's shell (`nix-shell --run`), and shows its output. */
export async function runInShell(
  context: BuildContext,
  command: string,
  { progress, variables = {} }: Pick<InteractiveOptions, 'progress'> & { readonly variables?: Record<string, string> },
): Promise<InteractiveResult> {
  // Else nix-shell takes the bash of whatever nixpkgs is in NIX_PATH or the channels.
  const bash = await findOnPath('bash', context);
  return runInteractively('nix-shell', ['--run', command], {
    ...context,
    progress,
    environment: { ...buildEnvironment(context.environment), ...variables, ...(bash && { NIX_BUILD_SHELL: bash }) },
  });
}
