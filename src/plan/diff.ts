import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Step } from './plan.ts';
import { visible } from '../text/visible.ts';

/**
 * What a step changes, as a unified diff with git's headers and three lines of context, without colours; for people, since
 * invisible characters are escaped. Empty for a step that changes nothing.
 * Import it when it is needed: most runs show no diff.
 */
export const unifiedDiff = (step: Step): string => visible(unifiedPatch(step));

/** The same for programs: `patch` and `git apply` take it. */
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
