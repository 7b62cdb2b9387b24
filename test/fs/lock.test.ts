import assert from 'node:assert/strict';
import { existsSync, lutimesSync, mkdirSync, readdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, newOwnerId, withLock } from '../../src/fs/lock.ts';
import { atCall } from './calls.ts';
import { scratch } from './tree.ts';

/** Linux has no process ids above 4194304. */
const dead = '4999999.1.000000000000';

describe('the lock', () => {
  const here = scratch();
  const folder = (): string => join(here.path, 'journal');

  it('keeps others out while work is done, and leaves nothing behind', async () => {
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

  it('is released when the work fails, and keeps what is in the folder', async () => {
    const error = new Error('no');
    const work = async (): Promise<void> => {
      writeFileSync(join(folder(), 'intent'), '');
      throw error;
    };
    await assert.rejects(withLock(folder(), work), error);
    assert.deepEqual(readdirSync(folder()), ['intent']);
  });

  it('overrides the claims of dead processes', async () => {
    mkdirSync(folder());
    for (const ticket of [1, 2]) symlinkSync(dead, join(folder(), `owner.${ticket}`));
    let worked = false;
    await withLock(folder(), async () => {
      worked = true;
      assert.deepEqual(readdirSync(folder()), ['owner.3']);
    });
    assert.ok(worked);
    assert.equal(existsSync(folder()), false);
  });

  it('identifies a process by its start time too, not only by its id', async function () {
    if (!existsSync('/proc/self/stat')) this.skip();
    assert.equal(await isAlive(await newOwnerId(), here.path), true);
    assert.equal(await isAlive(`${process.pid}.1.000000000000`, here.path), false);
    assert.equal(await isAlive(dead, here.path), false);
  });

  it('is not taken if a running process has replaced a dead claim meanwhile', async () => {
    mkdirSync(folder());
    symlinkSync(dead, join(folder(), 'owner.1'));
    const running = await newOwnerId();
    // As if another run had overridden the dead claim and finished, and a third one had started.
    const overtaken = await atCall(
      1,
      () => {
        unlinkSync(join(folder(), 'owner.1'));
        symlinkSync(running, join(folder(), 'owner.1'));
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

  it('refuses a link in place of its folder', async () => {
    symlinkSync('nowhere', folder());
    await assert.rejects(
      withLock(folder(), async () => {}),
      { name: 'Failure', message: /journal is not a folder\.$/ },
    );
  });
});

describe('an owner in another PID namespace, such as another container', () => {
  const here = scratch();

  it('counts as running for a minute: its process cannot be looked for', async function () {
    if (!existsSync('/proc/self/ns/pid')) this.skip();
    const folder = join(here.path, 'journal');
    mkdirSync(folder);
    const claim = join(folder, 'owner.1');
    symlinkSync('1.1.000000000000.4026539999', claim);
    await assert.rejects(
      withLock(folder, async () => assert.fail('never')),
      { message: /Another run is in progress/ },
    );
    lutimesSync(claim, 0, Date.now() / 1000 - 61);
    let worked = false;
    await withLock(folder, async () => void (worked = true));
    assert.ok(worked);
  });
});
