import type { Step } from '../plan/plan.ts';
import { recordPath, undoPath } from '../plan/record.ts';
import { paintDiff, type OutputStream } from '../terminal/output.ts';

/** What no person reads line by line. */
const ours: readonly string[] = [recordPath, undoPath];

/**
 * Shows what these steps change, line by line, but in the generator's own files. The library is loaded here: most runs show no
 * difference.
 */
export async function showDifferences(steps: readonly Step[], stderr: OutputStream): Promise<void> {
  const shown = steps.filter(({ path }) => !ours.includes(path));
  if (shown.length === 0) return;
  const { unifiedDiff } = await import('../plan/diff.ts');
  for (const step of shown) stderr.write(paintDiff(unifiedDiff(step), stderr));
}
