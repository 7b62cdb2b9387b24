import assert from 'node:assert/strict';
import { answersWith } from '../answers.ts';
import { findRelease, pinOf } from '../../src/catalog/releases.ts';
import { catalogued, type NixpkgsPackage, interpreterOf, pinned } from '../../src/model/availability.ts';
import { checkPackages } from '../../src/model/check-packages.ts';
import { describeFault, faultTable } from '../../src/model/package-faults.ts';
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

  it('is, for a catalog, that of the nearest set, which it names', () => {
    const at = { pin, release: '26.05' };
    assert.deepEqual(catalogued('flask', '3.13', at)?.label, 'nixpkgs of July 2026');
    assert.equal(catalogued('flask', '3.13', at)?.found?.version, '3.1.2');
    assert.deepEqual(catalogued('psycopg', '3.13', at)?.found?.extras, ['c', 'pool']);
    assert.match(catalogued('spacy', '3.14', at)?.found?.fault ?? '', /does not evaluate for Python 3\.14/);
    assert.equal(catalogued('spacy', '3.13', at)?.found?.fault, undefined);
    assert.equal(catalogued('no-such-package', '3.13', at)?.found, null);
    // Its attribute is another one: only the package itself has this name.
    assert.equal(catalogued('py-aligator', '3.13', at)?.found?.attribute, 'aligator');
    assert.equal(catalogued('constructor', '3.13', at)?.found, null);
  });

  it('is nothing for a release that is far from every set', () => {
    const old = pinOf(findRelease('24.05') ?? assert.fail());
    assert.equal(catalogued('flask', '3.11', { pin: old, release: '24.05' }), undefined);
  });
});

describe('a fault of a package', () => {
  const check = (text: string, found: NixpkgsPackage | null) =>
    checkPackages([parseRequirement(text)], {
      ...{ pin, release: '26.05', python: '3.13' },
      availability: new Map([[parseRequirement(text).name, found]]),
    }).faults;

  for (const [text, version, wanted] of [
    ['redis', '4.3.4', []],
    ['redis>=4,<5', '4.3.4', []],
    ['redis===unstable', 'unstable', []],
    ['redis>=5,<6', '4.3.4', ['version']],
    ['redis==3.*', '4.3.4', ['version']],
    ['redis', '', []],
    ['redis>=1', '', ['version']],
    ['redis>=1', 'unstable-2023-01-01', ['version']],
  ] as const) {
    it(`${text} of a nixpkgs with ${version || 'no version'}: ${wanted.join(', ') || 'none'}`, () => {
      assert.deepEqual(
        check(text, held('redis', version)).map(({ kind }) => kind),
        wanted,
      );
    });
  }

  it('is told in a sentence that names package, version and range, and what to do', () => {
    const [missing] = check('reqests', null).map(describeFault);
    assert.match(
      missing ?? '',
      /^packages: the pinned nixpkgs \(26\.05\) has no package reqests\. Did you mean requests/,
    );
    const [version] = check('redis[hiredis]>=5', { ...held('redis', '4.3.4'), extras: ['hiredis'] }).map(describeFault);
    assert.match(
      version ?? '',
      /has redis 4\.3\.4, not redis\[hiredis\]>=5\. Change the range, or choose another nixpkgs\.$/,
    );
    const [extra] = check('psycopg[binary]', { ...held('psycopg', '3.3.4'), extras: ['c', 'pool'] }).map(describeFault);
    assert.match(extra ?? '', /psycopg of .* has no extra binary\./);
    const [failing] = check('pypdf2', { ...held('pypdf2', '3.0.1'), fault: 'is insecure: allow it' }).map(
      describeFault,
    );
    assert.match(failing ?? '', /pypdf2 of .* is insecure: allow it\./);
  });

  it('is a row of a table that names all of it', () => {
    const faults = [...check('redis>=5', held('redis', '4.3.4')), ...check('nosuch', null)];
    assert.equal(faultTable(faults), '  redis>=5  4.3.4\n  nosuch    not there');
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
    assert.match(check(['frobnicate']).warnings, /nixpkgs of July 2026 has no package frobnicate/);
    assert.equal(check(['frobnicate'], { frobnicate: held('frobnicate', '1.0') }).warnings, '');
  });

  it('warns of a package that the catalog knows, if Nix does not', () => {
    assert.equal(check(['requests']).warnings, '');
    assert.match(check(['requests'], { requests: null }).warnings, /\(26\.05\) has no package requests\./);
    assert.deepEqual(check(['opencv-python'], { 'opencv-python': null }).attributes, {});
  });

  it('warns of a version that is out of range', () => {
    const { warnings } = check(['requests>=3'], { requests: held('requests', '2.32.0') });
    assert.match(warnings, /^packages: the pinned nixpkgs \(26\.05\) has requests 2\.32\.0, not requests>=3\./);
  });

  it('is refused a package that nixpkgs never has, whatever Nix says', () => {
    assert.throws(() => check(['asyncio'], { asyncio: held('asyncio', '3.4.3') }), { name: 'Failure', exitCode: 2 });
  });
});
