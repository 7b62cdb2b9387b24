import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unifiedDiff } from '../../src/plan/diff.ts';
import type { Step } from '../../src/plan/plan.ts';
import { needs } from '../needs.ts';
import { scratch, tree, write } from '../fs/tree.ts';

const step = (path: string, before?: string, after?: string): Step => ({
  path,
  action: before === undefined ? 'create' : after === undefined ? 'delete' : 'update',
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
});

describe('unifiedDiff', () => {
  it('shows an update with three lines of context', () => {
    assert.equal(
      unifiedDiff(step('nix/x.nix', '1\n2\n3\n4\n5\n6\n', '1\n2\n3\n4\nfive\n6')),
      `--- a/nix/x.nix
+++ b/nix/x.nix
@@ -2,5 +2,5 @@
 2
 3
 4
-5
-6
+five
+6
\\ No newline at end of file
`,
    );
  });

  it('compares created and deleted files with /dev/null, and is empty without a change', () => {
    assert.equal(unifiedDiff(step('x', undefined, 'a\n')), '--- /dev/null\n+++ b/x\n@@ -0,0 +1,1 @@\n+a\n');
    assert.equal(unifiedDiff(step('x', 'a\n')), '--- a/x\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n');
    assert.equal(unifiedDiff({ path: 'x', action: 'identical', before: 'a\n', after: 'a\n' }), '');
  });

  it('escapes control characters', () => {
    const nasty = 'a\x1b[2J\x07\x00\x7f\x9b31m\u202e\u2066\u200b\ufeff\u2028\udce9\ttab caf\u00e9 \u{1f40d}\n';
    const shown = unifiedDiff(step('x', 'crlf\r\n', nasty));
    assert.equal(
      shown.split('\n').slice(3).join('\n'),
      '-crlf\\r\n+a\\x1b[2J\\x07\\x00\\x7f\\u{9b}31m\\u{202e}\\u{2066}\\u{200b}\\u{feff}\\u{2028}\\xe9\ttab caf\u00e9 \u{1f40d}\n',
    );
  });

  it('shows a change of line ends', () => {
    assert.match(unifiedDiff(step('x', 'a\r\n', 'a\n')), /\n-a\\r\n\+a\n$/);
  });

  describe('as a patch', () => {
    const here = scratch();
    before(needs('git'));

    it('is applied by git', () => {
      const steps = [
        step('changed.txt', 'one\ntwo\nthree', 'one\n2\nthree\n'),
        step('deep/made.txt', undefined, 'made\n'),
        step('with space.txt', 'a\n', 'b'),
        step('gone.txt', 'gone\n'),
      ];
      write(
        here.path,
        Object.fromEntries(steps.flatMap(({ path, before }) => (before === undefined ? [] : [[path, before]]))),
      );
      execFileSync('git', ['apply'], { cwd: here.path, input: steps.map(unifiedDiff).join('') });
      const files = Object.keys(tree(here.path)).filter(path => !path.endsWith('/'));
      assert.deepEqual(
        files.map(path => [path, readFileSync(join(here.path, path), 'utf8')]),
        [
          ['changed.txt', 'one\n2\nthree\n'],
          ['deep/made.txt', 'made\n'],
          ['with space.txt', 'b'],
        ],
      );
    });
  });
});
