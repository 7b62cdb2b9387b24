import type { Step } from '../plan/plan.ts';
import { recordPath, undoPath } from '../plan/record.ts';
import { paintDiff, type OutputStream } from '../terminal/output.ts';

/** Files that are not meant to be read line by line. */
const internal: readonly string[] = [recordPath, undoPath];

/** Prints what these steps change line by line, except in the generator's own files. */
export async function showDifferences(steps: readonly Step[], stderr: OutputStream): Promise<void> {
  const shown = steps.filter(({ path }) => !internal.includes(path));
  if (shown.length === 0) return;
  // Most runs do not need the library.
  const { unifiedDiff } = await import('../plan/diff.ts');
  for (const step of shown) stderr.write(paintDiff(unifiedDiff(step), stderr));
}
