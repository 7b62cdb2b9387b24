import assert from 'node:assert/strict';
import { findRelease, pinOf } from '../../src/catalog/releases.ts';
import { Failure } from '../../src/errors/failure.ts';
import { flakeLockOf, pinOfLock, readLockedNixpkgs, withPinOf } from '../../src/pin/flake-lock.ts';

const narHash = `sha256-${'A'.repeat(43)}=`;
const url = 'https://example.org/a.tar.gz';
const tarball = { locked: { type: 'tarball', url, narHash }, original: { type: 'tarball', url } } as const;
const release = pinOf(findRelease('25.11') ?? assert.fail());
const { release: _, ...github } = release;

/** A flake.lock with these nodes beside the root. */
const lock = (nodes: object, inputs: object = { nixpkgs: 'nixpkgs' }): string =>
  JSON.stringify({ nodes: { ...nodes, root: { inputs } }, root: 'root', version: 7 });

describe('a flake.lock', () => {
  for (const [what, pin] of Object.entries({ 'a commit on GitHub': github, 'a tarball': tarball })) {
    it(`gives back the pin that it was generated for: ${what}`, () => {
      const text = JSON.stringify(flakeLockOf(pin));
      assert.deepEqual(readLockedNixpkgs(text), { kind: 'pin', pin });
      assert.deepEqual(pinOfLock(`\uFEFF${text}`), pin, 'with a byte order mark');
    });
  }

  it('pins the nixpkgs of the root, not that of another input', () => {
    const agenix = { inputs: { nixpkgs: 'nixpkgs' } };
    const text = lock({ nixpkgs: github, nixpkgs_2: tarball, agenix }, { agenix: 'agenix', nixpkgs: 'nixpkgs_2' });
    assert.deepEqual(pinOfLock(text), tarball);
  });

  const { locked, original } = github;
  for (const [what, node, kind] of [
    ['a path', { locked: { type: 'path', path: '/src', narHash }, original }, /^pins nixpkgs as "path", which nix\/n/],
    ['no hash', { locked: { ...locked, narHash: undefined }, original }, /^pins nixpkgs as "github", which /],
    ['no nixpkgs', {}, /^has no nixpkgs$/],
    ['the registry', { locked, original: { type: 'indirect', id: 'nixpkgs' } }, undefined],
    ['no date', { locked: { ...locked, lastModified: undefined }, original }, undefined],
    ['Nix in a name', { locked, original: { ...original, owner: '${x}' } }, undefined],
    ...['https://example.org/"; evil = "x', 'https://example.org/a b.tar.gz', 'ftp://example.org/a', ''].map(
      invalid =>
        [
          `the URL ${JSON.stringify(invalid)}`,
          { ...tarball, locked: { ...tarball.locked, url: invalid } },
          undefined,
        ] as const,
    ),
  ] as const) {
    it(`with ${what} is ${kind ? 'invalid' : 'of a kind that is never generated'}`, () => {
      const nixpkgs = readLockedNixpkgs(lock({ nixpkgs: node }));
      assert.equal(nixpkgs.kind, kind ? 'invalid' : 'other');
      if (kind) assert.match(nixpkgs.kind === 'invalid' ? nixpkgs.problem : '', kind);
      assert.equal(pinOfLock(lock({ nixpkgs: node })), undefined);
    });
  }

  for (const text of [
    '',
    '<<<<<<< a',
    'null',
    '"a"',
    '[]',
    '{"nodes": 1}',
    '{"nodes": {"root": null}, "root": "root"}',
  ]) {
    it(`with the text ${JSON.stringify(text)} is invalid`, () => {
      assert.equal(readLockedNixpkgs(text).kind, 'invalid');
      assert.throws(() => withPinOf(lock({ nixpkgs: github }), text), Failure);
    });
  }

  it('takes the pin of a generated one, and keeps its other inputs', () => {
    const other = { locked: { type: 'github' }, inputs: { nixpkgs: 'nixpkgs' } };
    const inputs = { nixpkgs: 'nixpkgs_2', other: 'other' };
    const before = lock({ nixpkgs: github, nixpkgs_2: github, other }, inputs);
    const generated = JSON.stringify(flakeLockOf(tarball));
    const after = withPinOf(generated, before);
    assert.deepEqual(JSON.parse(after), JSON.parse(lock({ nixpkgs: github, nixpkgs_2: tarball, other }, inputs)));
    assert.equal(withPinOf(generated, after), after);
  });
});
