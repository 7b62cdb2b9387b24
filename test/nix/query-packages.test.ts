import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { queryPackages } from '../../src/nix/query-packages.ts';
import { parseRequirement } from '../../src/packaging/requirement.ts';
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

  interface Asked {
    of?: Pin;
    python?: string;
    env?: NodeJS.ProcessEnv;
    evaluated?: () => void;
    entered?: ReadonlyMap<string, string>;
    overrides?: string;
  }
  const query = (names: readonly string[], { of = pin, python = '3.11', env = environment, ...more }: Asked = {}) =>
    queryPackages(
      names.map(text => parseRequirement(text)),
      { pin: of, python, release: of.release, entered: more.entered },
      {
        environment: env,
        signal: new AbortController().signal,
        warn: sentence => warnings.push(sentence),
        onEvaluation: more.evaluated ?? (() => {}),
        overrides: more.overrides,
      },
    );
  const ask = async (names: readonly string[], asked?: Asked) => (await query(names, asked))?.packages;

  const held = (attribute: string, version: string, unaided = true) => ({ attribute, version, extras: [], unaided });
  const known = {
    requests: held('requests', '2.28.1'),
    // Found by the name with "_" for "-", as nix/python.nix does.
    'email-validator': held('email_validator', '1.3.1'),
    // As the catalog has it.
    'opencv-python': held('opencv4', '4.7.0', false),
    // As the catalog has it for an older release.
    torch: held('pytorch', '1.13.1', false),
    // Of two, the one under the name.
    'scikit-image': held('scikit-image', '0.22.0'),
    // The name throws, its other spelling does not.
    'flask-cors': held('flask_cors', '3.0.10'),
    unreleased: held('unreleased', 'unstable-2023-01-01'),
    numpy: held('numpy', '1.24.2'),
    versionless: held('versionless', ''),
    colcon: held('colcon', '0.1'),
    nothing: null,
    reqests: null,
    constructor: null,
  };

  it('finds packages as the generated project does, and knows which are missing', async () => {
    assert.deepEqual(Object.fromEntries((await ask(Object.keys(known))) ?? []), known);
    assert.deepEqual(warnings, []);
  });

  it('needs no entry for what nix/python.nix finds, and takes the one that the user has set', async () => {
    const of = { ...pin, release: '22.05' };
    assert.deepEqual((await ask(['scikit-image'], { of }))?.get('scikit-image'), held('scikit-image', '0.22.0'));
    const entered = new Map([
      ['scikit-image', 'scikitimage'],
      ['other', 'nowhere'],
    ]);
    const found = await ask(['scikit-image', 'other'], { entered });
    assert.deepEqual(Object.fromEntries(found ?? []), { 'scikit-image': held('scikitimage', '0.19.3'), other: null });
  });

  it('says which extras there are, and which of those asked for fail', async () => {
    const of = async (text: string) => (await ask([text]))?.get('uvicorn');
    const uvicorn = { ...held('uvicorn', '0.22.0'), extras: ['dev-tools', 'failing', 'standard'] };
    assert.deepEqual(await of('uvicorn[standard,nope]'), uvicorn);
    const problem = { kind: 'fails', message: 'its extra failing does not evaluate' };
    assert.deepEqual(await of('uvicorn[failing]'), { ...uvicorn, problem });
  });

  it('says why a package gives no derivation', async () => {
    const names = ['risky', 'closed', 'crooked', 'elsewhere', 'dependent', 'withdrawn', 'requests'];
    const found = await ask(names);
    assert.deepEqual(Object.fromEntries(names.map(name => [name, found?.get(name)?.problem])), {
      risky: { kind: 'insecure', allowedAs: 'python3.11-risky-1.2' },
      closed: { kind: 'unfree', allowedAs: 'closed-source' },
      crooked: { kind: 'broken' },
      elsewhere: { kind: 'unsupported' },
      dependent: { kind: 'disabled', message: 'dependency-1.0 not supported for interpreter python3.11' },
      withdrawn: { kind: 'fails', message: 'withdrawn was removed' },
      requests: undefined,
    });
    assert.equal(found?.get('withdrawn')?.version, undefined);
    assert.equal(found?.get('risky')?.version, '1.2');
  });

  it('takes what nix/overrides.nix of the project allows and adds', async () => {
    const overrides = join(folder, 'overrides.nix');
    const added = 'final: prev: { pythonOverrides = pkgs: { ours = pkgs.redis // { version = "9"; }; }; }';
    writeFileSync(
      overrides,
      `{ config.permittedInsecurePackages = [ "python3.11-risky-1.2" ]; overlays = [ (${added}) ]; }`,
    );
    const found = await ask(['risky', 'closed', 'ours'], { overrides });
    assert.deepEqual(found?.get('risky'), held('risky', '1.2'));
    assert.equal(found?.get('closed')?.problem?.kind, 'unfree');
    assert.deepEqual(found?.get('ours'), held('ours', '9'));
  });

  it('asks for the chosen Python', async () => {
    const problem = { kind: 'disabled', message: 'numpy-1.0 not supported for interpreter python3.7' };
    assert.deepEqual((await ask(['numpy'], { python: '3.7' }))?.get('numpy')?.problem, problem);
  });

  it('says which Pythons and Bazels there are', async () => {
    const { interpreters, packages } = (await query(['numpy'], { python: '3.6' })) ?? assert.fail();
    assert.deepEqual(interpreters, {
      pythons: ['3.7', '3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14'],
      bazels: ['4', '5', '6', '7', '8', '9'],
    });
    assert.deepEqual(packages.get('numpy'), null);
    assert.deepEqual(warnings, []);
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
    assert.match(warnings.join('\n'), /^packages: Nix could not evaluate .* \(infinite recursion [^\n]*$/);
  });

  it('warns if there are more packages than fit on a command line', async () => {
    const names = Array.from({ length: 4000 }, (_, at) => `${'p'.repeat(60)}${at}`);
    assert.equal(await ask(names), undefined);
    assert.match(warnings.join('\n'), /^packages: Nix could not evaluate .*E2BIG/);
  });

  it('warns of a tarball that has changed since it was pinned', async () => {
    const of = await pinOfTarball(pack(folder, { stamp: 'before' }));
    const changed = await pinOfTarball(pack(folder, { stamp: 'after' }));
    const mixed = { ...changed, locked: { ...changed.locked, narHash: of.locked.narHash } };
    assert.equal(await ask(['requests'], { of: mixed }), undefined);
    assert.match(warnings.join('\n'), /^packages: Nix could not evaluate .*hash mismatch[^\n]*$/);
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
