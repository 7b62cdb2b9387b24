import { type Merged, mergeText, type Sides } from './merge-text.ts';
import type { Rendered } from '../render/render.ts';
import type { ExistingFiles, Plan, Step } from './plan.ts';
import { packRecord, recordPath } from './record.ts';

/** The result of planning a merge. */
export interface MergePlan {
  readonly plan: Plan;
  /** The files with conflict markers. */
  readonly conflicts: readonly string[];
  /** The files that are no longer generated, but kept because they were changed or may be the user's own. */
  readonly kept: readonly string[];
  /** The base of the next merge. */
  readonly record: Rendered;
}

/** The three versions of a project in a three-way merge. */
export interface Versions {
  /** The last generated state. */
  readonly base: Rendered;
  readonly generated: Rendered;
  /** The texts on disk at the paths of both, and the record. */
  readonly found: ExistingFiles;
  /** The paths at which a file may be deleted that is no longer generated. */
  readonly deletable: ReadonlySet<string>;
}

/** How to merge files that are not merged line by line, by path. */
export type Mergers = Readonly<Record<string, (sides: Sides) => Merged>>;

/**
 * Plans the update of a project to what is generated now: unchanged files are replaced, changed ones merged, deleted ones stay
 * deleted, and files that are no longer generated are deleted unless they were changed, or are none of this generator's.
 */
export function planMerge({ base, generated, found, deletable }: Versions, mergers: Mergers = {}): MergePlan {
  const conflicts: string[] = [];
  const kept: string[] = [];
  const record = new Map(generated);
  const steps: Step[] = [];
  for (const path of [...new Set([...generated.keys(), ...base.keys()])].sort()) {
    const [last, now, yours] = [base.get(path), generated.get(path), found.get(path)];
    if (now === undefined) {
      if (last === undefined || yours === undefined) continue;
      if (yours === '' || !deletable.has(path) || !isUntouched(last, yours)) {
        kept.push(path);
        // Recorded, to be the base when the file is generated again.
        record.set(path, last);
      } else {
        steps.push({ path, action: 'delete', before: yours });
      }
    } else if (yours === undefined) {
      if (last === undefined) steps.push({ path, action: 'create', after: now });
    } else {
      const sides = { base: last, yours, generated: now };
      const { text, conflicts: count } = (mergers[path] ?? mergeText)(sides);
      if (count > 0) conflicts.push(path);
      steps.push(stepTo(path, sides, text));
    }
  }
  return { plan: steps, conflicts, kept, record };
}

/** A plan with the step that records what is generated, sorted by path. */
export function withRecord(plan: Plan, record: Rendered, before: string | undefined): Plan {
  const after = packRecord(record, before);
  const step: Step =
    before === undefined
      ? { path: recordPath, action: 'create', after }
      : { path: recordPath, action: before === after ? 'identical' : 'update', before, after };
  return [...plan, step].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Merging it with an empty text leaves nothing: line ends aside, it is as it was generated. */
const isUntouched = (last: string, yours: string): boolean =>
  mergeText({ base: last, yours, generated: '' }).text === '';

function stepTo(path: string, { base, yours, generated }: Sides, after: string): Step {
  const untouched = yours === base || after === generated;
  return { path, action: after === yours ? 'identical' : untouched ? 'update' : 'merge', before: yours, after };
}
