import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { decode, encode } from '../../src/fs/encoding.ts';
import { mergeText, type Sides } from '../../src/plan/merge-text.ts';
import { conflictMarkerLine, hasConflict } from '../../src/text/conflict-markers.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';

/** A text of numbered lines and two edited versions of it: lines replaced, deleted and inserted, some in both alike. */
const edited = fc
  .record({
    length: fc.nat(7),
    yours: fc.array(fc.tuple(fc.nat(7), fc.constantFrom('replace', 'delete', 'insert'), fc.nat(3)), { maxLength: 3 }),
    generated: fc.array(fc.tuple(fc.nat(7), fc.constantFrom('replace', 'delete', 'insert'), fc.nat(3)), {
      maxLength: 3,
    }),
    ends: fc.record({ base: fc.boolean(), yours: fc.boolean(), generated: fc.boolean() }),
  })
  .map(({ length, yours, generated, ends }) => {
    const base = Array.from({ length }, (_, at) => `line ${at}`);
    const changed = (edits: readonly (readonly [number, string, number])[], who: string): string[] => {
      const lines = base.map(line => [line]);
      for (const [at, kind, variant] of edits) {
        const line = lines[at];
        // Variant 0 may be in both versions.
        const text = variant === 0 ? `both ${at}` : `${who} ${at} ${variant}`;
        if (!line) continue;
        if (kind === 'insert') line.unshift(text);
        else line.splice(-1, 1, ...(kind === 'replace' ? [text] : []));
      }
      return lines.flat();
    };
    const text = (lines: readonly string[], ended: boolean): string =>
      lines.join('\n') + (ended && lines.length ? '\n' : '');
    return {
      base: text(base, ends.base),
      yours: text(changed(yours, 'you'), ends.yours),
      generated: text(changed(generated, 'we'), ends.generated),
    };
  });

describe('mergeText', function () {
  this.timeout(120_000);
  const folder = scratch();

  /** The results of `git merge-file`: the text, and the number of conflicts. One shell starts all of them, which is quicker. */
  function git(cases: readonly Sides[]): readonly { readonly text: string; readonly conflicts: number }[] {
    for (const [at, { base, yours, generated }] of cases.entries()) {
      const sides = { yours, base: base ?? '', generated };
      for (const [name, text] of Object.entries(sides)) writeFileSync(join(folder, `${at}.${name}`), encode(text));
    }
    const merge = 'git merge-file -p --no-diff3 -L yours -L base -L generated $at.yours $at.base $at.generated';
    const loop = `for at in $(seq 0 ${cases.length - 1}); do ${merge} >$at.merged; echo $?; done`;
    const statuses = execFileSync('sh', ['-c', loop], { cwd: folder, encoding: 'utf8' }).trim().split('\n').map(Number);
    return statuses.map((conflicts, at) => {
      assert.ok(conflicts < 128, `git merge-file exited with code ${conflicts}`);
      return { text: decode(readFileSync(join(folder, `${at}.merged`))), conflicts };
    });
  }

  const lines = (text: string): string[] => text.split('\n').filter(Boolean);
  /** The text with one side of each conflict. */
  const settled = (text: string, side: 'yours' | 'generated'): string =>
    text.replaceAll(
      /^<{7} yours\r?\n(.*?)^={7}\r?\n(.*?)^>{7} generated\r?\n/gms,
      (_, yours: string, generated: string) => (side === 'yours' ? yours : generated),
    );

  it('merges without conflicts where git does, with the same text', function () {
    needs('git').call(this);
    const cases = fc.sample(edited, process.env.MUTATION_GROUP ? 50 : 500);
    const merged = git(cases);
    assert.equal(merged.length, cases.length);
    for (const [at, sides] of cases.entries()) {
      const [ours, theirs] = [mergeText(sides), merged[at]];
      assert.equal(ours.conflicts > 0, theirs && theirs.conflicts > 0, JSON.stringify(sides));
      if (theirs?.conflicts === 0) assert.equal(ours.text, theirs.text, JSON.stringify(sides));
    }
  });

  it('keeps both sides of a conflict complete and in order', () => {
    fc.assert(
      fc.property(edited, sides => {
        const { text, conflicts } = mergeText(sides);
        assert.equal(text.match(/^<{7} yours$/gm)?.length ?? 0, conflicts);
        assert.equal(hasConflict(text), conflicts > 0);
        for (const side of ['yours', 'generated'] as const) {
          const own = lines(sides[side]).filter(line => !lines(sides.base).includes(line));
          const found = lines(settled(text, side)).filter(line => own.includes(line));
          assert.deepEqual(found, own);
        }
      }),
      { numRuns: 5000 },
    );
  });

  const base = 'a\nb\nc\nd\ne\n';
  const generated = 'a\nb\nc\nd\nE\n';
  for (const [what, sides, text] of [
    ['CRLF of the user', { base, yours: 'A\r\nb\r\nc\r\nd\r\ne\r\n', generated }, 'A\r\nb\r\nc\r\nd\r\nE\r\n'],
    ['only CRLF', { base, yours: base.replaceAll('\n', '\r\n'), generated }, generated.replaceAll('\n', '\r\n')],
    ['one CRLF among LF', { base, yours: 'a\nb\r\nc\nd\ne\n', generated }, 'a\nb\r\nc\nd\nE\n'],
    ['one LF among CRLF', { base, yours: 'a\r\nb\nc\r\nd\r\ne\r\n', generated }, 'a\r\nb\nc\r\nd\r\nE\r\n'],
    ['a removed final line break', { base, yours: 'a\nb\nc\nd\ne', generated: `0\n${base}` }, '0\na\nb\nc\nd\ne'],
    ['a byte order mark', { base, yours: `\uFEFF${base}`, generated }, `\uFEFF${generated}`],
    ['bytes that are not UTF-8', { base, yours: `caf\udce9\n${base}`, generated }, `caf\udce9\n${generated}`],
    ['an emptied file', { base, yours: '', generated: base }, ''],
    ['a file that both added alike', { base: undefined, yours: base, generated: base }, base],
    [
      'unusual lines',
      { base: '__proto__\nconstructor', yours: '__proto__\nconstructor\n', generated: '__proto__\nconstructor' },
      '__proto__\nconstructor\n',
    ],
  ] as const) {
    it(`keeps ${what}`, () => {
      assert.deepEqual(mergeText(sides), { text, conflicts: 0 });
    });
  }

  for (const [what, sides, text] of [
    [
      'CRLF',
      { base: 'a\nb\nc\n', yours: 'a\r\nB\r\nc\r\n', generated: 'a\nX\nc\n' },
      'a\r\n<<<<<<< yours\r\nB\r\n=======\r\nX\r\n>>>>>>> generated\r\nc\r\n',
    ],
    [
      'no line break at the end',
      { base: 'a\nb', yours: 'a\nB', generated: 'a\nX' },
      'a\n<<<<<<< yours\nB\n=======\nX\n>>>>>>> generated\n',
    ],
    ['an emptied file', { base: 'a\n', yours: '', generated: 'b\n' }, '<<<<<<< yours\n=======\nb\n>>>>>>> generated\n'],
    [
      'files that both added',
      { base: undefined, yours: 'a\nb\n', generated: 'a\nc\n' },
      'a\n<<<<<<< yours\nb\n=======\nc\n>>>>>>> generated\n',
    ],
    [
      'bytes that are not UTF-8',
      { base: 'e\n', yours: '\udce9\n', generated: 'E\n' },
      '<<<<<<< yours\n\udce9\n=======\nE\n>>>>>>> generated\n',
    ],
  ] as const) {
    it(`marks a conflict in ${what}`, () => {
      const merged = mergeText(sides);
      assert.deepEqual(merged, { text, conflicts: 1 });
      assert.ok(hasConflict(merged.text));
    });
  }
});

describe('hasConflict', () => {
  const marked = '<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main\n';
  for (const [what, text, found] of [
    ['markers of git', `x\n${marked}y\n`, true],
    ['markers of git with the base', marked.replace('=======', '||||||| base\n=======').replace('b\n', ''), true],
    ['CRLF', marked.replaceAll('\n', '\r\n'), true],
    ['markers without a final line break', marked.trimEnd(), true],
    ['indented markers, as in documentation', marked.replaceAll(/^/gm, '    '), false],
    ['a heading', 'Title\n=======\n', false],
    ['half a conflict', '<<<<<<< HEAD\na\n', false],
    ['markers within lines', '# <<<<<<< HEAD\n# =======\n# >>>>>>> main\n', false],
    ['a heading between markers', marked.replace('=======', '======= of'), false],
    ['many first markers', '<<<<<<< HEAD\n'.repeat(500), false],
  ] as const) {
    it(`${found ? 'finds' : 'finds no conflict in'} ${what}`, () => {
      assert.equal(hasConflict(text), found);
    });
  }
});

describe('the line of a conflict marker', () => {
  for (const [text, line] of [
    ['a\n<<<<<<< HEAD\n', 2],
    ['>>>>>>> main\r\n<<<<<<< HEAD', 1],
    ['{\n}\n>>>>>>>\r\n', 3],
    ['<<<<<<<', 1],
    ['<<<<<<<< HEAD\n>> a\n> b\n< c\n <<<<<<< d\n>>>>>>>e\n=======\n', undefined],
  ] as const) {
    it(`${JSON.stringify(text)}: ${line}`, () => assert.equal(conflictMarkerLine(text), line));
  }
});
