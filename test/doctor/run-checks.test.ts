import assert from 'node:assert/strict';
import { type Check, runChecks } from '../../src/doctor/run-checks.ts';
import { failed, ok, warning } from '../../src/doctor/finding.ts';

interface Context {
  readonly signal: AbortSignal;
}

const forever = (): Promise<never> => new Promise(() => {});
const context = (): Context & { abort: (reason?: unknown) => void } => {
  const controller = new AbortController();
  return { signal: controller.signal, abort: reason => controller.abort(reason) };
};
const check = (name: string, run: Check<Context>['check'], after?: string): Check<Context> => ({
  ...{ name, subject: `The ${name}`, check: run },
  ...(after ? { after } : {}),
});

describe('checks', () => {
  it('run at the same time, and report in their order: several findings, one, or none', async () => {
    let go = (): void => {};
    const gone = new Promise<void>(resolve => (go = resolve));
    const found = await runChecks(
      [
        check('first', () => gone.then(() => [ok('a'), ok('b')])),
        check('second', () => []),
        check('third', () => {
          go();
          return warning('c');
        }),
      ],
      context(),
    );
    assert.deepEqual(
      found.map(({ name, message }) => [name, message]),
      [
        ['first', 'a'],
        ['first', 'b'],
        ['third', 'c'],
      ],
    );
  });

  it('are skipped after one that failed, and after one that was skipped', async () => {
    const found = await runChecks(
      [
        check('nix', () => failed('no Nix', 'install it')),
        check('store', () => ok('never'), 'nix'),
        check('daemon', () => ok('never'), 'store'),
        check('disk', () => warning('full')),
        check('next', () => ok('a warning skips nothing'), 'disk'),
      ],
      context(),
    );
    assert.deepEqual(
      found.map(({ name }) => name),
      ['nix', 'disk', 'next'],
    );
  });

  it('become warnings that say why if they throw or take too long', async () => {
    const found = await runChecks(
      [
        check('disk', () => Promise.reject(new Error('EIO'))),
        check('store', forever),
        check('lock', () => {
          throw new Error('odd');
        }),
      ],
      context(),
      20,
    );
    assert.deepEqual(
      found.map(({ state, message }) => `${state}: ${message}`),
      [
        'warning: The disk could not be checked: EIO',
        'warning: The store could not be checked: no answer within 0.02 s',
        'warning: The lock could not be checked: odd',
      ],
    );
  });

  it('end when they are aborted', async () => {
    const { signal, abort } = context();
    const running = runChecks([check('store', forever)], { signal });
    abort(new Error('enough'));
    await assert.rejects(running, /enough/);
  });
});
