import assert from 'node:assert/strict';
import type { PackageFault } from '../../src/model/package-faults.ts';
import { adjust, parsePinsPolicy, type PinsPolicy, pinsPolicies, relaxed } from '../../src/model/pins-policy.ts';
import { formatRequirement, parseRequirement } from '../../src/packaging/requirement.ts';
import { satisfies } from '../../src/packaging/version.ts';

const isFine = (held: string, specifier: string): boolean => satisfies(held, specifier) === true;

describe('a policy for version ranges', () => {
  for (const [specifier, compatible, minimum] of [
    ['==2.3.1', '>=2.3.1,<3', '>=2.3.1'],
    ['===2.3.1', '>=2.3.1,<3', '>=2.3.1'],
    ['~=1.4', '>=1.4,<2', '>=1.4'],
    ['==1.4.*', '>=1.4,<2', '>=1.4'],
    ['>=4,<5', '>=4,<5', '>=4'],
    ['==1!2.0', '>=1!2.0,<1!3', '>=1!2.0'],
    ['==2.0+cpu', '>=2.0,<3', '>=2.0'],
    ['<3', '', ''],
  ] as const) {
    it(`makes ${compatible || 'nothing'} or ${minimum || 'nothing'} of ${specifier}`, () => {
      assert.equal(relaxed(specifier, 'compatible'), compatible);
      assert.equal(relaxed(specifier, 'minimum'), minimum);
      assert.equal(relaxed(specifier, 'drop'), '');
      assert.equal(relaxed(specifier, 'keep'), specifier);
    });
  }

  const fault = (name: string, rest: Partial<PackageFault>): PackageFault => ({
    ...{ name, requirement: name, kind: 'version', wanted: '', source: { kind: 'nix' }, where: 'nixpkgs' },
    ...{ otherReleases: [], suggestions: [] },
    ...rest,
  });
  const requirements = ['a==1.0', 'b==2.0', 'c[x]==1', 'd'].map(text => parseRequirement(text));
  const faults = [
    fault('a', { version: '1.5' }),
    fault('b', { version: '1.0' }),
    fault('c', { kind: 'extra', version: '1', wanted: 'x' }),
    fault('d', { kind: 'missing' }),
  ];
  const by = (pins: PinsPolicy | undefined, skipMissing = true) => {
    const { requirements: kept, adjustments, left } = adjust(requirements, faults, { pins, skipMissing, isFine });
    return [kept.map(formatRequirement), adjustments.map(({ name }) => name), left.map(({ name }) => name)];
  };

  it('leaves as faults what it does not settle', () => {
    assert.deepEqual(by(undefined, false)[2], ['a', 'b', 'c', 'd']);
    assert.deepEqual(by('minimum')[2], ['b']);
    assert.deepEqual(by('drop', false)[2], ['c', 'd']);
  });

  it('says of each requirement that it changes what it was and why', () => {
    assert.deepEqual(by('drop'), [['a', 'b', 'c==1'], ['a', 'b', 'c', 'd'], []]);
    assert.deepEqual(by('keep'), [['a==1.0', 'b==2.0', 'c==1'], ['c', 'd'], []]);
    const { adjustments } = adjust(requirements, faults, { pins: 'drop', skipMissing: true, isFine });
    assert.deepEqual(adjustments[0], { name: 'a', from: 'a==1.0', to: 'a', held: '1.5', reason: 'nixpkgs has 1.5' });
    assert.equal(adjustments.at(-1)?.to, undefined);
  });

  it('is one of a table', () => {
    for (const name of Object.keys(pinsPolicies)) assert.equal(parsePinsPolicy(name), name);
    assert.throws(() => parsePinsPolicy('loose'), { name: 'Failure', exitCode: 2 });
    assert.throws(() => parsePinsPolicy('toString'), { name: 'Failure', exitCode: 2 });
  });
});
