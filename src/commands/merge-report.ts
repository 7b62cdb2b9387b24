import { join } from 'node:path';
import { survey } from '../fs/read-existing.ts';
import { ExitCode, failed } from '../errors/failure.ts';
import { hasMarks } from '../plan/merge-text.ts';
import type { Found, Plan, Rendered } from '../plan/plan.ts';
import { readRecord, recordPath } from '../plan/record.ts';
import type { Screen } from '../terminal/output.ts';

/** How a merge ends for its user: well, or with conflicts that are named. */
export function endWith(conflicts: readonly string[], { colors, write }: Screen): ExitCode {
  if (conflicts.length === 0) return ExitCode.done;
  const [subject, them] = conflicts.length > 1 ? ['These files have', 'them'] : ['This file has', 'it'];
  write(
    `${colors.red('error:')} ${subject} conflicts, marked as git marks them: ${conflicts.join(', ')}.\n` +
      `       Settle ${them} before you build.\n`,
  );
  return ExitCode.failed;
}

/** The steps as they are told: with `conflict` for files in which one is marked. */
export const shownSteps = (plan: Plan, conflicts: readonly string[]): Plan =>
  plan.map(step => (conflicts.includes(step.path) ? { ...step, action: 'conflict' } : step));

/** What was generated last; undefined if nobody knows. */
export async function recordedIn(folder: string): Promise<Rendered | undefined> {
  const text = (await survey(folder, [recordPath])).get(recordPath);
  return text === undefined ? undefined : readRecord(text, join(folder, recordPath));
}

/** @throws Failure (exit code 1) if a conflict of an earlier run is still marked somewhere */
export function refuseMarks(folder: string, found: Found): void {
  const paths = [...found].filter(([, text]) => hasMarks(text)).map(([path]) => path);
  if (paths.length === 0) return;
  throw failed(
    `There are conflicts of an earlier update in ${paths.join(', ')} in ${folder}. Nothing was written.`,
    'Settle what stands between <<<<<<< and >>>>>>>, then run it again.',
  );
}
