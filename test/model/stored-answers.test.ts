import assert from 'node:assert/strict';
import { parseStoredAnswers, storageKey } from '../../src/model/stored-answers.ts';
import { pinOfLock } from '../../src/pin/flake-lock.ts';

describe('the pin of a flake.lock', () => {
  const narHash = `sha256-${'A'.repeat(43)}=`;
  const lock = (url: string) =>
    JSON.stringify({
      nodes: {
        nixpkgs: { locked: { type: 'tarball', url, narHash }, original: { type: 'tarball', url } },
        root: { inputs: { nixpkgs: 'nixpkgs' } },
      },
      root: 'root',
    });

  it('is taken from a tarball whose URL can stand in flake.nix', () => {
    const url = 'https://example.org/a.tar.gz';
    assert.deepEqual(pinOfLock(lock(url))?.locked, { type: 'tarball', url, narHash });
  });

  for (const url of ['https://example.org/"; evil = "x', 'https://example.org/a b.tar.gz', 'ftp://example.org/a', '']) {
    it(`is not taken from ${JSON.stringify(url)}`, () => assert.equal(pinOfLock(lock(url)), undefined));
  }
});

describe('what an earlier run has stored', () => {
  it('names its version as it was written, a pre-release too', () => {
    const text = JSON.stringify({ [storageKey]: { version: '0.2.0-rc.1', answers: { name: 'hello' } } });
    assert.equal(parseStoredAnswers(text, '.yo-rc.json', '0.2.0-rc.1')?.version, '0.2.0-rc.1');
    assert.throws(() => parseStoredAnswers(text, '.yo-rc.json', '0.1.0'), /newer than this one/);
  });
});
