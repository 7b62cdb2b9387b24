import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Step } from './plan.ts';
import { visible } from '../text/visible.ts';

/**
 * The change of a step as a unified diff with git's headers, three lines of context and no colours, with invisible characters
 * escaped for the terminal. Empty for a step that changes nothing.
 * Import it dynamically: most runs show no diff.
 */
export const unifiedDiff = (step: Step): string => visible(unifiedPatch(step));

/** The same without escapes, for `patch` and `git apply`. */
export function unifiedPatch({ path, before, after }: Step): string {
  if (before === after) return '';
  return createTwoFilesPatch(
    before === undefined ? '/dev/null' : `a/${path}`,
    after === undefined ? '/dev/null' : `b/${path}`,
    before ?? '',
    after ?? '',
    undefined,
    undefined,
    { context: 3, headerOptions: FILE_HEADERS_ONLY },
  );
}
