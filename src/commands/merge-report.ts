import { join } from 'node:path';
import { readExisting } from '../fs/read-existing.ts';
import { ExitCode, failed } from '../errors/failure.ts';
import { hasConflictMarkers } from '../plan/merge-text.ts';
import type { ExistingFiles, Plan, Rendered } from '../plan/plan.ts';
import { readRecord, recordPath } from '../plan/record.ts';
import type { OutputStream } from '../terminal/output.ts';

/** How a merge ends for its user: well, or with conflicts that are named. */
export function reportConflicts(conflicts: readonly string[], { colors, write }: OutputStream): ExitCode {
  if (conflicts.length === 0) return ExitCode.done;
  const [subject, them] = conflicts.length > 1 ? ['These files have', 'them'] : ['This file has', 'it'];
  write(
    `${colors.red('error:')} ${subject} conflicts, marked as git marks them: ${conflicts.join(', ')}.\n` +
      `       Settle ${them} before you build.\n`,
  );
  return ExitCode.failed;
}

/** The steps as they are told: with `conflict` for files in which one is marked. */
export const markConflicts = (plan: Plan, conflicts: readonly string[]): Plan =>
  plan.map(step => (conflicts.includes(step.path) ? { ...step, action: 'conflict' } : step));

/** What was generated last; undefined if nobody knows. */
export async function readRecordIn(folder: string): Promise<Rendered | undefined> {
  const text = (await readExisting(folder, [recordPath])).get(recordPath);
  return text === undefined ? undefined : readRecord(text, join(folder, recordPath));
}

/** @throws Failure (exit code 1) if a conflict of an earlier run is still marked somewhere */
export function refuseConflictMarkers(folder: string, found: ExistingFiles): void {
  const paths = [...found].filter(([, text]) => hasConflictMarkers(text)).map(([path]) => path);
  if (paths.length === 0) return;
  throw failed(
    `There are conflicts of an earlier update in ${paths.join(', ')} in ${folder}. Nothing was written.`,
    'Settle what stands between <<<<<<< and >>>>>>>, then run it again.',
  );
}
