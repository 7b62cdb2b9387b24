import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineChecks } from '../../src/doctor/checks.ts';
import { runChecks } from '../../src/doctor/run-checks.ts';
import {
  type Builder,
  isOlder,
  assessBuilder,
  assessCaches,
  assessFlakes,
  assessSandbox,
  assessNix,
} from '../../src/doctor/nix-installation.ts';
import { parseSettings, type Settings, settingsOf } from '../../src/doctor/nix-settings.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nixEnvironment } from '../nix-available.ts';

const { signal } = new AbortController();
const settings = (text: string, hasNixCommand = true): Settings => ({ values: parseSettings(text), hasNixCommand });
const nixChecks = machineChecks.filter(({ name }) => !['disk', 'engine'].includes(name));

describe('the checks of Nix', () => {
  it('report the version of every distribution of Nix', () => {
    for (const [printed, state, message] of [
      ['nix-instantiate (Nix) 2.34.8\n', 'ok', 'Nix 2.34.8'],
      ['nix-instantiate (Nix) 2.8.0', 'ok', 'Nix 2.8.0'],
      ['nix-instantiate (Nix) 2.19pre20231201_ab12\n', 'ok', 'Nix 2.19pre20231201_ab12'],
      ['nix-instantiate (Lix, like Nix) 2.91.1\n', 'ok', 'Nix 2.91.1 (Lix, like Nix)'],
      ['nix-instantiate (Determinate Nix 3.6.5) 2.29.0\n', 'ok', 'Nix 2.29.0 (Determinate Nix 3.6.5)'],
      [
        'nix-instantiate (Nix) 2.3.16\n',
        'warning',
        'Nix 2.3.16 is older than 2.8, the oldest version that projects are tested with',
      ],
      ['what?\n', 'warning', 'Nix did not report its version'],
    ] as const) {
      const found = assessNix(printed);
      assert.deepEqual([found.state, found.message], [state, message]);
    }
    assert.ok(isOlder('2.8.0', '2.18') && !isOlder('2.18.0', '2.18') && !isOlder('2.18pre1', '2.18'));
  });

  it('know that flakes need two features', () => {
    const on = 'experimental-features = flakes nix-command';
    assert.equal(assessFlakes(settings(on), '').state, 'ok');
    assert.equal(assessFlakes(settings(on, false), '').state, 'warning');
    assert.equal(assessFlakes(settings('experimental-features = nix-command'), '').state, 'warning');
    assert.equal(assessFlakes(settings(''), 'nix-instantiate (Determinate Nix 3.6.5) 2.29.0').state, 'ok');
    assert.match(assessFlakes(settings(''), '').fix ?? '', /nix-command flakes' >> ~\/\.config\/nix\/nix\.conf$/);
  });

  it('expect a sandbox on Linux only', () => {
    assert.equal(assessSandbox(settings('sandbox = true'), 'linux').state, 'ok');
    assert.equal(assessSandbox(settings('sandbox = relaxed'), 'linux').message, 'Nix builds in a sandbox (relaxed)');
    assert.equal(assessSandbox(settings('sandbox = false'), 'linux').state, 'warning');
    assert.equal(assessSandbox(settings('sandbox = false'), 'darwin').state, 'ok');
  });

  it('list the binary caches without passwords', () => {
    const caches = 'substituters = https://cache.nixos.org/ https://me:secret@cache.example.com?priority=10';
    assert.equal(
      assessCaches(settings(caches)).message,
      'Nix uses the binary caches https://cache.nixos.org, https://cache.example.com',
    );
    assert.equal(assessCaches(settings('substituters = ')).state, 'warning');
  });

  describe('say how Nix builds:', () => {
    const who = (rest: Partial<Builder>): Builder => ({
      ...{ isRoot: false, user: 'ada', groups: ['users', 'wheel'], buildGroup: 'nixbld:x:994:nixbld1\n' },
      ...{ store: new Map([['Store URL', 'daemon']]), ...rest },
    });
    const judge = (rest: Partial<Builder>, text = 'trusted-users = root\nbuild-users-group = nixbld') =>
      assessBuilder(who(rest), settings(text));
    const local = new Map([['Store URL', 'local']]);

    it('through a daemon, which trusts some users', () => {
      const trusts = 'Nix builds through its daemon, where you are a trusted user';
      assert.match(judge({}).message, /^Nix builds through its daemon, where you are not a trusted user: /);
      assert.equal(judge({}).state, 'ok');
      assert.equal(judge({ store: new Map([...who({}).store, ['Trusted', '1']]) }).message, trusts);
      assert.equal(judge({ isRoot: true, user: 'root' }).message, trusts);
      for (const names of ['root ada', '@wheel', '*'])
        assert.equal(judge({}, `trusted-users = ${names}`).message, trusts);
      assert.notEqual(judge({}, 'trusted-users = wheel @staff').message, trusts);
    });

    it('without a daemon, where root needs build users or a setting that there are none', () => {
      assert.equal(judge({ store: local }).message, 'Nix builds as ada, without a daemon');
      const root = { isRoot: true, user: 'root', store: local };
      assert.equal(judge(root).state, 'ok');
      assert.equal(judge({ ...root, buildGroup: undefined }, 'build-users-group =').state, 'ok');
      assert.match(
        judge({ ...root, buildGroup: undefined }).message,
        /the group of its build users, nixbld, does not exist$/,
      );
      assert.match(judge({ ...root, buildGroup: 'nixbld:x:994:\n' }).message, /nixbld, has no members$/);
      assert.equal(judge({ ...root, buildGroup: undefined }).state, 'failed');
    });
  });

  describe('of the Nix on this machine', () => {
    const folder = scratch();
    before(needs('nix-instantiate'));
    const found = (environment: NodeJS.ProcessEnv) => runChecks(nixChecks, { folder, signal, environment });

    it('pass with the settings of the tests', async () => {
      const environment = nixEnvironment(join(folder, 'nix'));
      const states = (await found(environment)).map(({ name, state }) => [name, state]);
      assert.deepEqual(Object.fromEntries(states), {
        ...{ nix: 'ok', store: 'ok', daemon: 'ok', flakes: 'ok', caches: 'warning' },
        sandbox: process.platform === 'linux' ? 'warning' : 'ok',
      });
    });

    it('see flakes disabled, a sandbox and a cache', async () => {
      const environment = nixEnvironment(join(folder, 'other'));
      writeFileSync(
        join(folder, 'other/nix.conf'),
        'build-users-group =\nsandbox = true\nsubstituters = https://one.example\n',
      );
      const told = await found(environment);
      const byName = Object.fromEntries(told.map(({ name, ...rest }) => [name, rest]));
      assert.equal(byName.flakes?.state, 'warning');
      assert.equal(byName.sandbox?.message, 'Nix builds in a sandbox');
      assert.equal(byName.caches?.message, 'Nix uses the binary caches https://one.example');
      const read = await settingsOf({ folder, signal, environment });
      assert.ok('values' in read && !read.hasNixCommand && read.values.size > 50);
    });

    it('fail if the group of build users does not exist', async () => {
      if (process.getuid?.() !== 0) return;
      const environment = nixEnvironment(join(folder, 'nobody'));
      writeFileSync(
        join(folder, 'nobody/nix.conf'),
        'build-users-group = npc-nobody\nsandbox = false\nsubstituters =\n',
      );
      const daemon = (await found(environment)).find(({ name }) => name === 'daemon');
      assert.equal(daemon?.state, 'failed');
      assert.match(daemon?.message ?? '', /npc-nobody, does not exist/);
    });

    it('are warnings if Nix does not answer', async () => {
      const bin = join(folder, 'bin');
      mkdirSync(bin);
      const script = '#!/bin/sh\necho "error: out of order" >&2\nexit 1\n';
      for (const name of ['nix', 'nix-shell', 'nix-instantiate'])
        writeFileSync(join(bin, name), script, { mode: 0o755 });
      const told = await found({ PATH: `${bin}:/bin` });
      assert.deepEqual(
        told.map(({ name, state, message }) => [name, state, message]),
        [
          ['nix', 'warning', 'Nix did not report its version: out of order'],
          ['store', 'failed', 'Nix cannot use its store: out of order'],
          ...[
            ['flakes', 'Support for flakes'],
            ['sandbox', 'The sandbox of Nix'],
            ['caches', 'The binary caches of Nix'],
          ].map(([name, what]) => [name, 'warning', `${what} could not be checked: out of order`]),
        ],
      );
    });
  });
});
