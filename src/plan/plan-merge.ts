import { type Merged, mergeText, type Sides } from './merge-text.ts';
import type { ExistingFiles, Plan, Rendered, Step } from './plan.ts';
import { packRecord, recordPath } from './record.ts';

/** What merging comes to. */
export interface MergePlan {
  readonly plan: Plan;
  /** The files in which conflicts are marked. */
  readonly conflicts: readonly string[];
  /** The files that are no longer generated, but stay because somebody changed them. */
  readonly left: readonly string[];
  /** What the next merge starts from. */
  readonly record: Rendered;
}

/** The three versions of a project that are merged. */
export interface Versions {
  /** What was generated last. */
  readonly base: Rendered;
  readonly generated: Rendered;
  /** What the disk holds at the paths of both, and the record. */
  readonly found: ExistingFiles;
}

/** The files, by path, that are merged in a better way than line by line. */
export type Mergers = Readonly<Record<string, (sides: Sides) => Merged>>;

/**
 * Plans to bring a project to what is generated now: untouched files are replaced, changed ones merged, deleted ones stay
 * deleted, and what is no longer generated goes unless it was changed.
 */
export function planMerge({ base, generated, found }: Versions, mergers: Mergers = {}): MergePlan {
  const conflicts: string[] = [];
  const left: string[] = [];
  const record = new Map(generated);
  const steps: Step[] = [];
  for (const path of [...new Set([...generated.keys(), ...base.keys()])].sort()) {
    const [last, now, yours] = [base.get(path), generated.get(path), found.get(path)];
    if (now === undefined && last !== undefined) {
      if (yours === undefined) continue;
      if (yours === '' || !isUntouched(last, yours)) {
        left.push(path);
        // Remembered, so that going back to it finds what was changed.
        record.set(path, last);
      } else {
        steps.push({ path, action: 'delete', before: yours });
      }
    } else if (now !== undefined && yours === undefined) {
      if (last === undefined) steps.push({ path, action: 'create', after: now });
    } else if (now !== undefined && yours !== undefined) {
      const sides = { base: last, yours, generated: now };
      const { text, conflicts: count } = (mergers[path] ?? mergeText)(sides);
      if (count > 0) conflicts.push(path);
      steps.push(stepTo(path, sides, text));
    }
  }
  return { plan: steps, conflicts, left, record };
}

/** A plan with the step that records what was generated; in the order of their paths. */
export function withRecord(plan: Plan, record: Rendered, before: string | undefined): Plan {
  const after = packRecord(record, before);
  const step: Step =
    before === undefined
      ? { path: recordPath, action: 'create', after }
      : { path: recordPath, action: before === after ? 'identical' : 'update', before, after };
  return [...plan, step].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Nothing is left of it if nothing is generated. */
const isUntouched = (last: string, yours: string): boolean =>
  mergeText({ base: last, yours, generated: '' }).text === '';

function stepTo(path: string, { base, yours, generated }: Sides, after: string): Step {
  const untouched = yours === base || after === generated;
  return { path, action: after === yours ? 'identical' : untouched ? 'update' : 'merge', before: yours, after };
}
