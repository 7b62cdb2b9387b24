import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commit, journalName, recover } from '../../src/fs/commit.ts';
import { interruptedStates, killed } from './killed.ts';
import { memory, planNew, scratch, tree, trees, write, writeOld } from './tree.ts';

/** The call that commits. */
const commitCall = /^rename .*intent .*done/;

describe('a commit killed with SIGKILL', function () {
  this.timeout(60_000);
  const here = scratch(memory);

  it('is recovered to the old or the new state, wherever it was killed', async () => {
    const target = join(here.path, 'project');
    const expected = trees(here.path);
    writeOld(target);
    const outcomes: string[] = [];
    for (const [n, state] of interruptedStates('commit', target, target).entries()) {
      const interrupted = existsSync(join(state, journalName));
      assert.equal(await recover(state), interrupted, `killed at call ${n}`);
      assert.equal(await recover(state), false, 'nothing is left to recover');
      const found = tree(state);
      const outcome = found['README.md']?.includes('new') ? 'new' : 'old';
      assert.deepEqual(found, expected[outcome], `killed at call ${n}`);
      outcomes.push(outcome);
    }
    // Once it is committed, it stays so.
    assert.deepEqual(outcomes, [...outcomes].sort().reverse());
    assert.deepEqual(new Set(outcomes), new Set(['old', 'new']));
  });

  it('is recovered even if the recovery is killed too', async () => {
    const target = join(here.path, 'project');
    const expected = trees(here.path);
    writeOld(target);
    // With the last file in place: everything must be rolled back.
    killed('commit', target, commitCall);
    const states = interruptedStates('recover', target, target);
    assert.ok(states.length > 10, `${states.length}`);
    for (const [n, state] of states.entries()) {
      await recover(state);
      assert.deepEqual(tree(state), expected.old, `killed at call ${n}`);
    }
  });

  it('leaves a new folder complete or not at all', async () => {
    const parent = join(here.path, 'parent');
    mkdirSync(parent);
    const outcomes: boolean[] = [];
    for (const state of interruptedStates('commit', join(parent, 'some/project'), parent)) {
      await recover(join(state, 'some/project'));
      const found = tree(state);
      const isThere = existsSync(join(state, 'some/project'));
      if (isThere) {
        assert.deepEqual(
          Object.keys(found).filter(name => name.startsWith('.')),
          [],
        );
        assert.equal(found['some/project/nix/deep/er.nix']?.endsWith('{ }\n'), true);
      } else assert.deepEqual(found, {});
      outcomes.push(isThere);
    }
    assert.deepEqual(new Set(outcomes), new Set([false, true]));
  });

  describe('whose files were edited before the recovery', () => {
    /** A project whose commit was killed with README.md (the first file) replaced and the others not. */
    function halfWay(): string {
      const target = join(here.path, 'project');
      writeOld(target);
      killed('commit', target, /^rename .*secret\.env /);
      return target;
    }

    it('keeps an edit of a new file, and the old file beside it', async () => {
      const target = halfWay();
      writeFileSync(join(target, 'README.md'), 'new readme\nand an edit\n');
      await recover(target);
      assert.equal(readFileSync(join(target, 'README.md'), 'utf8'), 'new readme\nand an edit\n');
      assert.equal(readFileSync(join(target, 'README.md.orig'), 'utf8'), 'old readme\n');
    });

    it('keeps a file that was replaced, and one that was created', async () => {
      const target = halfWay();
      writeFileSync(join(target, 'README.md.tmp'), 'new readme\n');
      renameSync(join(target, 'README.md.tmp'), join(target, 'README.md'));
      mkdirSync(join(target, 'nix'), { recursive: true });
      writeFileSync(join(target, 'nix/python.nix'), '{ }\n');
      await recover(target);
      // Even with the bytes that the run would have written: they are the user's.
      assert.equal(readFileSync(join(target, 'nix/python.nix'), 'utf8'), '{ }\n');
      assert.equal(readFileSync(join(target, 'README.md'), 'utf8'), 'new readme\n');
      assert.equal(readFileSync(join(target, 'README.md.orig'), 'utf8'), 'old readme\n');
    });
  });

  it('is recovered if folders were deleted, and never outside the project', async () => {
    const target = join(here.path, 'project');
    writeOld(target);
    killed('commit', target, commitCall);
    rmSync(join(target, 'gone'), { recursive: true });
    await recover(target);
    assert.equal(tree(target)['gone/for/good.txt'], '644 old good\n');

    // A journal that came with a project from elsewhere.
    const forge = (file: string): void => {
      const journal = join(target, journalName);
      rmSync(journal, { recursive: true, force: true });
      write(journal, {
        intent: JSON.stringify({ entries: [{ file, replaces: true }], folders: [] }),
        'old/0': 'evil\n',
      });
    };
    mkdirSync(join(here.path, 'outside'));
    symlinkSync('../outside', join(target, 'way-out'));
    for (const file of ['../outside/a', 'way-out/a', join(here.path, 'outside/a')]) {
      forge(file);
      await assert.rejects(recover(target), { name: 'Failure' });
    }
    assert.deepEqual(tree(join(here.path, 'outside')), {});
  });

  it('is rolled back by the next commit without a call of recover', async () => {
    const target = join(here.path, 'project');
    const expected = trees(here.path);
    writeOld(target);
    const plan = await planNew(target);
    killed('commit', target, commitCall);
    await commit(target, plan);
    assert.deepEqual(tree(target), expected.new);
  });
});
