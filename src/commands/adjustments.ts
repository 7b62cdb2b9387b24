import type { Adjustment } from '../model/pins-policy.ts';
import { presentable } from '../text/shown.ts';

/** The adjustments, a line each, in the form of describePlan. */
export const describeAdjustments = (adjustments: readonly Adjustment[]): string =>
  adjustments
    .map(({ from, to, reason }) =>
      to === undefined
        ? `${'skip'.padStart(9)}  ${from} (${reason})`
        : `${'relax'.padStart(9)}  ${from} → ${to} (${reason})`,
    )
    .map(line => `${presentable(line)}\n`)
    .join('');
