import assert from 'node:assert/strict';
import type { Action } from '../../src/plan/plan.ts';
import { type MergePlan, type Mergers, planMerge, type Versions, withRecord } from '../../src/plan/plan-merge.ts';
import { packRecord, readRecord, recordPath } from '../../src/plan/record.ts';

const [path, b, g, y] = ['file', '1\n2\n3\n4\n', '1\n2\n3\n4\nours\n', 'mine\n1\n2\n3\n4\n'];
const z = '1\n2\n3\n4\nmine\n';
const marked = '1\n2\n3\n4\n<<<<<<< yours\nmine\n=======\nours\n>>>>>>> generated\n';
const crlf = (text: string): string => text.replaceAll('\n', '\r\n');

interface Outcome {
  readonly action?: Action;
  readonly after?: string;
  readonly conflict?: true;
  readonly left?: true;
  /** What the record holds of it from then on. */
  readonly recorded?: string;
}

/** What was generated last, what is generated now, what the disk holds: and what comes of it. */
const cases: Record<
  string,
  readonly [base: string | undefined, generated: string | undefined, yours: string | undefined, Outcome]
> = {
  'a new file': [undefined, g, undefined, { action: 'create', after: g, recorded: g }],
  'a new file that a user has alike': [undefined, g, g, { action: 'identical', after: g, recorded: g }],
  'a new file where a user has another': [
    undefined,
    g,
    z,
    { action: 'merge', after: marked, conflict: true, recorded: g },
  ],
  'a file that was deleted': [b, b, undefined, { recorded: b }],
  'a file that was deleted, and would change': [b, g, undefined, { recorded: g }],
  'a file that is as it was': [b, b, b, { action: 'identical', after: b, recorded: b }],
  'a file that was changed': [b, b, y, { action: 'identical', after: y, recorded: b }],
  'an untouched file that changes': [b, g, b, { action: 'update', after: g, recorded: g }],
  'an untouched file but for its line ends': [b, g, crlf(b), { action: 'merge', after: crlf(g), recorded: g }],
  'a file that both changed alike': [b, g, g, { action: 'identical', after: g, recorded: g }],
  'a file that both changed at different places': [b, g, y, { action: 'merge', after: `mine\n${g}`, recorded: g }],
  'a file that both changed at one place': [b, g, z, { action: 'merge', after: marked, conflict: true, recorded: g }],
  'an untouched file that is not generated any more': [b, undefined, b, { action: 'delete' }],
  'the same with other line ends': [b, undefined, crlf(b), { action: 'delete' }],
  'a changed file that is not generated any more': [b, undefined, y, { left: true, recorded: b }],
  'one of which only lines were deleted': [b, undefined, '1\n4\n', { left: true, recorded: b }],
  'one that was emptied': [b, undefined, '', { left: true, recorded: b }],
  'one that was deleted: nobody needs to remember it': [b, undefined, undefined, {}],
};

describe('planMerge', () => {
  /** With the record in its plan, as commands have it. */
  function recording(versions: Versions, mergers?: Mergers): MergePlan {
    const { plan, record, ...merge } = planMerge(versions, mergers);
    return { ...merge, record, plan: withRecord(plan, record, versions.found.get(recordPath)) };
  }
  const map = (text: string | undefined): Map<string, string> => new Map(text === undefined ? [] : [[path, text]]);
  const merge = (base: string | undefined, generated: string | undefined, yours: string | undefined): MergePlan => {
    const before = packRecord(map(base));
    const found = new Map([...map(yours), [recordPath, before]]);
    return recording({ base: map(base), generated: map(generated), found });
  };

  for (const [what, [base, generated, yours, { action, after, conflict, left, recorded }]] of Object.entries(cases)) {
    it(`settles ${what}`, () => {
      const { plan, conflicts, left: stay } = merge(base, generated, yours);
      const [step, ...more] = plan.filter(step => step.path === path);
      assert.deepEqual(more, []);
      assert.deepEqual([step?.action, step?.after], [action, after]);
      if (step) assert.equal(step.before, yours);
      assert.deepEqual(conflicts, conflict ? [path] : []);
      assert.deepEqual(stay, left ? [path] : []);
      const record = plan.find(step => step.path === recordPath);
      assert.deepEqual(readRecord(record?.after ?? '', recordPath), map(recorded));
      assert.equal(record?.action, base === recorded ? 'identical' : 'update');
    });
  }

  it('covers every case: there or not, alike or not', () => {
    const alike = (one?: string, other?: string) => (one === undefined || other === undefined ? 'x' : one === other);
    const kinds = Object.values(cases).map(([base, generated, yours]) => {
      const there = [base, generated, yours].map(text => text !== undefined);
      return JSON.stringify([there, alike(base, generated), alike(base, yours), alike(generated, yours)]);
    });
    // Three texts are alike in five ways, two in two; of one alone, the user's concerns nobody.
    assert.equal(new Set(kinds).size, 5 + 3 * 2 + 2);
  });

  it('changes nothing when it is done a second time, but for what is to be settled', () => {
    for (const [base, generated, yours] of Object.values(cases)) {
      const first = merge(base, generated, yours);
      if (first.conflicts.length > 0) continue;
      const found = new Map(
        first.plan.filter(({ after }) => after !== undefined).map(({ path, after = '' }) => [path, after]),
      );
      if (first.left.length > 0 && yours !== undefined) found.set(path, yours);
      const last = readRecord(found.get(recordPath) ?? '', recordPath);
      const { plan, left } = recording({ base: last, generated: map(generated), found });
      assert.deepEqual(
        plan.filter(({ action }) => action !== 'identical'),
        [],
      );
      assert.deepEqual(left, first.left);
    }
  });

  it('finds what was changed when a file comes back, and makes one anew that was removed in between', () => {
    const last = readRecord(
      merge(b, undefined, y).plan.find(step => step.path === recordPath)?.after ?? '',
      recordPath,
    );
    const back = (yours: Map<string, string>) =>
      recording({ base: last, generated: map(g), found: yours }).plan.find(step => step.path === path);
    assert.deepEqual(back(map(y))?.after, `mine\n${g}`);
    const gone = planMerge({ base: last, generated: new Map(), found: new Map() }).record;
    const again = recording({ base: gone, generated: map(g), found: new Map() });
    assert.equal(again.plan.find(step => step.path === path)?.action, 'create');
  });

  it('asks a merger of a path, where there is one', () => {
    const mergers = { [path]: () => ({ text: 'merged', conflicts: 1 }) };
    const { plan, conflicts } = recording({ base: map(b), generated: map(b), found: map(b) }, mergers);
    assert.equal(plan.find(step => step.path === path)?.after, 'merged');
    assert.deepEqual(conflicts, [path]);
  });
});
