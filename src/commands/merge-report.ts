import { join } from 'node:path';
import { readExisting } from '../fs/read-existing.ts';
import { ExitCode, failed } from '../errors/failure.ts';
import { hasConflict } from '../text/conflict-markers.ts';
import type { ExistingFiles, Plan, Rendered } from '../plan/plan.ts';
import { readRecord, recordPath } from '../plan/record.ts';
import type { OutputStream } from '../terminal/output.ts';

/** Names the files with conflicts, if there are any, and gives the exit code. */
export function reportConflicts(conflicts: readonly string[], { colors, write }: OutputStream): ExitCode {
  if (conflicts.length === 0) return ExitCode.done;
  const [subject, them] = conflicts.length > 1 ? ['These files have', 'them'] : ['This file has', 'it'];
  write(
    `${colors.red('error:')} ${subject} conflicts, with markers as in git: ${conflicts.join(', ')}.\n` +
      `       Resolve ${them} before you build.\n`,
  );
  return ExitCode.failed;
}

/** The steps with `conflict` as the action for files with conflict markers. */
export const markConflicts = (plan: Plan, conflicts: readonly string[]): Plan =>
  plan.map(step => (conflicts.includes(step.path) ? { ...step, action: 'conflict' } : step));

/** The last generated state of a project; undefined if it is not recorded. */
export async function readRecordIn(folder: string): Promise<Rendered | undefined> {
  const text = (await readExisting(folder, [recordPath])).get(recordPath);
  return text === undefined ? undefined : readRecord(text, join(folder, recordPath));
}

/** @throws Failure (exit code 1) if a conflict of an earlier run is unresolved */
export function refuseConflictMarkers(folder: string, found: ExistingFiles): void {
  const paths = [...found].filter(([, text]) => hasConflict(text)).map(([path]) => path);
  if (paths.length === 0) return;
  throw failed(
    `Unresolved conflicts of an earlier update in ${paths.join(', ')} in ${folder}. Nothing was written.`,
    'Resolve what is between <<<<<<< and >>>>>>>, then run it again.',
  );
}
