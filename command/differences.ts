import type { Step } from '../project/plan.ts';
import { paintDiff, type Screen } from '../terminal/screen.ts';

/** Shows what these steps change, line by line. The library is loaded here: most runs show no difference. */
export async function showDifferences(steps: readonly Step[], screen: Screen): Promise<void> {
  if (steps.length === 0) return;
  const { unifiedDiff } = await import('../disk/diff.ts');
  for (const step of steps) screen.write(paintDiff(unifiedDiff(step), screen));
}
