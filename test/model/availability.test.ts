import assert from 'node:assert/strict';
import { findRelease, pinOf } from '../../src/catalog/releases.ts';
import {
  type Availability,
  catalogAvailability,
  checkInterpreters,
  interpreterOf,
  pinned,
} from '../../src/model/availability.ts';
import type { Pin } from '../../src/pin/pin.ts';

const pinFor = (release: string): Pin => pinOf(findRelease(release) ?? assert.fail(release));
const pin = pinFor('26.05');

/** What the catalog knows of one package. */
const known = (name: string, release = '26.05', python = '3.13', entered?: ReadonlyMap<string, string>) => {
  const { source, packages } = catalogAvailability([name], { pin: pinFor(release), release, python, entered });
  return { source, found: packages.get(name) };
};

describe('the pinned nixpkgs', () => {
  it('is named with its release or commit', () => {
    const { release: _, ...commit } = pin;
    const tarball = { type: 'tarball', url: 'file:///x.tar.gz' } as const;
    const bare: Pin = { original: tarball, locked: { ...tarball, narHash: '' } };
    assert.equal(pinned(pin), 'the pinned nixpkgs (26.05)');
    assert.match(pinned(commit), /^the pinned nixpkgs \([0-9a-f]{12}\)$/);
    assert.equal(pinned(bare), 'the pinned nixpkgs');
    assert.equal(pinned(undefined), 'the pinned nixpkgs');
    assert.equal(interpreterOf('3.9'), 'python39');
  });
});

describe('what the catalog knows of packages', () => {
  it('is read from the packages of about the same time, and called so', () => {
    const { source, found } = known('psycopg');
    assert.deepEqual(source, { kind: 'near', label: 'nixpkgs of July 2026' });
    assert.deepEqual(found, { attribute: 'psycopg', version: '3.3.4', extras: ['c', 'pool'], unaided: true });
    assert.equal(known('reqests').found, null);
  });

  it('says which packages need an entry in the attribute table', () => {
    const unaided = (name: string) => known(name).found?.unaided;
    assert.equal(unaided('flask'), true);
    assert.equal(unaided('opencv-python'), false);
    assert.equal(unaided('discord-py'), false);
  });

  it('says what does not evaluate on a Python', () => {
    assert.equal(known('spacy').found?.problem, undefined);
    assert.deepEqual(known('spacy', '26.05', '3.14').found?.problem, { kind: 'fails' });
    assert.deepEqual(known('pypdf2').found?.problem, { kind: 'insecure' });
  });

  it('goes by the attribute that the user has set, and by no other', () => {
    const entered = new Map([
      ['mine', 'redis'],
      ['ours', 'added-by-an-overlay'],
    ]);
    assert.deepEqual(known('mine', '26.05', '3.13', entered).found?.version, '7.4.0');
    assert.equal(known('ours', '26.05', '3.13', entered).found, null);
    const unverified = { attribute: 'added-by-an-overlay', version: undefined, extras: undefined, unaided: true };
    assert.deepEqual(known('ours', '22.05', '3.9', entered).found, unverified, 'where only names are known');
  });

  it('is only names for an old release: its own from the table, others from any time', () => {
    assert.deepEqual(known('torch', '22.05').source, { kind: 'names' });
    const torch = { attribute: 'pytorch', version: undefined, extras: undefined, unaided: false };
    assert.deepEqual(known('torch', '22.05', '3.9').found, torch);
    assert.equal(known('quart', '22.05', '3.9').found, null, 'it came later');
    assert.equal(known('python-jose', '22.05', '3.9').found?.attribute, 'python-jose');
    assert.equal(known('reqests', '22.05', '3.9').found, null);
  });
});

describe('a Python or Bazel that the pin lacks', () => {
  const of = (python: string, bazel: string, interpreters?: Availability['interpreters']) =>
    checkInterpreters(
      { source: { kind: 'nix' }, packages: new Map(), ...(interpreters ? { interpreters } : {}) },
      { pin, python, bazel },
    );
  const interpreters = { pythons: ['3.12', '3.13'], bazels: ['7', '8'] };

  it('is refused, with those that it has', () => {
    of('3.13', '8', interpreters);
    assert.throws(() => of('3.10', '8', interpreters), {
      message: 'python: the pinned nixpkgs (26.05) has no Python 3.10.',
      hint: 'Choose Python 3.12, 3.13, or another nixpkgs.',
      exitCode: 2,
    });
    assert.throws(() => of('3.13', '6', interpreters), {
      message: 'bazel: the pinned nixpkgs (26.05) has no Bazel 6.',
    });
    assert.throws(() => of('3.13', '6', { ...interpreters, bazels: [] }), { hint: 'Choose another nixpkgs.' });
  });

  it('is not known if Nix was not asked', () => of('3.10', '6'));
});
