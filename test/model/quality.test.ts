import assert from 'node:assert/strict';
import { findRelease } from '../../src/catalog/releases.ts';
import { parseQuality } from '../../src/model/quality.ts';

describe('the answer quality', () => {
  const parse = (text: string, release = '26.05') => parseQuality([text], findRelease(release), '--quality');

  it('lists parts, each once, with those that they need', () => {
    assert.deepEqual(parse('renovate, checks,checks'), ['checks', 'renovate']);
    assert.deepEqual(parse('pre-commit'), ['checks', 'pre-commit']);
    assert.deepEqual(parse(''), []);
    assert.deepEqual(parse('none'), []);
  });

  it('refuses what is no part', () => {
    assert.throws(() => parse('linting'), /--quality: unknown part "linting"/);
    assert.throws(() => parse('toString'), /unknown part/);
  });

  it('refuses the checks for a release without their tools, and knows no other', () => {
    for (const release of ['21.11', '22.05', '22.11', '23.05']) {
      assert.throws(() => parse('checks', release), new RegExp(`nixpkgs ${release} has no ruff that formats`));
      assert.deepEqual(parse('renovate', release), ['renovate']);
    }
    for (const release of ['23.11', '24.05', 'nixos-unstable']) assert.deepEqual(parse('checks', release), ['checks']);
    assert.deepEqual(parseQuality(['checks'], undefined, 'x'), ['checks']);
  });
});
