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
  readonly kept?: true;
  /** The text in the record afterwards. */
  readonly recorded?: string;
}

/** The text generated last, the one generated now, the one on disk, and the result. */
const cases: Record<
  string,
  readonly [base: string | undefined, generated: string | undefined, yours: string | undefined, Outcome]
> = {
  'a new file': [undefined, g, undefined, { action: 'create', after: g, recorded: g }],
  'a new file that exists with the same text': [undefined, g, g, { action: 'identical', after: g, recorded: g }],
  'a new file that exists with another text': [
    undefined,
    g,
    z,
    { action: 'merge', after: marked, conflict: true, recorded: g },
  ],
  'a deleted file': [b, b, undefined, { recorded: b }],
  'a deleted file that changes': [b, g, undefined, { recorded: g }],
  'an unchanged file': [b, b, b, { action: 'identical', after: b, recorded: b }],
  'a changed file': [b, b, y, { action: 'identical', after: y, recorded: b }],
  'an unchanged file that changes': [b, g, b, { action: 'update', after: g, recorded: g }],
  'a file with only its line ends changed': [b, g, crlf(b), { action: 'merge', after: crlf(g), recorded: g }],
  'a file that both changed alike': [b, g, g, { action: 'identical', after: g, recorded: g }],
  'a file that both changed in different places': [b, g, y, { action: 'merge', after: `mine\n${g}`, recorded: g }],
  'a file that both changed in the same place': [
    b,
    g,
    z,
    { action: 'merge', after: marked, conflict: true, recorded: g },
  ],
  'an unchanged file that is no longer generated': [b, undefined, b, { action: 'delete' }],
  'the same with other line ends': [b, undefined, crlf(b), { action: 'delete' }],
  'a changed file that is no longer generated': [b, undefined, y, { kept: true, recorded: b }],
  'one with only lines deleted': [b, undefined, '1\n4\n', { kept: true, recorded: b }],
  'one that was emptied': [b, undefined, '', { kept: true, recorded: b }],
  'one that was deleted': [b, undefined, undefined, {}],
};

describe('planMerge', () => {
  /** The plan with the record, as commands use it. */
  function recording(versions: Versions, mergers?: Mergers): MergePlan {
    const { plan, record, ...merge } = planMerge(versions, mergers);
    return { ...merge, record, plan: withRecord(plan, record, versions.found.get(recordPath)) };
  }
  const deletable = new Set([path]);
  const map = (text: string | undefined): Map<string, string> => new Map(text === undefined ? [] : [[path, text]]);
  const merge = (base: string | undefined, generated: string | undefined, yours: string | undefined): MergePlan => {
    const before = packRecord(map(base));
    const found = new Map([...map(yours), [recordPath, before]]);
    return recording({ base: map(base), generated: map(generated), found, deletable });
  };

  for (const [what, [base, generated, yours, { action, after, conflict, kept, recorded }]] of Object.entries(cases)) {
    it(`plans ${what}`, () => {
      const { plan, conflicts, kept: keeps } = merge(base, generated, yours);
      const [step, ...more] = plan.filter(candidate => candidate.path === path);
      assert.deepEqual(more, []);
      assert.deepEqual([step?.action, step?.after], [action, after]);
      if (step) assert.equal(step.before, yours);
      assert.deepEqual(conflicts, conflict ? [path] : []);
      assert.deepEqual(keeps, kept ? [path] : []);
      const record = plan.find(candidate => candidate.path === recordPath);
      assert.deepEqual(readRecord(record?.after ?? '', recordPath), map(recorded));
      assert.equal(record?.action, base === recorded ? 'identical' : 'update');
    });
  }

  it('covers every case: present or not, equal or not', () => {
    const alike = (one?: string, other?: string) => (one === undefined || other === undefined ? 'x' : one === other);
    const kinds = Object.values(cases).map(([base, generated, yours]) => {
      const there = [base, generated, yours].map(text => text !== undefined);
      return JSON.stringify([there, alike(base, generated), alike(base, yours), alike(generated, yours)]);
    });
    // Three texts can be equal in five ways, two in two. A file of the user alone is not part of a plan.
    assert.equal(new Set(kinds).size, 5 + 3 * 2 + 2);
  });

  it('changes nothing the second time, except for conflicts', () => {
    for (const [base, generated, yours] of Object.values(cases)) {
      const first = merge(base, generated, yours);
      if (first.conflicts.length > 0) continue;
      const found = new Map(
        first.plan.filter(({ after }) => after !== undefined).map(step => [step.path, step.after ?? '']),
      );
      if (first.kept.length > 0 && yours !== undefined) found.set(path, yours);
      const last = readRecord(found.get(recordPath) ?? '', recordPath);
      const { plan, kept } = recording({ base: last, generated: map(generated), found, deletable });
      assert.deepEqual(
        plan.filter(({ action }) => action !== 'identical'),
        [],
      );
      assert.deepEqual(kept, first.kept);
    }
  });

  it('merges the changes when a file is generated again, and creates a removed one', () => {
    const last = readRecord(
      merge(b, undefined, y).plan.find(candidate => candidate.path === recordPath)?.after ?? '',
      recordPath,
    );
    const back = (yours: Map<string, string>) =>
      recording({ base: last, generated: map(g), found: yours, deletable }).plan.find(step => step.path === path);
    assert.deepEqual(back(map(y))?.after, `mine\n${g}`);
    const gone = planMerge({ base: last, generated: new Map(), found: new Map(), deletable }).record;
    const again = recording({ base: gone, generated: map(g), found: new Map(), deletable });
    assert.equal(again.plan.find(step => step.path === path)?.action, 'create');
  });

  it('deletes no file that this generator cannot have generated, whatever the record says', () => {
    const versions = {
      base: map(b),
      generated: new Map<string, string>(),
      found: map(b),
      deletable: new Set<string>(),
    };
    const { plan, kept, record } = planMerge(versions);
    assert.deepEqual([plan, kept, record], [[], [path], map(b)]);
  });

  it('goes through the paths in their order', () => {
    const versions = { base: new Map(), generated: new Map([...'cab'].map(name => [name, g])), deletable };
    const { plan, conflicts } = planMerge({ ...versions, found: new Map([...'bca'].map(name => [name, z])) });
    assert.deepEqual([plan.map(step => step.path), conflicts], [[...'abc'], [...'abc']]);
  });

  it('calls it a merge only if something of the users is kept', () => {
    const actionOf = (yours: string, text: string): Action | undefined =>
      planMerge(
        { base: map(b), generated: map(g), found: map(yours), deletable },
        { [path]: () => ({ text, conflicts: 0 }) },
      ).plan[0]?.action;
    assert.equal(actionOf(b, 'another\n'), 'update');
    assert.equal(actionOf(y, g), 'update');
    assert.equal(actionOf(y, 'another\n'), 'merge');
  });

  it('uses the merger of a path', () => {
    const mergers = { [path]: () => ({ text: 'merged', conflicts: 1 }) };
    const { plan, conflicts } = recording({ base: map(b), generated: map(b), found: map(b), deletable }, mergers);
    assert.equal(plan.find(step => step.path === path)?.after, 'merged');
    assert.deepEqual(conflicts, [path]);
  });
});
