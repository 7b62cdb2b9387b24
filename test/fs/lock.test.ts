import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, signature, withLock } from '../../src/fs/lock.ts';
import { atCall } from './calls.ts';
import { scratch } from './tree.ts';

/** The greatest process id that Linux gives out is 4194304. */
const dead = '4999999.1.000000000000';

describe('the lock', () => {
  const here = scratch();
  const folder = (): string => join(here.path, 'journal');

  it('holds off others while work is done, and leaves nothing', async () => {
    await withLock(folder(), async () => {
      await assert.rejects(
        withLock(folder(), async () => assert.fail('never')),
        {
          name: 'Failure',
          exitCode: 1,
          message: `Another run is in progress in ${folder()} (process ${process.pid}).`,
        },
      );
    });
    assert.equal(existsSync(folder()), false);
  });

  it('lets go when the work fails, and leaves what is in the folder', async () => {
    const error = new Error('no');
    const work = async (): Promise<void> => {
      writeFileSync(join(folder(), 'intent'), '');
      throw error;
    };
    await assert.rejects(withLock(folder(), work), error);
    assert.deepEqual(readdirSync(folder()), ['intent']);
  });

  it('passes over the claims of the dead', async () => {
    mkdirSync(folder());
    for (const turn of [1, 2]) symlinkSync(dead, join(folder(), `owner.${turn}`));
    let worked = false;
    await withLock(folder(), async () => {
      worked = true;
      assert.deepEqual(readdirSync(folder()), ['owner.3']);
    });
    assert.ok(worked);
    assert.equal(existsSync(folder()), false);
  });

  it('knows a process by its start, not only by its number', async function () {
    if (!existsSync('/proc/self/stat')) this.skip();
    assert.equal(await isAlive(await signature()), true);
    assert.equal(await isAlive(`${process.pid}.1.000000000000`), false);
    assert.equal(await isAlive(dead), false);
  });

  it('gives way when the dead claim it saw is a living one by now', async () => {
    mkdirSync(folder());
    symlinkSync(dead, join(folder(), 'owner.1'));
    const living = await signature();
    // As if, ahead of the claim, another run had passed over the dead one and ended, and a third one had begun.
    const overtaken = await atCall(
      1,
      () => {
        unlinkSync(join(folder(), 'owner.1'));
        symlinkSync(living, join(folder(), 'owner.1'));
      },
      () =>
        assert.rejects(
          withLock(folder(), async () => assert.fail('never')),
          { message: /^Another run is in progress/ },
        ),
      /^symlink /,
    );
    assert.ok(overtaken);
    assert.deepEqual(readdirSync(folder()), ['owner.1']);
  });

  it('refuses a link in place of the folder', async () => {
    symlinkSync('nowhere', folder());
    await assert.rejects(
      withLock(folder(), async () => {}),
      { name: 'Failure', message: /journal is not a folder\.$/ },
    );
  });
});
