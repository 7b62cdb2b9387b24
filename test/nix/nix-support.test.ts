import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRelease, pinOf, type Release } from '../../src/catalog/releases.ts';
import { isOlder } from '../../src/doctor/nix-installation.ts';
import { nixSupport, tooOld } from '../../src/nix/nix-support.ts';
import { nixWithin } from '../../src/nix/run-nix.ts';
import { queryPackages } from '../../src/nix/query-packages.ts';
import type { Pin } from '../../src/pin/pin.ts';
import { scratch } from '../commands/process.ts';
import { nixEnvironment } from '../download/trees.ts';
import { needs } from '../needs.ts';
import { pack, pinOfTarball } from './tarball.ts';

const features = (missing: string) => `
let
  features = [
    { description = "the \`nixVersion\` builtin"; condition = builtins ? nixVersion; }
    ${missing}
  ];
  evaluated = builtins.partition ({ condition, ... }: condition) features;
in
{ all = features; supported = evaluated.right; missing = evaluated.wrong; }
`;
const version99 = '{ description = "`builtins.nixVersion` reports at least 99"; condition = false; }';
const pipes = '{ description = "pipes"; condition = false; }';

describe('the support of a pinned nixpkgs by the installed Nix', function () {
  this.timeout(60_000);
  const folder = scratch();
  let environment: NodeJS.ProcessEnv;
  let installed: string;
  const { signal } = new AbortController();

  before(needs('nix-instantiate'));
  before(async () => {
    environment = nixEnvironment(mkdtempSync(join(folder, 'nix-')));
    installed = (await supportFor(pinOf(findRelease('26.05') as Release)))?.installed ?? assert.fail();
    assert.match(installed, /^\d+\.\d+/);
  });

  const supportFor = (pin: Pin, env = environment) => nixSupport(pin, nixWithin(60_000, env, signal));

  for (const [requirement, missing] of [
    ['# The oldest\n"2.0"\n', []],
    ['"99.1"\n', ['Nix 99.1 or later']],
    [undefined, []],
  ] as const) {
    it(`is read from lib/minver.nix of a tarball or a tree in the store: ${JSON.stringify(requirement)}`, async () => {
      const tarball = pack(folder, {
        stamp: String(requirement),
        ...(requirement && { 'lib/minver.nix': requirement }),
      });
      const pin = await pinOfTarball(tarball);
      assert.deepEqual(await supportFor(pin), { installed, missing });
      await nixWithin(
        60_000,
        environment,
        signal,
      )(
        'nix-instantiate',
        ...['--eval', '--expr', `fetchTarball { url = "file://${tarball}"; sha256 = "${pin.locked.narHash}"; }`],
      );
      rmSync(tarball);
      assert.deepEqual(await supportFor(pin), { installed, missing });
    });
  }

  for (const [feature, missing] of [
    ['', []],
    [version99, ['Nix 99 or later']],
    [`${version99} ${pipes}`, ['Nix 99 or later', 'pipes']],
  ] as const) {
    it(`is read from lib/minfeatures.nix: ${missing.join(', ') || 'nothing is missing'}`, async () => {
      const pin = await pinOfTarball(pack(folder, { 'lib/minfeatures.nix': features(feature) }));
      assert.deepEqual(await supportFor(pin), { installed, missing });
    });
  }

  it('follows from the release where nixpkgs is not on this machine', async () => {
    const newer = isOlder(installed, '2.18') ? ['Nix 2.18 or later'] : [];
    for (const [release, missing] of [
      ['25.05', []],
      ['25.11', newer],
      ['26.05', newer],
      ['nixos-unstable', newer],
    ] as const) {
      assert.deepEqual(await supportFor(pinOf(findRelease(release) as Release)), { installed, missing }, release);
    }
  });

  it('follows from the date of a commit of nixpkgs that belongs to no known release', async () => {
    const { locked } = pinOf(findRelease('26.05') as Release);
    assert.ok(locked.type === 'github');
    const rev = '1'.repeat(40);
    const at = (day: string, owner = 'NixOS'): Pin => ({
      original: { type: 'github', owner, repo: 'nixpkgs', rev },
      locked: { ...locked, owner, rev, lastModified: Date.parse(day) / 1000 },
    });
    const newer = isOlder(installed, '2.18') ? ['Nix 2.18 or later'] : [];
    assert.deepEqual(await supportFor(at('2026-02-01')), { installed, missing: newer });
    assert.equal(await supportFor(at('2025-12-01')), undefined);
    assert.equal(await supportFor(at('2026-02-01', 'fork')), undefined);
  });

  it('is unknown without Nix, and for a requirement that cannot be evaluated or printed', async () => {
    const pin = await pinOfTarball(pack(folder, { 'lib/minver.nix': '"99"' }));
    assert.equal(await supportFor(pin, { ...environment, PATH: folder }), undefined);
    for (const text of ['throw "x"', '{', '1', '"99\u001b[2J"', 'builtins.readFile /etc/passwd']) {
      const odd = await pinOfTarball(pack(folder, { 'lib/minver.nix': text }));
      assert.equal(await supportFor(odd), undefined, text);
    }
  });

  it('replaces the query for packages by a warning that says which Nix is needed', async () => {
    const pin = await pinOfTarball(pack(folder, { 'lib/minver.nix': '"99.1"' }));
    const warnings: string[] = [];
    const requests = [{ name: 'requests', extras: [], specifier: '' }];
    const answer = await queryPackages(
      requests,
      { pin, python: '3.11', release: undefined },
      {
        ...{ environment, signal, warn: sentence => warnings.push(sentence) },
        onEvaluation: () => assert.fail('nothing is evaluated'),
      },
    );
    assert.equal(answer, undefined);
    const reason = `Nix ${installed} is too old for the pinned nixpkgs (26.05), which needs Nix 99.1 or later`;
    assert.deepEqual(warnings, [`packages: ${reason}; falling back to the built-in catalog.`]);
    assert.equal(tooOld({ installed, missing: [] }, pin), undefined);
  });

  it('leaves it to others to report a damaged archive', async () => {
    const tarball = pack(folder, { 'lib/minver.nix': '"99.1"' });
    const pin = await pinOfTarball(tarball);
    writeFileSync(tarball, 'no archive');
    assert.deepEqual(await supportFor(pin), { installed, missing: [] });
  });
});
