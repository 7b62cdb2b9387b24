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
    ['no nixpkgs', {}, /^has no nixpkgs$/],
    [
      'no hash',
      { locked: { ...locked, narHash: undefined }, original },
      /^has no narHash of nixpkgs, which is github$/,
    ],
    [
      'Mercurial',
      { locked: { type: 'hg', url, rev: 'a', narHash } },
      /^takes nixpkgs from "hg", which nix\/nixpkgs\.nix c/,
    ],
    ['no type', { locked: { url, narHash } }, /^takes nixpkgs from undefined, which /],
    [
      'a git repository with changes',
      { locked: { type: 'git', url, narHash } },
      /^has no rev of nixpkgs, which is git$/,
    ],
    [
      'a path in another input',
      { locked: { type: 'path', path: './a' }, parent: ['corp'] },
      /^takes nixpkgs from \.\/a, a path in the input corp, which /,
    ],
    ['the registry', { locked, original: { type: 'indirect', id: 'nixpkgs' } }, undefined],
    ['no date', { locked: { ...locked, lastModified: undefined }, original }, undefined],
    ['a host', { locked: { ...locked, host: 'git.corp' }, original: { ...original, host: 'git.corp' } }, undefined],
    ['a subfolder', { locked: { ...locked, dir: 'a' }, original: { ...original, dir: 'a' } }, undefined],
    ['a path', { locked: { type: 'path', path: '/src', narHash }, original }, undefined],
    ['a relative path', { locked: { type: 'path', path: './nixpkgs' }, original, parent: [] }, undefined],
    ['a git repository', { locked: { type: 'git', url, rev: 'a' }, original }, undefined],
    ['GitLab', { locked: { ...locked, type: 'gitlab' }, original: { ...original, type: 'gitlab' } }, undefined],
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

  it('says where nixpkgs comes from, without what may be secret', () => {
    const from = (node: object, more: object = {}, input: unknown = 'nixpkgs'): unknown => {
      const read = readLockedNixpkgs(lock({ nixpkgs: node, ...more }, { nixpkgs: input, corp: 'corp' }));
      return read.kind === 'other' ? read.from : read;
    };
    const { type: _type, ...attributes } = locked as { type: string };
    const host = 'git.corp';
    assert.equal(from({ locked: { ...locked, host } }), `${host}/NixOS/nixpkgs`);
    assert.equal(from({ locked: { ...attributes, type: 'gitlab', host } }), `${host}/NixOS/nixpkgs`);
    assert.equal(from({ locked: { ...attributes, type: 'gitlab' } }), 'gitlab.com/NixOS/nixpkgs');
    const secret = 'https://me:secret@git.corp/nixpkgs?token=secret';
    assert.equal(
      from({ locked: { type: 'git', url: secret, rev: 'a' } }),
      'the git repository https://git.corp/nixpkgs',
    );
    assert.equal(from({ locked: { type: 'tarball', url: secret, narHash } }), 'the tarball https://git.corp/nixpkgs');
    const corp = { inputs: { nixpkgs: 'nixpkgs', base: ['nixpkgs'] } };
    const followed = 'the input corp/nixpkgs, which is github.com/NixOS/nixpkgs';
    assert.equal(from(github, { corp }, ['corp', 'nixpkgs']), followed);
    // Through another one that follows, in turn.
    const base = { inputs: { nixpkgs: 'nixpkgs' } };
    const outer = { inputs: { nixpkgs: ['corp', 'base', 'nixpkgs'], base: 'base' } };
    assert.equal(from(github, { corp: outer, base }, ['corp', 'nixpkgs']), followed);
    for (const loop of [['nixpkgs'], ['corp', 'nixpkgs'], ['corp', 'none'], []]) {
      const nowhere = { inputs: { nixpkgs: ['corp', 'nixpkgs'] } };
      assert.deepEqual(from(github, { corp: nowhere }, loop), { kind: 'invalid', problem: 'has no nixpkgs' });
    }
  });

  it('that follows another input gets a node of its own, and changes no other', () => {
    const corp = { inputs: { nixpkgs: 'nixpkgs' }, locked: { type: 'path', path: '/corp' } };
    const before = lock({ nixpkgs: github, corp }, { nixpkgs: ['corp', 'nixpkgs'], corp: 'corp' });
    const after = withPinOf(JSON.stringify(flakeLockOf(tarball)), before);
    assert.deepEqual(
      JSON.parse(after),
      JSON.parse(lock({ nixpkgs: github, corp, nixpkgs_2: tarball }, { nixpkgs: 'nixpkgs_2', corp: 'corp' })),
    );
  });

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
