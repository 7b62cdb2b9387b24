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

  /** Commits to an old project with `disturb` before the first call of the file system, then before the second, and so on. */
  async function disturbEveryCall(
    disturb: (target: string, controller: AbortController) => void,
    check: (failure: Failure | undefined, target: string, note: string) => void | Promise<void>,
  ): Promise<string[]> {
    const outcomes: string[] = [];
    const target = join(here.path, 'project');
    await atEveryCall(async n => {
      rmSync(target, { recursive: true, force: true });
      writeOld(target);
      const plan = await planNew(target);
      const controller = new AbortController();
      let failure: Failure | undefined;
      const act = (): void => disturb(target, controller);
      const work = async (): Promise<void> => {
        await commit(target, plan, { signal: controller.signal }).catch((error: unknown) => {
          assert.ok(error instanceof Failure, String(error));
          failure = error;
        });
      };
      if (!(await atCall(n, act, work))) return false;
      outcomes.push(failure ? 'failed' : 'committed');
      await check(failure, target, `disturbed at call ${n}: ${failure?.message}`);
      return true;
    });
    assert.deepEqual(new Set(outcomes), new Set(['failed', 'committed']));
    return outcomes;
  }

  it('is rolled back after an error in any call', async () => {
    const expected = trees(here.path);
    await disturbEveryCall(
      () => {
        throw ioError();
      },
      async (failure, target, note) => {
        // An error in the clean-up does not fail the commit: the next run cleans up, once this process and its claim are gone.
        rmSync(join(target, journalName, 'owner.1'), { force: true });
        if (!failure) await recover(target);
        assert.deepEqual(tree(target), failure ? expected.old : expected.new, note);
        assert.equal(failure?.exitCode ?? 1, 1);
      },
    );
  });

  it('is rolled back by Ctrl-C at any moment until it is committed', async () => {
    const expected = trees(here.path);
    const outcomes = await disturbEveryCall(
      (_target, controller) => controller.abort(),
      (failure, target, note) => {
        assert.deepEqual(tree(target), failure ? expected.old : expected.new, note);
        assert.equal(failure?.exitCode ?? 130, 130);
      },
    );
    assert.deepEqual(outcomes, [...outcomes].sort().reverse());
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
        const disturbed = await atCall(n, act, async () => {
          await commit(target, plan, { signal: controller.signal }).catch((error: unknown) => {
            assert.ok(error instanceof Failure, String(error));
            done = false;
          });
        });
        const names = Object.keys(tree(here.path));
        if (done) assert.ok(names.includes('new/project/nix/deep/er.nix'), `${code} at call ${n}`);
        else assert.deepEqual(names, [], `${code} at call ${n}`);
        outcomes.add(done);
        return disturbed;
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
    it(`never overwrites what another program saves meanwhile ${how}`, async () => {
      const expected = trees(here.path);
      await disturbEveryCall(
        target => save(join(target, path)),
        (failure, target, note) => {
          const { [path]: found, [`${path}.orig`]: orig, ...others } = tree(target);
          const { [path]: before, ...rest } = failure ? expected.old : expected.new;
          assert.match(found ?? '', /theirs\n$/, note);
          assert.ok(orig === undefined || orig === before);
          assert.deepEqual(others, rest, note);
        },
      );
    });
  }

  it('notices a write to a file that was open before', async () => {
    const target = join(here.path, 'project');
    write(target, { [path]: 'old\n', 'z.txt': 'old\n' });
    const file = openSync(join(target, path), 'a');
    const plan = [path, 'z.txt'].map(each => ({
      path: each,
      action: 'update' as const,
      before: 'old\n',
      after: 'new\n',
    }));
    // At the first link, README.md has been moved aside and compared with the plan.
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

  it('keeps the old files and says where if rolling back fails, and the next run restores them', async () => {
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
