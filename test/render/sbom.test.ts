import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { type CycloneDx, cycloneDxFaults, type Spdx } from '../sboms.ts';

const program = fileURLToPath(new URL('../../../generators/app/templates/nix/sbom.py.ejs', import.meta.url));
const site = 'lib/python3.13/site-packages';

/** The store paths of an image by name, each with its files. Links point to the file of the given path. */
const store: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'python3-3.13.2': { 'bin/python3': '' },
  'python3-3.13.2-env': { [`${site}/flask-3.1.0.dist-info/METADATA`]: '-> python3.13-flask-3.1.0' },
  'openssl-3.0.14a-bin': { 'bin/openssl': '' },
  'glibc-2.40-66': {},
  'fake-nss': { 'etc/passwd': '' },
  'libthing-unstable-2024-05-01': {},
  'python3.13-flask-3.1.0': {
    [`${site}/flask-3.1.0.dist-info/METADATA`]: 'Name: Flask\nVersion: 3.1.0\nLicense-Expression: BSD-3-Clause\n',
  },
  'python3.13-setuptools-78.1.0': {
    [`${site}/setuptools-78.1.0.dist-info/METADATA`]: 'Name: setuptools\nVersion: 78.1.0\n',
    [`${site}/setuptools/_vendor/packaging-24.2.dist-info/METADATA`]:
      'Name: packaging\nVersion: 24.2\nClassifier: License :: OSI Approved :: Apache Software License\n',
  },
  'python3.13-old-1.0': {
    [`${site}/Zope.Old-1.0.egg-info/PKG-INFO`]:
      'Name: Zope.Old\nVersion: 1.0\nLicense: Our own words\n  and more of them\n',
  },
  'runtime-wheels': {
    [`${site}/numpy-2.2.0.dist-info/METADATA`]:
      'Name: numpy\nVersion: 2.2.0\nLicense: UNKNOWN\nClassifier: License :: OSI Approved :: BSD License\n',
    [`${site}/a_b-1.0+cpu.dist-info/METADATA`]:
      'Name: a_b\nVersion: 1.0+cpu\nLicense: MIT License\n\nLicense: a text\n',
  },
};

describe('nix/sbom.py of a project', () => {
  const folder = scratch();
  before(needs('python3'));

  const pathOf = (name: string): string => join(folder, 'store', `${'0'.repeat(32)}-${name}`);

  /** What the program writes for the store above. */
  function written(): { bytes: readonly string[]; cyclonedx: CycloneDx; spdx: Spdx; licenses: string } {
    const place = mkdtempSync(join(folder, 'run-'));
    const out = join(place, 'out');
    const input = {
      outputs: { out },
      image: 'shop',
      without: pathOf('config.json'),
      contents: [pathOf('python3-3.13.2-env'), pathOf('fake-nss')],
      nixpkgs: { rev: 'abc', url: 'https://me:secret@example.com/nixpkgs.tar.gz?token=secret', lastModified: 86_400 },
      packages: {
        'python3-3.13.2': { licenses: [{ id: 'Python-2.0' }], cpe: null },
        'openssl-3.0.14a': { licenses: [{ id: 'Apache-2.0' }, { id: 'MIT OR ISC' }], cpe: null },
        'glibc-2.40-66': { licenses: [{ name: 'Some license' }], cpe: 'cpe:2.3:a:gnu:glibc:2.40:*:*:*:*:*:*:*' },
        'python3.13-setuptools-78.1.0': { licenses: [{ id: 'MIT' }], cpe: null },
      },
      cpes: { openssl: 'openssl:openssl', python3: 'python:python' },
      licenseNames: { 'mit license': 'MIT', 'apache software license': 'Apache-2.0' },
      wheels: [
        { name: 'numpy', version: '2.2.0', file: 'numpy-2.2.0-cp313-any.whl', sha256: 'a'.repeat(64) },
        { name: 'packaging', version: '24.2', file: 'packaging-24.2-py3-none-any.whl', sha256: 'b'.repeat(64) },
      ],
      closure: [...Object.keys(store), 'config.json'].map(name => ({
        path: pathOf(name),
        references: name === 'python3-3.13.2' ? [pathOf(name), pathOf('glibc-2.40-66')] : [],
      })),
    };
    writeFileSync(join(place, 'attrs.json'), JSON.stringify(input));
    execFileSync('python3', [program], {
      env: { PATH: process.env.PATH, NIX_ATTRS_JSON_FILE: join(place, 'attrs.json') },
    });
    const bytes = ['sbom.cdx.json', 'sbom.spdx.json', 'licenses.md'].map(name => readFileSync(join(out, name), 'utf8'));
    const [cyclonedx = '', spdx = '', licenses = ''] = bytes;
    return { bytes, cyclonedx: JSON.parse(cyclonedx), spdx: JSON.parse(spdx), licenses };
  }

  let result: ReturnType<typeof written>;
  before(() => {
    for (const [name, files] of Object.entries(store)) {
      mkdirSync(pathOf(name), { recursive: true });
      for (const [path, text] of Object.entries(files)) {
        const file = join(pathOf(name), path);
        mkdirSync(dirname(file), { recursive: true });
        if (text.startsWith('-> ')) symlinkSync(join(pathOf(text.slice(3)), path), file);
        else writeFileSync(file, text);
      }
    }
    result = written();
  });

  const component = (name: string): Record<string, unknown> =>
    (result.cyclonedx.components.find(one => one.name === name) ?? assert.fail(name)) as never;

  it('is valid CycloneDX', () => {
    assert.deepEqual(cycloneDxFaults(result.cyclonedx), []);
    assert.notDeepEqual(cycloneDxFaults({ ...result.cyclonedx, components: [{ name: 'x' }] }), []);
  });

  it('names each Python package once, by the name of PyPI, copies that others bring included', () => {
    const pypi = result.cyclonedx.components.flatMap(({ purl }) => (purl.startsWith('pkg:pypi/') ? purl.slice(9) : []));
    assert.deepEqual(pypi.sort(), [
      'a-b@1.0%2Bcpu',
      'flask@3.1.0',
      'numpy@2.2.0',
      'packaging@24.2',
      'setuptools@78.1.0',
      'zope-old@1.0',
    ]);
  });

  it('names all other store paths by name, version and output, with a CPE if theirs is known', () => {
    const hash = `outputhash=${'0'.repeat(32)}`;
    assert.equal(component('openssl').purl, `pkg:nix/openssl@3.0.14a?output=bin&${hash}`);
    assert.equal(component('openssl').cpe, 'cpe:2.3:a:openssl:openssl:3.0.14a:*:*:*:*:*:*:*');
    assert.equal(component('glibc').cpe, 'cpe:2.3:a:gnu:glibc:2.40:*:*:*:*:*:*:*');
    assert.equal(component('fake-nss').purl, `pkg:nix/fake-nss?${hash}`);
    assert.equal(component('libthing-unstable').version, '2024-05-01');
    // The environment is no second interpreter.
    const interpreters = result.cyclonedx.components.filter(({ cpe }) => cpe?.includes(':python:'));
    assert.equal(interpreters.length, 1);
    assert.ok(!result.bytes.join('').includes('config.json'));
  });

  it('lists licences as packages and nixpkgs declare them', () => {
    const rows = result.licenses.split('\n').filter(line => /^\| [^l-]/.test(line) || line.includes('not known'));
    assert.deepEqual(rows, [
      '| Apache-2.0 and MIT OR ISC | openssl | 3.0.14a |',
      '| Apache-2.0 | packaging | 24.2 |',
      '| BSD License | numpy | 2.2.0 |',
      '| BSD-3-Clause | Flask | 3.1.0 |',
      '| MIT | a_b | 1.0+cpu |',
      '| MIT | setuptools | 78.1.0 |',
      '| Our own words | Zope.Old | 1.0 |',
      '| Python-2.0 | python3 | 3.13.2 |',
      '| Some license | glibc | 2.40-66 |',
      '| not known | libthing-unstable | 2024-05-01 |',
    ]);
    assert.deepEqual(component('openssl').licenses, [{ expression: 'Apache-2.0 AND (MIT OR ISC)' }]);
    const { hasExtractedLicensingInfos: own, packages } = result.spdx;
    assert.deepEqual(
      own.map(({ licenseId }) => licenseId),
      ['LicenseRef-BSD-License', 'LicenseRef-Our-own-words', 'LicenseRef-Some-license'],
    );
    assert.equal(packages.find(({ name }) => name === 'glibc')?.licenseDeclared, 'LicenseRef-Some-license');
  });

  it('has the hashes of locked wheels, the graph, and the pin of nixpkgs without secrets', () => {
    assert.deepEqual(component('numpy').hashes, [{ alg: 'SHA-256', content: 'a'.repeat(64) }]);
    assert.equal(component('packaging').hashes, undefined, 'a copy in setuptools, not the wheel');
    const uses = new Map(result.cyclonedx.dependencies.map(({ ref, dependsOn }) => [ref.slice(33), dependsOn]));
    assert.deepEqual(uses.get('python3-3.13.2'), [`${'0'.repeat(32)}-glibc-2.40-66`]);
    assert.equal(uses.get('runtime-wheels')?.length, 2);
    assert.deepEqual(result.cyclonedx.metadata.properties, [
      { name: 'nix:nixpkgs:rev', value: 'abc' },
      { name: 'nix:nixpkgs:url', value: 'https://example.com/nixpkgs.tar.gz' },
    ]);
    assert.equal(result.spdx.creationInfo.created, '1970-01-02T00:00:00Z');
  });

  it('is the same when made again', () => assert.deepEqual(written().bytes, result.bytes));
});
