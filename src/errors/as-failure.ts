import { ExitCode, Failure } from './failure.ts';

/** Turns whatever was thrown into a failure that can be shown to a user. */
export function asFailure(error: unknown, signal: AbortSignal): Failure {
  if (error instanceof Failure && error.exitCode === ExitCode.interrupted) return error;
  if (signal.aborted || isInterruption(error)) {
    return new Failure('Interrupted: nothing was written.', 'Run it again to start over.', ExitCode.interrupted, error);
  }
  if (error instanceof Failure) return error;
  return new Failure(
    `Internal error: ${error instanceof Error ? error.message : String(error)}`,
    'This is a bug in nix-python-container. Run it again with --verbose, and report what it prints.',
    ExitCode.failed,
    error,
  );
}

/** Whether this is Ctrl-C in a prompt, or a prompt that was ended by a signal. */
const isInterruption = (error: unknown): boolean =>
  error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name);

/** The stack of an error and of its causes, for `--verbose`. */
export const stackTrace = (error: unknown): string => {
  const { stack, cause } = (error ?? {}) as Error;
  return `${stack ?? String(error)}\n${cause === undefined ? '' : `caused by ${stackTrace(cause)}`}`;
};
