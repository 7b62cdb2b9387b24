import assert from 'node:assert/strict';
import { releases } from '../../src/catalog/releases.ts';
import { scan, sign } from '../../src/model/supply-chain.ts';

describe('the answers sign and scan', () => {
  /** The releases for which an answer is refused, with the message of the first. */
  const refusals = (parse: (nixpkgs: string) => unknown): [string[], string] => {
    const faults = releases().flatMap(({ name }) => {
      try {
        parse(name);
        return [];
      } catch (error) {
        return [{ name, message: (error as Error).message }];
      }
    });
    return [faults.map(({ name }) => name), faults[0]?.message ?? ''];
  };
  const context = (nixpkgs: string) => ({ today: new Date('2026-11-27'), folder: '', answers: { nixpkgs } });

  it('refuse releases without a cosign and a grype that will do', () => {
    const [unsigned, noCosign] = refusals(nixpkgs => sign.parse('key', context(nixpkgs), '--sign'));
    assert.deepEqual(unsigned, ['21.11', '22.05', '22.11']);
    assert.match(noCosign, /^--sign: nixpkgs 21\.11 has no cosign 2, which signs\./);
    const [unscanned, noGrype] = refusals(nixpkgs => scan.parse('high', context(nixpkgs), '--scan'));
    assert.deepEqual(unscanned, [...unsigned, '23.05', '23.11', '24.05', '24.11']);
    assert.match(noGrype, /^--scan: nixpkgs 21\.11 has no grype for the databases that are published today\./);
  });

  it('take any revision that is not known, and no answer for any release', () => {
    assert.equal(scan.parse('high', context('1234567890123456789012345678901234567890'), '--scan'), 'high');
    for (const question of [sign, scan]) {
      assert.deepEqual(
        refusals(nixpkgs => question.parse('none', context(nixpkgs), '')),
        [[], ''],
      );
    }
  });
});
