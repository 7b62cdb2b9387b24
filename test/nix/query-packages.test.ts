import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { queryPackages } from '../../src/nix/query-packages.ts';
import type { Pin } from '../../src/pin/pin.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { nixEnvironment } from '../download/trees.ts';
import { pack, pinOfTarball } from './tarball.ts';

const rev = 'a'.repeat(40);

/** The same tree as a commit on GitHub, which nothing may be downloaded from. */
const asCommit = ({ locked: { narHash }, release }: Pin): Pin => ({
  original: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', rev },
  locked: { type: 'github', owner: 'NixOS', repo: 'nixpkgs', rev, narHash, lastModified: 1 },
  ...(release && { release }),
});

describe('a query for packages, with the real Nix', function () {
  this.timeout(60_000);
  const folder = scratch();
  let environment: NodeJS.ProcessEnv;
  let pin: Pin;
  let warnings: string[];

  before(needs('nix-instantiate'));
  before(async () => {
    environment = nixEnvironment(mkdtempSync(join(folder, 'nix-')));
    pin = await pinOfTarball(pack(folder));
  });
  beforeEach(() => {
    warnings = [];
  });

  const ask = (names: readonly string[], { of = pin, python = '3.11', env = environment, evaluated = () => {} } = {}) =>
    queryPackages(of, python, names, {
      environment: env,
      signal: new AbortController().signal,
      warn: sentence => warnings.push(sentence),
      onEvaluation: evaluated,
    });

  const found = (attribute: string, version: string, unaided = true, extras: readonly string[] = []) => ({
    ...{ attribute, version, unaided, extras },
  });
  const refused = (attribute: string, version: string, fault: string) => ({ ...found(attribute, version), fault });
  const gone = (python: string) => `does not evaluate for ${python}: it was removed, or is not for this Python`;
  const allow = (setting: string) => `: config.${setting} in nix/overrides.nix allows it`;
  const known = {
    requests: found('requests', '2.28.1'),
    // Found by the name with "_" for "-", as nix/python.nix does.
    'email-validator': found('email_validator', '1.3.1'),
    // As the catalog has it.
    'opencv-python': found('opencv4', '4.7.0', false),
    // As the catalog has it for an older release.
    torch: found('pytorch', '1.13.1', false),
    // Of two, the one under the name.
    'scikit-image': found('scikit-image', '0.22.0'),
    // The name throws, its other spelling does not.
    'flask-cors': found('flask_cors', '3.0.10'),
    uvicorn: found('uvicorn', '0.22.0', true, ['standard']),
    insecure: refused(
      'insecure',
      '1.0',
      `is insecure${allow('permittedInsecurePackages = [ "python-insecure-1.0" ]')}`,
    ),
    unfree: refused('unfree', '2.0', `is unfree${allow('allowUnfree')}`),
    broken: refused('broken', '3.0', `is broken${allow('allowBroken')}`),
    foreign: refused('foreign', '4.0', `is not for this system${allow('allowUnsupportedSystem')}`),
    'needs-broken': refused(
      'needs-broken',
      '5.0',
      'does not evaluate for python311: nix-build nix/python.nix -A packages.needs-broken says why',
    ),
    unreleased: found('unreleased', 'unstable-2023-01-01'),
    numpy: found('numpy', '1.24.2'),
    versionless: found('versionless', ''),
    withdrawn: refused('withdrawn', '', gone('python311')),
    nothing: null,
    reqests: null,
    constructor: null,
  };

  it('finds packages as the generated project does, and knows which are missing', async () => {
    assert.deepEqual(Object.fromEntries((await ask(Object.keys(known))) ?? []), known);
    assert.deepEqual(warnings, []);
  });

  it('prefers the attribute of the release that the pin belongs to', async () => {
    const of = { ...pin, release: '22.05' };
    assert.deepEqual((await ask(['scikit-image'], { of }))?.get('scikit-image'), found('scikitimage', '0.19.3', false));
  });

  it('is for the chosen Python', async () => {
    assert.deepEqual((await ask(['numpy'], { python: '3.7' }))?.get('numpy'), refused('numpy', '', gone('python37')));
    assert.equal(await ask(['numpy'], { python: '3.6' }), undefined);
    assert.deepEqual(warnings, [
      'packages: Nix could not say what the pinned nixpkgs (26.05) has (it has no python36); falling back to the built-in catalog.',
    ]);
  });

  it('needs no tarball and no download for a nixpkgs in the store', async () => {
    const tarball = pack(folder, { stamp: 'once' });
    const of = await pinOfTarball(tarball);
    assert.equal(await ask(['requests'], { of: asCommit(of) }), undefined, 'not yet in the store');
    assert.deepEqual((await ask(['requests'], { of }))?.get('requests'), known.requests);
    rmSync(tarball);
    for (const later of [of, asCommit(of)]) {
      assert.deepEqual((await ask(['requests'], { of: later }))?.get('requests'), known.requests);
    }
    assert.deepEqual(warnings, []);
  });

  it('evaluates nothing for a nixpkgs that is not on this machine', async () => {
    const narHash = `sha256-${Buffer.alloc(32, 7).toString('base64')}`;
    const url = 'https://127.0.0.1:1/x.tar.gz';
    const evaluated = () => assert.fail('was evaluated');
    const remote: Pin = { original: { type: 'tarball', url }, locked: { type: 'tarball', url, narHash } };
    for (const of of [remote, asCommit(remote)]) assert.equal(await ask(['requests'], { of, evaluated }), undefined);
    const edited = { ...remote, locked: { ...remote.locked, narHash: '--help' } };
    assert.equal(await ask(['requests'], { of: edited, evaluated }), undefined);
    assert.deepEqual(warnings, []);
  });

  it('ignores NIX_PATH and the configuration of the user', async () => {
    const env = { ...environment, NIX_PATH: 'nixpkgs=/nowhere', NIXPKGS_CONFIG: '/nowhere' };
    assert.deepEqual((await ask(['requests'], { env }))?.get('requests'), known.requests);
  });

  it('warns if the evaluation fails, and gives no answer', async () => {
    assert.equal(await ask(['requests', 'endless']), undefined);
    assert.match(warnings.join('\n'), /^packages: Nix could not say what .* has \(infinite recursion [^\n]*$/);
  });

  it('warns if there are more packages than fit on a command line', async () => {
    const names = Array.from({ length: 4000 }, (_, at) => `${'p'.repeat(60)}${at}`);
    assert.equal(await ask(names), undefined);
    assert.match(warnings.join('\n'), /^packages: Nix could not say .*E2BIG/);
  });

  it('warns of a tarball that has changed since it was pinned', async () => {
    const of = await pinOfTarball(pack(folder, { stamp: 'before' }));
    const changed = await pinOfTarball(pack(folder, { stamp: 'after' }));
    const mixed = { ...changed, locked: { ...changed.locked, narHash: of.locked.narHash } };
    assert.equal(await ask(['requests'], { of: mixed }), undefined);
    assert.match(warnings.join('\n'), /^packages: Nix could not say .*hash mismatch[^\n]*$/);
  });

  it('does not warn if there is no daemon, no store or no Nix', async () => {
    writeFileSync(join(folder, 'file'), '');
    for (const change of [{ NIX_REMOTE: 'daemon' }, { NIX_STATE_DIR: join(folder, 'file/state') }, { PATH: folder }]) {
      const env = { ...environment, NIX_DAEMON_SOCKET_PATH: join(folder, 'no-socket'), ...change };
      assert.equal(await ask(['requests'], { env }), undefined, JSON.stringify(change));
    }
    assert.deepEqual(warnings, []);
  });

  it('builds nothing, and writes no derivation', async () => {
    await ask(Object.keys(known));
    const store = environment.NIX_STORE_DIR ?? assert.fail();
    assert.ok(existsSync(store));
    const files = execFileSync('find', [store, '-name', '*.drv', '-o', '-name', '*requests*'], { encoding: 'utf8' });
    assert.equal(files, '');
  });
});
