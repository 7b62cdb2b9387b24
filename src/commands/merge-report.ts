import { ExitCode, failed } from '../errors/failure.ts';
import { hasConflict } from '../text/conflict-markers.ts';
import type { ExistingFiles, Plan } from '../plan/plan.ts';
import { printFailure } from '../terminal/messages.ts';
import type { OutputStream } from '../terminal/output.ts';

/** Prints which files have conflicts after a merge; the exit code says whether there are any. */
export function reportConflicts(conflicts: readonly string[], stream: OutputStream): ExitCode {
  if (conflicts.length === 0) return ExitCode.done;
  const failure = failed(
    `Merge conflicts in ${conflicts.join(', ')}.`,
    'Resolve the conflict markers before you build.',
  );
  printFailure(failure, stream);
  return failure.exitCode;
}

/** The steps as they are shown: `conflict` for each file that has conflict markers. */
export const markConflicts = (plan: Plan, conflicts: readonly string[]): Plan =>
  plan.map(step => (conflicts.includes(step.path) ? { ...step, action: 'conflict' } : step));

/** @throws Failure (exit code 1) if a file still has conflict markers of an earlier run */
export function refuseConflictMarkers(folder: string, found: ExistingFiles): void {
  const paths = [...found].filter(([, text]) => hasConflict(text)).map(([path]) => path);
  if (paths.length === 0) return;
  throw failed(
    `Unresolved conflicts of an earlier update in ${paths.join(', ')} in ${folder}. Nothing was written.`,
    'Resolve the conflict markers, from <<<<<<< to >>>>>>>, then run it again.',
  );
}
