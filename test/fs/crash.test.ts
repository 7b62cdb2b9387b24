import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commit, journalName, recover } from '../../src/fs/commit.ts';
import { atEveryCall } from './calls.ts';
import { killed } from './killed.ts';
import { memory, planNew, scratch, tree, trees, write, writeOld } from './tree.ts';

/** The call that makes the commit. */
const mark = /^rename .*intent .*done/;

describe('a commit killed with SIGKILL', function () {
  this.timeout(120_000);
  const here = scratch(memory);

  it('leaves a project that recover makes all old or all new, wherever it was killed', async () => {
    const target = join(here.path, 'project');
    const expected = trees(here.path);
    const outcomes: string[] = [];
    await atEveryCall(async n => {
      rmSync(target, { recursive: true, force: true });
      writeOld(target);
      const died = killed('commit', target, n);
      const left = existsSync(join(target, journalName));
      assert.equal(await recover(target), left, `killed at call ${n}`);
      assert.equal(await recover(target), false, 'there is nothing left to recover');
      const found = tree(target);
      const outcome = found['README.md']?.includes('new') ? 'new' : 'old';
      assert.deepEqual(found, expected[outcome], `killed at call ${n}`);
      outcomes.push(outcome);
      return died;
    });
    // Once the commit is made it stays made.
    assert.deepEqual(outcomes, [...outcomes].sort().reverse());
    assert.deepEqual(new Set(outcomes), new Set(['old', 'new']));
  });

  it('is recovered from even if the recovery is killed too', async () => {
    const [target, copy] = [join(here.path, 'project'), join(here.path, 'copy')];
    const expected = trees(here.path);
    writeOld(target);
    // With the last file in place, hence with everything to be undone.
    assert.ok(killed('commit', target, 1, mark));
    const kills = await atEveryCall(async call => {
      rmSync(copy, { recursive: true, force: true });
      // Unlike cpSync, it keeps hard links, which are part of the state.
      execFileSync('cp', ['-a', target, copy]);
      const died = killed('recover', copy, call);
      await recover(copy);
      assert.deepEqual(tree(copy), expected.old, `killed at call ${call}`);
      return died;
    });
    assert.ok(kills > 10, `${kills}`);
  });

  it('leaves a new folder whole or not there at all', async () => {
    const [target, parent] = [join(here.path, 'parent/some/project'), join(here.path, 'parent')];
    const outcomes: boolean[] = [];
    await atEveryCall(async n => {
      rmSync(parent, { recursive: true, force: true });
      mkdirSync(parent);
      const died = killed('commit', target, n);
      await recover(target);
      const there = existsSync(target);
      const found = tree(parent);
      if (there)
        assert.deepEqual(
          Object.keys(found).filter(name => name.startsWith('.')),
          [],
        );
      else assert.deepEqual(found, {});
      if (there) assert.equal(found['some/project/nix/deep/er.nix']?.endsWith('{ }\n'), true);
      outcomes.push(there);
      return died;
    });
    assert.deepEqual(new Set(outcomes), new Set([false, true]));
  });

  describe('and its files touched by a person before the recovery', () => {
    /** A project whose commit was killed with README.md (the first file) replaced and the rest not. */
    async function halfWay(): Promise<string> {
      const target = join(here.path, 'project');
      writeOld(target);
      assert.ok(killed('commit', target, 1, /^rename .*secret\.env /));
      return target;
    }

    it('keeps an edit of a new text, and the old text beside it', async () => {
      const target = await halfWay();
      writeFileSync(join(target, 'README.md'), 'new readme\nand an edit\n');
      await recover(target);
      assert.equal(readFileSync(join(target, 'README.md'), 'utf8'), 'new readme\nand an edit\n');
      assert.equal(readFileSync(join(target, 'README.md.orig'), 'utf8'), 'old readme\n');
    });

    it('keeps a file that was replaced, and a file that was made', async () => {
      const target = await halfWay();
      writeFileSync(join(target, 'README.md.tmp'), 'new readme\n');
      renameSync(join(target, 'README.md.tmp'), join(target, 'README.md'));
      mkdirSync(join(target, 'nix'), { recursive: true });
      writeFileSync(join(target, 'nix/python.nix'), '{ }\n');
      await recover(target);
      // Even with the bytes that the run would have written: they are the person's.
      assert.equal(readFileSync(join(target, 'nix/python.nix'), 'utf8'), '{ }\n');
      assert.equal(readFileSync(join(target, 'README.md'), 'utf8'), 'new readme\n');
      assert.equal(readFileSync(join(target, 'README.md.orig'), 'utf8'), 'old readme\n');
    });
  });

  it('is recovered from without its folders, and never beyond the project', async () => {
    const target = join(here.path, 'project');
    writeOld(target);
    assert.ok(killed('commit', target, 1, mark));
    rmSync(join(target, 'gone'), { recursive: true });
    await recover(target);
    assert.equal(tree(target)['gone/for/good.txt'], '644 old good\n');

    // A journal that came with somebody's project.
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

  it('is undone by the next commit if nobody called recover', async () => {
    const target = join(here.path, 'project');
    const expected = trees(here.path);
    writeOld(target);
    const plan = await planNew(target);
    assert.ok(killed('commit', target, 1, mark));
    await commit(target, plan);
    assert.deepEqual(tree(target), expected.new);
  });
});
