import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { regenerate } from '../../tools/catalog/regenerate.ts';
import { findRelease } from '../../src/catalog/releases.ts';
import { Failure } from '../../src/errors/failure.ts';
import { needs } from '../needs.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const small = join(root, 'test/tools/small-nixpkgs');
const files = ['releases.json', 'packages.json', 'versions.json'];

describe('npm run catalog', () => {
  let folder: string;
  const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const json = (file: string) => JSON.parse(text(file));
  const write = (file: string, value: unknown) => writeFileSync(join(folder, file), JSON.stringify(value));
  const run = (...argv: string[]): Promise<string> => regenerate(folder, argv, join(root, 'test'));

  before(needs('nix-instantiate'));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'catalog-'));
    cpSync(join(root, 'src/catalog/releases.json'), join(folder, 'releases.json'));
    write('versions.json', {});
    write('packages.json', {
      packages: {
        flask: {},
        torch: { '22.05': 'pytorch', '24.05': 'torch' },
        uvloop: {},
        'zope-interface': { '22.05': 'zope_interface', '24.05': 'zope-interface' },
      },
      tools: { uv: 'pkgs.uv' },
    });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('rewrites the Pythons and Bazels of one release', async () => {
    const before = text('releases.json');
    const said = await run('26.05', '--nixpkgs', 'tools/small-nixpkgs');
    assert.equal(said, '26.05: Python 3.9.23, 3.12.11, 3.13.7, 3.14.0rc2; Bazel 7.6.0, 8.4.1');
    const { name, ...kept } = findRelease('26.05') ?? assert.fail();
    assert.deepEqual(json('releases.json').releases[name], {
      ...kept,
      defaultPython: '3.13',
      pythons: {
        3.9: { attribute: 'python39', version: '3.9.23' },
        3.12: { attribute: 'python312', version: '3.12.11' },
        3.13: { attribute: 'python313', version: '3.13.7' },
        3.14: { attribute: 'python314', version: '3.14.0rc2', prerelease: true },
      },
      bazels: {
        7: { attribute: 'bazel_7', version: '7.6.0' },
        8: { attribute: 'bazel_8', version: '8.4.1' },
      },
      confidence: 'exact',
    });
    // Above and below the entry nothing moved.
    const around = (all: string) => [all.split('"26.05": {')[0], all.split('"nixos-unstable": {')[1]];
    assert.deepEqual(around(text('releases.json')), around(before));
  });

  it('changes nothing the second time', async () => {
    const argv = ['26.05', '--nixpkgs', small, '--packages'];
    await run(...argv);
    const first = files.map(text);
    await run(...argv);
    assert.deepEqual(files.map(text), first);
  });

  it('leaves packages alone unless asked', async () => {
    const before = files.slice(1).map(text);
    await run('26.05', '--nixpkgs', small);
    assert.deepEqual(files.slice(1).map(text), before);
  });

  it('notes attributes and versions of the well-known packages', async () => {
    write('versions.json', {
      flask: { '24.05': '3.0.3', '26.05': '2.0', 'nixos-unstable': '3.2' },
      uvloop: { '26.05': '1' },
    });
    await run('26.05', '--nixpkgs', small, '--packages');
    assert.deepEqual(json('packages.json'), {
      packages: {
        flask: {},
        torch: { '22.05': 'pytorch', '24.05': 'torch' },
        uvloop: { '25.11': 'uvloop', '26.05': null, 'nixos-unstable': 'uvloop' },
        'zope-interface': {
          '22.05': 'zope_interface',
          '24.05': 'zope-interface',
          '26.05': 'zope_interface',
          'nixos-unstable': 'zope-interface',
        },
      },
      tools: { uv: 'pkgs.uv' },
    });
    assert.deepEqual(json('versions.json'), {
      flask: { '24.05': '3.0.3', '26.05': '3.1.0', 'nixos-unstable': '3.2' },
      torch: { '26.05': '2.7.1' },
      'zope-interface': { '26.05': '7.2' },
    });
    assert.deepEqual(Object.keys(json('versions.json').flask), ['24.05', '26.05', 'nixos-unstable']);
  });

  it('sets a new pin, and adds a release', async () => {
    const pin = { rev: 'a'.repeat(40), lastModified: 1795000000, narHash: `sha256-${'A'.repeat(43)}=` };
    const names = Object.keys(json('releases.json').releases);
    const life = { codename: 'Test', released: '2026-11-30', eol: '2027-06-30' };
    const dates = ['--codename', life.codename, '--released', life.released, '--eol', life.eol];
    const flags = ['--rev', pin.rev, '--narHash', pin.narHash, '--lastModified', String(pin.lastModified), ...dates];
    await assert.rejects(run('26.11', '--nixpkgs', small, ...dates), /26\.11 has no pin yet/);
    await assert.rejects(run('26.11', '--nixpkgs', small, ...flags), /says it is nixpkgs 26\.05, not 26\.11/);
    const tree = join(folder, 'tree');
    cpSync(small, tree, { recursive: true });
    writeFileSync(join(tree, 'lib/.version'), '26.11\n');
    await run('26.11', '--nixpkgs', tree, ...flags);
    const { branch, pin: written, ...entry } = json('releases.json').releases['26.11'];
    assert.deepEqual([branch, written, entry.eol, entry.defaultPython], ['nixos-26.11', pin, life.eol, '3.13']);
    const channels = names.filter(name => !/^\d/.test(name));
    const expected = [...names.filter(name => !channels.includes(name)), '26.11', ...channels];
    assert.deepEqual(Object.keys(json('releases.json').releases), expected, 'before the channels');
    // A channel is what it says it is.
    await run('nixos-unstable', '--nixpkgs', tree);
  });

  it('takes from the network only what has the hash of the pin', async () => {
    const tarball = join(folder, 'small.tar.gz');
    execFileSync('tar', ['-C', join(small, '..'), '-czf', tarball, 'small-nixpkgs']);
    const url = pathToFileURL(tarball).href;
    const before = text('releases.json');
    await assert.rejects(run('26.05', '--nixpkgs', url), { exitCode: 1, hint: /hash mismatch/ });
    assert.equal(text('releases.json'), before);

    const hex = execFileSync('nix-hash', ['--type', 'sha256', small], { encoding: 'utf8' }).trim();
    const narHash = `sha256-${Buffer.from(hex, 'hex').toString('base64')}`;
    await run('26.05', '--nixpkgs', url, '--rev', 'b'.repeat(40), '--lastModified', '1795000000', '--narHash', narHash);
    assert.equal(json('releases.json').releases['26.05'].pin.narHash, narHash);
  });

  it('says why a tree cannot be evaluated, and writes nothing', async () => {
    const before = files.map(text);
    writeFileSync(join(folder, 'default.nix'), '_: { python3 = throw "no Python here"; }');
    await assert.rejects(run('26.05', '--nixpkgs', folder, '--packages'), { exitCode: 1, hint: /no Python here/ });
    assert.deepEqual(files.map(text), before);
  });

  for (const [why, argv] of Object.entries({
    'no release': [],
    'two releases': ['26.05', '25.11'],
    'an unknown release': ['19.03'],
    'a new release without its dates': ['26.11', '--codename', 'Test'],
    'a new channel': ['nixos-small', '--codename', 'Test', '--released', '2026-11-30', '--eol', '2027-06-30'],
    'a release called constructor': ['constructor'],
    'an unknown flag': ['26.05', '--channel', 'x'],
    'half a pin': ['26.05', '--rev', 'a'.repeat(40)],
    'a shortened commit': [
      '26.05',
      '--rev',
      'abc',
      '--narHash',
      `sha256-${'A'.repeat(43)}=`,
      '--lastModified',
      '1795000000',
    ],
  })) {
    it(`refuses ${why}`, () => assert.rejects(run(...argv), error => error instanceof Failure && error.exitCode === 2));
  }
});
