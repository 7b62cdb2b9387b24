import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { commit, journalName, recover } from '../../src/fs/commit.ts';
import { Failure } from '../../src/errors/failure.ts';
import { atCall, atCalls, atEveryCall, changing } from './calls.ts';
import { memory, planNew, scratch, tree, trees, write, writeOld } from './tree.ts';

const ioError = (): Error => Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });

describe('a commit', function () {
  this.timeout(60_000);
  const here = scratch(memory);

  /** Tries `upset` ahead of every call of a commit into an old project; gives how often it failed and how often not. */
  async function upsetAtEveryCall(
    upset: (target: string, controller: AbortController) => void,
    check: (failure: Failure | undefined, target: string, note: string) => void | Promise<void>,
  ): Promise<{ failed: number; done: number }> {
    const count = { failed: 0, done: 0 };
    const target = join(here.path, 'project');
    await atEveryCall(async n => {
      rmSync(target, { recursive: true, force: true });
      writeOld(target);
      const plan = await planNew(target);
      const controller = new AbortController();
      let failure: Failure | undefined;
      const act = (): void => upset(target, controller);
      const work = async (): Promise<void> => {
        await commit(target, plan, { signal: controller.signal }).catch((error: unknown) => {
          assert.ok(error instanceof Failure, String(error));
          failure = error;
        });
      };
      if (!(await atCall(n, act, work))) return false;
      count[failure ? 'failed' : 'done']++;
      await check(failure, target, `upset at call ${n}: ${failure?.message}`);
      return true;
    });
    return count;
  }

  it('is undone by an error in any call', async () => {
    const expected = trees(here.path);
    const count = await upsetAtEveryCall(
      () => {
        throw ioError();
      },
      async (failure, target, note) => {
        // An error while it tidies up is no reason to fail: the next run ends that, once this process and its claim are gone.
        rmSync(join(target, journalName, 'owner.1'), { force: true });
        if (!failure) await recover(target);
        assert.deepEqual(tree(target), failure ? expected.old : expected.new, note);
        assert.equal(failure?.exitCode ?? 1, 1);
      },
    );
    assert.ok(count.failed > 40 && count.done > 0, JSON.stringify(count));
  });

  it('is undone by Ctrl-C at any moment until it is made', async () => {
    const expected = trees(here.path);
    const count = await upsetAtEveryCall(
      (_target, controller) => controller.abort(),
      (failure, target, note) => {
        assert.deepEqual(tree(target), failure ? expected.old : expected.new, note);
        assert.equal(failure?.exitCode ?? 130, 130);
      },
    );
    assert.ok(count.failed > 40 && count.done > 0, JSON.stringify(count));
  });

  it('leaves nothing of a new folder after Ctrl-C or an error in any call', async () => {
    for (const code of ['EIO', 'abort']) {
      const outcomes = new Set<boolean>();
      const target = join(here.path, 'new/project');
      rmSync(join(here.path, 'new'), { recursive: true, force: true });
      const plan = await planNew(target);
      await atEveryCall(async n => {
        rmSync(join(here.path, 'new'), { recursive: true, force: true });
        const controller = new AbortController();
        const act = (): void => {
          if (code === 'EIO') throw ioError();
          controller.abort();
        };
        let done = true;
        const upset = await atCall(n, act, async () => {
          await commit(target, plan, { signal: controller.signal }).catch((error: unknown) => {
            assert.ok(error instanceof Failure, String(error));
            done = false;
          });
        });
        const names = Object.keys(tree(here.path));
        if (done) assert.ok(names.includes('new/project/nix/deep/er.nix'), `${code} at call ${n}`);
        else assert.deepEqual(names, [], `${code} at call ${n}`);
        outcomes.add(done);
        return upset;
      });
      assert.equal(outcomes.size, 2);
    }
  });

  const path = 'README.md';
  /** The ways in which an editor saves a file. */
  const saves: Record<string, (file: string) => void> = {
    'by a rename': file => {
      writeFileSync(`${file}~`, 'theirs\n');
      renameSync(`${file}~`, file);
    },
    'in place': file => writeFileSync(file, 'theirs\n'),
  };
  for (const [how, save] of Object.entries(saves)) {
    it(`never overwrites what somebody saves meanwhile ${how}`, async () => {
      const expected = trees(here.path);
      const count = await upsetAtEveryCall(
        target => save(join(target, path)),
        (failure, target, note) => {
          const { [path]: found, [`${path}.orig`]: orig, ...others } = tree(target);
          const { [path]: before, ...rest } = failure ? expected.old : expected.new;
          assert.match(found ?? '', /theirs\n$/, note);
          assert.ok(orig === undefined || orig === before);
          assert.deepEqual(others, rest, note);
        },
      );
      assert.ok(count.failed > 10 && count.done > 0, JSON.stringify(count));
    });
  }

  it('notices a write into a file that was open since before', async () => {
    const target = join(here.path, 'project');
    write(target, { [path]: 'old\n', 'z.txt': 'old\n' });
    const file = openSync(join(target, path), 'a');
    const plan = [path, 'z.txt'].map(each => ({
      path: each,
      action: 'update' as const,
      before: 'old\n',
      after: 'new\n',
    }));
    // By the first link, README.md is already moved away and was found to be as the plan saw it.
    const written = await atCall(
      1,
      () => writeSync(file, 'theirs\n'),
      () => assert.rejects(commit(target, plan), { name: 'Failure', message: /^README\.md was modified/ }),
      /^link /,
    );
    closeSync(file);
    assert.ok(written);
    assert.deepEqual(tree(target), { [path]: '644 old\ntheirs\n', 'z.txt': '644 old\n' });
  });

  it('keeps the old files and says where if even undoing fails, and the next run puts them back', async () => {
    const expected = trees(here.path);
    const target = join(here.path, 'project');
    writeOld(target);
    const plan = await planNew(target);
    let broken = false;
    await atCalls(
      call => {
        broken ||= /^link .*secret\.env/.test(call);
        if (broken && changing.test(call) && !call.includes('owner')) throw ioError();
      },
      () => assert.rejects(commit(target, plan), { name: 'Failure', exitCode: 1, hint: /^Nothing is lost/ }),
    );
    assert.ok(existsSync(join(target, journalName, 'old/1')));
    assert.equal(await recover(target), true);
    assert.deepEqual(tree(target), expected.old);
  });
});
