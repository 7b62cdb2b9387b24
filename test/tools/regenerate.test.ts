import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { regenerate } from '../../tools/catalog/regenerate.ts';
import { setOfRelease } from '../../src/catalog/python-sets.ts';
import { findRelease } from '../../src/catalog/releases.ts';
import { Failure } from '../../src/errors/failure.ts';
import { needs } from '../needs.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const small = join(root, 'test/tools/small-nixpkgs');
const files = ['releases.json', 'python-sets.json'];
const set = 'python-set-26.05.txt';
const setKeys = ['source', 'rev', 'lastModified', 'defaultPython', 'pythons', 'unusable'];

describe('npm run catalog', () => {
  let folder: string;
  /** The small tree, as a channel that says which commit it is: the one that 26.05 pins. */
  let tree: string;
  const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const json = (file: string) => JSON.parse(text(file));
  const write = (file: string, value: unknown) => writeFileSync(join(folder, file), JSON.stringify(value));
  const run = (...argv: string[]): Promise<string> => regenerate(folder, argv, folder);
  const pinned = findRelease('26.05')?.pin ?? assert.fail();

  before(needs('nix-instantiate'));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'catalog-'));
    tree = join(folder, 'tree');
    cpSync(small, tree, { recursive: true });
    writeFileSync(join(tree, '.git-revision'), `${pinned.rev}\n`);
    cpSync(join(root, 'src/catalog/releases.json'), join(folder, 'releases.json'));
    write('python-sets.json', {});
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('rewrites the Pythons and Bazels of one release', async () => {
    const before = text('releases.json');
    const said = await run('26.05', '--nixpkgs', 'tree');
    assert.equal(said, '26.05: Python 3.9.23, 3.12.11, 3.13.7, 3.14.0rc2; Bazel 7.6.0, 8.4.1');
    const { name, ...kept } = findRelease('26.05') ?? assert.fail();
    assert.deepEqual(json('releases.json').releases[name], {
      ...kept,
      defaultPython: '3.13',
      pythons: {
        3.9: { attribute: 'python39', version: '3.9.23', unusable: ['flask'] },
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
    const names = Object.keys(json('releases.json').releases);
    const next = names[names.indexOf('26.05') + 1];
    const around = (all: string) => [all.split('"26.05": {')[0], all.split(`"${next}": {`)[1]];
    assert.deepEqual(around(text('releases.json')), around(before));
    assert.deepEqual(json('python-sets.json'), {});
  });

  it('writes the packages of every Python that has what projects need, one a line', async () => {
    const said = await run('26.05', '--nixpkgs', tree, '--packages');
    assert.match(said, /; 14 packages on Python 3\.12, 3\.13$/);
    const lines = text(set)
      .split('\n')
      .filter(line => !line.startsWith('#'));
    assert.deepEqual(lines, [
      'click 8.1.8',
      'closed 1.0 !unfree',
      'discordpy 2.5 =discord-py',
      'fails-here 1.0 !3.13',
      'flask 3.1.0',
      'gunicorn 23.0.0',
      'listed-extras 1.0',
      'nameThrows 1.0',
      'only-here 1.0 !3.12',
      'psycopg 3.2 [c,pool]',
      'pytest 8.3.5',
      'risky 1.0 !insecure',
      'torch 2.7.1',
      'zope_interface 7.2',
      '',
    ]);
    assert.deepEqual(json('python-sets.json'), {
      '26.05': {
        source: 'github:NixOS/nixpkgs',
        rev: pinned.rev,
        lastModified: pinned.lastModified,
        defaultPython: '3.13',
        pythons: ['3.12', '3.13'],
        unusable: { 3.9: ['flask'] },
      },
    });
  });

  it('marks the Pythons of releases of about the same time, unless their own tree was evaluated', async () => {
    const catalog = json('releases.json');
    const { 'nixos-unstable': channel, '25.11': old } = catalog.releases;
    channel.pythons['3.9'] = old.pythons['3.9'] = { attribute: 'python39', version: '3.9' };
    write('releases.json', catalog);
    const argv = ['--set', '2026-07', '--nixpkgs', small, '--rev', 'e'.repeat(40), '--lastModified', '1783987200'];
    assert.equal(await run(...argv), '2026-07: 14 packages on Python 3.12, 3.13');
    assert.match(text('python-set-2026-07.txt'), /^flask 3\.1\.0$/m);
    const python = (name: string) => json('releases.json').releases[name].pythons['3.9'];
    assert.deepEqual(python('nixos-unstable'), { attribute: 'python39', version: '3.9', unusable: ['flask'] });
    assert.deepEqual(python('25.11'), { attribute: 'python39', version: '3.9' }, 'another half-year');
    await run('26.05', '--nixpkgs', tree);
    assert.deepEqual(python('26.05').unusable, ['flask']);
    await run(...argv);
    assert.equal(json('releases.json').releases['26.05'].confidence, 'exact');
  });

  it('changes nothing the second time', async () => {
    const argv = ['26.05', '--nixpkgs', tree, '--packages'];
    await run(...argv);
    const first = [...files, set].map(text);
    await run(...argv);
    assert.deepEqual([...files, set].map(text), first);
  });

  it('sets a new pin, and adds a release', async () => {
    const pin = { rev: 'a'.repeat(40), lastModified: 1795000000, narHash: `sha256-${'A'.repeat(43)}=` };
    const names = Object.keys(json('releases.json').releases);
    const life = { codename: 'Test', released: '2097-05-30', eol: '2097-12-31' };
    const dates = ['--codename', life.codename, '--released', life.released, '--eol', life.eol];
    const flags = ['--rev', pin.rev, '--narHash', pin.narHash, '--lastModified', String(pin.lastModified), ...dates];
    await assert.rejects(run('97.05', '--nixpkgs', tree, ...dates), /97\.05 has no pin yet/);
    await assert.rejects(run('97.05', '--nixpkgs', tree, ...flags), /says it is nixpkgs 26\.05, not 97\.05/);
    writeFileSync(join(tree, 'lib/.version'), '97.05\n');
    writeFileSync(join(tree, '.git-revision'), pin.rev);
    await run('97.05', '--nixpkgs', tree, ...flags);
    const { branch, pin: written, ...entry } = json('releases.json').releases['97.05'];
    assert.deepEqual([branch, written, entry.eol, entry.defaultPython], ['nixos-97.05', pin, life.eol, '3.13']);
    const channels = names.filter(name => !/^\d/.test(name));
    const expected = [...names.filter(name => !channels.includes(name)), '97.05', ...channels];
    assert.deepEqual(Object.keys(json('releases.json').releases), expected, 'before the channels');
    // A channel has any release.
    await run('nixos-unstable', '--nixpkgs', tree, ...flags);
  });

  it('takes a folder only if it is the pinned commit, by what it says or by its hash', async () => {
    const before = files.map(text);
    const rev = 'd'.repeat(40);
    writeFileSync(join(tree, '.git-revision'), rev);
    for (const name of ['26.05', 'nixos-unstable']) {
      const { rev: wanted } = findRelease(name)?.pin ?? assert.fail();
      const refused = { exitCode: 2, message: `${tree} is commit ${rev}, not ${wanted}.` };
      await assert.rejects(run(name, '--nixpkgs', tree), refused);
    }
    await assert.rejects(run('26.05', '--nixpkgs', small), /has no \.git-revision, and its hash is not that of/);
    await assert.rejects(
      run('--set', 'x', '--nixpkgs', tree, '--rev', 'e'.repeat(40), '--lastModified', '1783987200'),
      /is commit d+, not e+/,
    );
    const other = ['--rev', rev, '--lastModified', '1783987200', '--narHash', `sha256-${'A'.repeat(43)}=`];
    await assert.rejects(run('--set', 'x', '--nixpkgs', small, ...other), /its hash is not that of d+/);
    assert.deepEqual(files.map(text), before);

    const hex = execFileSync('nix-hash', ['--type', 'sha256', small], { encoding: 'utf8' }).trim();
    const narHash = `sha256-${Buffer.from(hex, 'hex').toString('base64')}`;
    const pin = ['--rev', rev, '--lastModified', '1795000000', '--narHash', narHash];
    await run('26.05', '--nixpkgs', small, ...pin);
    await run('--set', 'x', '--nixpkgs', small, ...pin);
    assert.deepEqual(Object.keys(json('python-sets.json').x), setKeys, 'no hash');
  });

  it('says what it does and costs', async () => {
    const help = await run('--help');
    assert.match(help, /2 seconds and 0\.5 GB/);
    assert.match(help, /2\.18 or newer/);
    assert.equal(await run('26.05', '--help'), help);
  });

  it('keeps a set for a rolling channel apart from a newer pin', async () => {
    const { rev, lastModified, narHash } = findRelease('nixos-unstable')?.pin ?? assert.fail();
    writeFileSync(join(tree, '.git-revision'), rev);
    const pin = (commit: string, time: number) => [
      '--rev',
      commit,
      '--narHash',
      narHash,
      '--lastModified',
      String(time),
    ];
    await run('nixos-unstable', '--nixpkgs', tree, '--packages', ...pin(rev, lastModified));
    const newer = 'f'.repeat(40);
    writeFileSync(join(tree, '.git-revision'), newer);
    await run('nixos-unstable', '--nixpkgs', tree, ...pin(newer, lastModified + 1000));
    const sets = [{ name: 'nixos-unstable', ...json('python-sets.json')['nixos-unstable'] }];
    const channel = json('releases.json').releases['nixos-unstable'];
    assert.deepEqual([sets[0]?.rev, channel.pin.rev], [rev, newer]);
    assert.equal(setOfRelease(channel, sets)?.exact, false, 'called that of a month, not that of the pin');
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

  it('names the package whose error ends the evaluation, and can skip it', async () => {
    const nix = join(tree, 'default.nix');
    writeFileSync(
      nix,
      readFileSync(nix, 'utf8').replace(
        'nothing = null;',
        'nothing = package "nothing" "1" // { drvPath = { }.missing; };',
      ),
    );
    const argv = ['26.05', '--nixpkgs', tree, '--packages'];
    await assert.rejects(run(...argv), {
      exitCode: 1,
      hint: /^Skip it: --skip nothing\nattribute 'missing' missing/,
    });
    await run(...argv, '--skip', 'nothing');
    assert.match(text(set), /^nothing 1$/m);
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
    'a release and a set': ['26.05', '--set', 'x'],
    'a set without its commit': ['--set', 'x', '--nixpkgs', '/x'],
    'an unknown release': ['19.03'],
    'a new release without its dates': ['97.05', '--codename', 'Test'],
    'a new channel': ['nixos-small', '--codename', 'Test', '--released', '2026-11-30', '--eol', '2027-06-30'],
    'a release called constructor': ['constructor'],
    'an unknown flag': ['26.05', '--channel', 'x'],
    'a set with half a hash': [
      ...['--set', 'x', '--nixpkgs', small, '--rev', 'e'.repeat(40)],
      ...['--lastModified', '1783987200', '--narHash', 'sha256-x'],
    ],
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
