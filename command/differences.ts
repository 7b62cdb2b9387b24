import type { Step } from '../project/plan.ts';
import { recordPath, undoPath } from '../project/record.ts';
import { paintDiff, type Screen } from '../terminal/screen.ts';

/** What no person reads line by line. */
const ours: readonly string[] = [recordPath, undoPath];

/**
 * Shows what these steps change, line by line, but in the generator's own files. The library is loaded here: most runs show no
 * difference.
 */
export async function showDifferences(steps: readonly Step[], screen: Screen): Promise<void> {
  const shown = steps.filter(({ path }) => !ours.includes(path));
  if (shown.length === 0) return;
  const { unifiedDiff } = await import('../disk/diff.ts');
  for (const step of shown) screen.write(paintDiff(unifiedDiff(step), screen));
}
