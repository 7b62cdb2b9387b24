import type { Built } from '../bazel/build.ts';
import { ExitCode, Failure } from '../errors/failure.ts';
import type { Plan } from '../plan/plan.ts';
import { describePlan } from '../terminal/output.ts';
import { describe } from './build.ts';
import type { Request } from '../cli/flags.ts';
import type { PreparedProject } from './new.ts';
import { nextSteps } from './next-steps.ts';
import type { Output } from '../load/context.ts';

/** Tells what was done, or with `--dry-run` what would be; with `--json` as one document. */
export function reportResult(
  { target, project, answers, warnings }: PreparedProject,
  plan: Plan,
  { on }: Request,
  { folder, screen, out }: Output,
  built?: Built,
): void {
  const written = !on.has('dry-run');
  if (on.has('json')) {
    const steps = plan.map(({ action, path }) => ({ action, path }));
    out.write(
      document({ target, written, answers, pin: project.pin, warnings, steps, ...(built ? { build: built } : {}) }),
    );
    return;
  }
  // The plan stands above what the build has printed.
  if (built) return out.write(describe(built));
  out.write(describePlan(plan, out));
  if (written) screen.write(nextSteps(target, project, plan, { folder, screen }));
}

/** The document that `--json` prints when nothing came of a request. */
export const failureDocument = ({ message, hint, exitCode }: Failure): string =>
  document({ error: { message, hint, exitCode } });

/** The form of every document that `--json` prints. */
export const document = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** Whatever was thrown as what a user is told. */
export function asFailure(error: unknown, signal: AbortSignal): Failure {
  if (error instanceof Failure && error.exitCode === ExitCode.interrupted) return error;
  if (signal.aborted || isInterruption(error)) {
    return new Failure('Interrupted: nothing was written.', 'Run it again to start over.', ExitCode.interrupted, error);
  }
  if (error instanceof Failure) return error;
  return new Failure(
    `Something went wrong that should not: ${error instanceof Error ? error.message : String(error)}`,
    'Run it again with --verbose, and please report what it prints.',
    ExitCode.failed,
    error,
  );
}

/** Ctrl-C in a prompt, or a prompt that was ended by a signal. */
const isInterruption = (error: unknown): boolean =>
  error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name);

/** Where an error came from, for `--verbose`: its stack, and those of its causes. */
export const stackTrace = (error: unknown): string => {
  const { stack, cause } = (error ?? {}) as Error;
  return `${stack ?? String(error)}\n${cause === undefined ? '' : `caused by ${stackTrace(cause)}`}`;
};
