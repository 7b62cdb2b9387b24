import type { Adjustment } from '../model/pins-policy.ts';
import type { OutputStream } from '../terminal/output.ts';
import { row } from '../terminal/rows.ts';
import { presentable } from '../text/shown.ts';

/** The adjustments, a line each, in the form of describePlan. */
export const describeAdjustments = (adjustments: readonly Adjustment[], stream: OutputStream): string =>
  adjustments
    .map(({ from, to, reason }) => {
      const text = to === undefined ? `${from} (${reason})` : `${from} → ${to} (${reason})`;
      return row(to === undefined ? 'skip' : 'relax', presentable(text), stream);
    })
    .join('');
