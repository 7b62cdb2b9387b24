import assert from 'node:assert/strict';
import { answersWith } from '../answers.ts';
import { findRelease, pinOf } from '../../src/catalog/releases.ts';
import { type NixpkgsPackage, interpreterOf, lacking, outOfRange, pinned } from '../../src/model/availability.ts';
import type { Pin } from '../../src/pin/pin.ts';
import { checkProject } from '../../src/model/project.ts';
import { parseRequirement } from '../../src/packaging/requirement.ts';

const pin = pinOf(findRelease('26.05') ?? assert.fail());
const today = new Date('2026-11-23');
const held = (attribute: string, version: string, unaided = true): NixpkgsPackage => ({ attribute, version, unaided });

describe('the availability of packages in nixpkgs', () => {
  it('names the pin as exactly as it can', () => {
    const { release: _, ...commit } = pin;
    const tarball = { type: 'tarball', url: 'file:///x.tar.gz' } as const;
    const bare: Pin = { original: tarball, locked: { ...tarball, narHash: '' } };
    assert.equal(pinned(pin), 'the pinned nixpkgs (26.05)');
    assert.match(pinned(commit), /^the pinned nixpkgs \([0-9a-f]{12}\)$/);
    assert.equal(pinned(bare), 'the pinned nixpkgs');
    assert.equal(interpreterOf('3.9'), 'python39');
  });

  it('warns that a package is missing, and suggests names', () => {
    const said = lacking('reqests', '3.13', pin, ['requests', 'pytest']);
    assert.match(said, /^packages: the pinned nixpkgs \(26\.05\) has no package reqests for python313\. Did you mean /);
    assert.match(said, /Did you mean requests or pytest\? If .* another attribute, set that in \[tool\.nixpkgs/);
    assert.doesNotMatch(lacking('zzzz', '3.13', pin, []), /Did you mean/);
  });

  const versions = { '22.05': '4.2.2', '24.05': '5.0.3', '25.05': '5.2.1', '25.11': '6.4.0', '26.05': '5.9' };
  for (const [text, version, says] of [
    ['redis', '4.3.4', undefined],
    ['redis>=4,<5', '4.3.4', undefined],
    ['redis===unstable', 'unstable', undefined],
    // The entry for the release itself is not better than what Nix has said.
    [
      'redis>=5,<6',
      '4.3.4',
      /redis 4\.3\.4, which "redis>=5,<6" .*, or choose nixpkgs 24\.05 \(5\.0\.3\) or 25\.05 \(5/,
    ],
    ['redis==3.*', '4.3.4', /has redis 4\.3\.4, which "redis==3\.\*" does not allow\. .* or choose another nixpkgs\.$/],
    ['redis', '', undefined],
    ['redis>=1', '', /has redis without a version, which "redis>=1" does not/],
    ['redis[hiredis]>=1', 'unstable-2023-01-01', /redis unstable-2023-01-01, which "redis\[hiredis\]>=1" does not/],
  ] as const) {
    it(`${text} of a nixpkgs with ${version}: ${says ? 'a warning' : 'no warning'}`, () => {
      const said = outOfRange(parseRequirement(text), held('redis', version), pin, versions);
      if (says) assert.match(said ?? '', says);
      else assert.equal(said, undefined);
    });
  }
  it('names at most three other releases, the newest', () => {
    const said = outOfRange(parseRequirement('redis!=1.*'), held('redis', '1.0'), pin, versions) ?? '';
    assert.match(said, /choose nixpkgs 24\.05 \(5\.0\.3\) or 25\.05 \(5\.2\.1\) or 25\.11 \(6\.4\.0\)\.$/);
  });
});

describe('a project checked with what Nix says', () => {
  const answers = answersWith({ nixpkgs: '26.05', python: '3.13', bazel: '8' });
  const check = (packages: string[], said?: Record<string, NixpkgsPackage | null>) => {
    const availability = said && new Map(Object.entries(said));
    const { project, warnings } = checkProject({ answers: { ...answers, packages }, pin }, today, availability);
    return { attributes: Object.fromEntries(project.attributes), warnings: warnings.join('\n') };
  };

  it('gets attributes only where nix/python.nix needs them, whatever the catalog says', () => {
    const packages = ['opencv-python', 'torch', 'requests'];
    assert.deepEqual(check(packages), { attributes: { 'opencv-python': 'opencv4' }, warnings: '' });
    const said = {
      'opencv-python': held('opencv-python', '4.12.0'),
      torch: held('pytorch', '1.11.0', false),
      requests: held('requests', '2.32.0'),
    };
    assert.deepEqual(check(packages, said), { attributes: { torch: 'pytorch' }, warnings: '' });
  });

  it('has no doubts about a package that the catalog does not know, if Nix does', () => {
    assert.match(check(['frobnicate']).warnings, /frobnicate is not among the packages known/);
    assert.equal(check(['frobnicate'], { frobnicate: held('frobnicate', '1.0') }).warnings, '');
  });

  it('warns of a package that the catalog knows, if Nix does not', () => {
    assert.equal(check(['requests']).warnings, '');
    assert.match(check(['requests'], { requests: null }).warnings, /\(26\.05\) has no package requests for python313/);
    assert.deepEqual(check(['opencv-python'], { 'opencv-python': null }).attributes, {});
  });

  it('warns of a version that is out of range', () => {
    const { warnings } = check(['requests>=3'], { requests: held('requests', '2.32.0') });
    assert.match(
      warnings,
      /^packages: the pinned nixpkgs \(26\.05\) has requests 2\.32\.0, which "requests>=3" does not/,
    );
  });

  it('is refused a package that nixpkgs never has, whatever Nix says', () => {
    assert.throws(() => check(['asyncio'], { asyncio: held('asyncio', '3.4.3') }), { name: 'Failure', exitCode: 2 });
  });
});
