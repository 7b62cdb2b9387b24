import assert from 'node:assert/strict';
import { type Check, runChecks } from '../../src/doctor/run-checks.ts';
import { fault, ok, warning } from '../../src/doctor/finding.ts';

interface Site {
  readonly signal: AbortSignal;
}

const forever = (): Promise<never> => new Promise(() => {});
const site = (): Site & { abort: (reason?: unknown) => void } => {
  const controller = new AbortController();
  return { signal: controller.signal, abort: reason => controller.abort(reason) };
};
const check = (name: string, look: Check<Site>['look'], after?: string): Check<Site> => ({
  ...{ name, of: `The ${name}`, look },
  ...(after ? { after } : {}),
});

describe('checks', () => {
  it('are made at once, and told in their order: several findings, one, or none', async () => {
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
      site(),
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

  it('are left out after one that has failed, and after one that was left out', async () => {
    const found = await runChecks(
      [
        check('nix', () => fault('no Nix', 'install it')),
        check('store', () => ok('never'), 'nix'),
        check('daemon', () => ok('never'), 'store'),
        check('disk', () => warning('full')),
        check('next', () => ok('a warning stops nothing'), 'disk'),
      ],
      site(),
    );
    assert.deepEqual(
      found.map(({ name }) => name),
      ['nix', 'disk', 'next'],
    );
  });

  it('that could not be made are warnings that say why', async () => {
    const found = await runChecks(
      [
        check('disk', () => Promise.reject(new Error('EIO'))),
        check('store', forever),
        check('lock', () => {
          throw new Error('odd');
        }),
      ],
      site(),
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

  it('end when they are stopped', async () => {
    const { signal, abort } = site();
    const running = runChecks([check('store', forever)], { signal });
    abort(new Error('enough'));
    await assert.rejects(running, /enough/);
  });
});
