import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  attributesIn,
  chooseSet,
  findByProjectName,
  findEntry,
  labelOf,
  pythonSets,
  setOfPin,
  setOfRelease,
} from '../../src/catalog/python-sets.ts';
import { findRelease, offeredPythons, pinOf, releases } from '../../src/catalog/releases.ts';

const july = pythonSets().find(({ name }) => name === '2026-07') ?? assert.fail();
const release = (name: string) => findRelease(name) ?? assert.fail(name);
const day = 24 * 60 * 60;

describe('catalog/python-sets.json', () => {
  for (const { name, rev, source, pythons, defaultPython, unusable } of pythonSets()) {
    it(`says where ${name} is from, and what it was evaluated on`, () => {
      assert.match(rev, /^[0-9a-f]{40}$/);
      assert.match(source, /^github:[\w-]+\/[\w.-]+$/);
      assert.ok(pythons.includes(defaultPython));
      for (const python of Object.keys(unusable)) assert.ok(!pythons.includes(python));
    });

    it(`has the packages of ${name} in order, a line each`, () => {
      const text = readFileSync(new URL(`../../src/catalog/python-set-${name}.txt`, import.meta.url), 'utf8');
      const lines = text
        .trimEnd()
        .split('\n')
        .filter(line => !line.startsWith('#'));
      const attributes = attributesIn({ name });
      assert.deepEqual(
        attributes,
        lines.map(line => line.split(' ')[0]),
      );
      assert.deepEqual(attributes, [...new Set(attributes)].sort());
      const fault = `(broken|insecure|unfree|unsupported|(${pythons.join('|')})(,(${pythons.join('|')}))*)`;
      const shape = new RegExp(
        String.raw`^[A-Za-z_][\w'-]* [!-~]+( \[[\w.,+-]+\])?( !${fault})?( =[a-z0-9][a-z0-9-]*)?$`,
      );
      for (const line of lines) assert.match(line, shape);
    });
  }

  it('has the packages that every project needs, on each Python that a release with a set offers', () => {
    for (const { set } of releases().flatMap(each => setOfRelease(each) ?? [])) {
      for (const name of ['flask', 'gunicorn', 'pytest']) {
        for (const python of set.pythons) assert.equal(findEntry(set, name)?.faultOn(python), undefined, name);
      }
    }
  });

  it('marks the Pythons that no project can have, and the releases do not offer them', () => {
    assert.deepEqual(july.unusable, { 3.11: ['flask'] });
    for (const name of ['26.05', 'nixos-unstable', 'nixpkgs-unstable']) {
      assert.deepEqual(release(name).pythons['3.11']?.unusable, ['flask'], name);
      assert.deepEqual(
        offeredPythons(release(name)).map(python => python.name),
        ['3.12', '3.13', '3.14'],
      );
    }
    assert.equal(release('25.11').pythons['3.11']?.unusable, undefined);
  });
});

describe('the set of Python packages', () => {
  it('finds a package by its attribute, whole and only', () => {
    const flask = findEntry(july, 'flask') ?? assert.fail();
    const { faultOn: _, ...rest } = flask;
    assert.deepEqual(rest, { attribute: 'flask', version: '3.1.2', extras: ['async', 'dotenv'] });
    for (const name of ['flas', 'lask', 'flask ', '3.1.2', '#', '', 'constructor']) {
      assert.equal(findEntry(july, name), undefined, name);
    }
    const attributes = attributesIn(july);
    for (const attribute of [attributes[0], attributes.at(-1)]) {
      assert.equal(findEntry(july, attribute ?? assert.fail())?.attribute, attribute);
    }
  });

  it('finds each of them, however many are looked for', () => {
    const lines = readFileSync(new URL(`../../src/catalog/python-set-${july.name}.txt`, import.meta.url), 'utf8').split(
      '\n',
    );
    for (const attribute of attributesIn(july)) assert.equal(findEntry(july, attribute)?.attribute, attribute);
    for (const name of ['flas', 'lask', '#', '', 'constructor']) assert.equal(findEntry(july, name), undefined, name);
    const named = lines.flatMap(line => (/ =\S+$/.test(line) ? [line] : []));
    assert.ok(named.length > 50);
    for (const line of named) {
      const project = line.slice(line.lastIndexOf('=') + 1);
      const first = named.find(other => other.endsWith(` =${project}`))?.split(' ')[0];
      assert.equal(findByProjectName(july, project)?.attribute, first);
    }
  });

  it('finds a package by the name that it has on PyPI', () => {
    assert.equal(findByProjectName(july, 'discord-py')?.attribute, 'discordpy');
    assert.equal(findByProjectName(july, 'py')?.attribute, undefined);
  });

  it('knows on which Pythons a package fails, and why', () => {
    const faults = (name: string) => ['3.12', '3.13', '3.14'].map(python => findEntry(july, name)?.faultOn(python));
    assert.deepEqual(faults('flask'), [undefined, undefined, undefined]);
    assert.deepEqual(faults('tensorflow'), [undefined, undefined, 'fails']);
    assert.deepEqual(faults('pypdf2'), ['insecure', 'insecure', 'insecure']);
    assert.deepEqual(faults('torch-bin'), ['unfree', 'unfree', 'unfree']);
  });

  it('is named by its month', () => assert.equal(labelOf(july), 'nixpkgs of July 2026'));
});

describe('which set a nixpkgs has', () => {
  const at = (days: number) => july.lastModified + days * day;

  it('is that of its own commit, else the nearest in half a year, else none', () => {
    assert.deepEqual(chooseSet(july.rev, 0), { set: july, exact: true });
    assert.deepEqual(chooseSet('0'.repeat(40), at(100)), { set: july, exact: false });
    assert.deepEqual(chooseSet(undefined, at(-182)), { set: july, exact: false });
    assert.equal(chooseSet(undefined, at(190)), undefined);
    assert.equal(chooseSet(undefined, undefined), undefined);
    const later = { ...july, name: 'later', rev: '1'.repeat(40), lastModified: at(60) };
    assert.equal(chooseSet(undefined, at(50), [july, later])?.set.name, 'later');
    assert.equal(chooseSet(undefined, at(20), [july, later])?.set.name, '2026-07');
  });

  it('counts from the first day of a stable release, as its branch keeps its versions', () => {
    const known = releases().filter(each => setOfRelease(each));
    const names = known.map(({ name }) => name);
    for (const name of ['26.05', 'nixos-unstable', 'nixpkgs-unstable']) assert.ok(names.includes(name), name);
    assert.ok(
      known.every(each => setOfRelease(each)?.exact === false),
      'another commit is never exact',
    );
    // Its pin is but weeks away from the set.
    assert.equal(setOfRelease(release('25.11')), undefined);
  });

  it('is found for a pin by its release, else by its date', () => {
    const pin = pinOf(release('26.05'));
    assert.equal(setOfPin(pin)?.exact, false);
    assert.equal(setOfPin(pinOf(release('24.05'))), undefined);
    const { owner, repo } = { owner: 'NixOS', repo: 'nixpkgs' };
    const commit = (lastModified: number, rev = 'c'.repeat(40)) =>
      setOfPin({
        original: { type: 'github', owner, repo, rev },
        locked: { type: 'github', owner, repo, rev, lastModified, narHash: '' },
      });
    assert.equal(commit(at(3))?.set.name, '2026-07');
    assert.equal(commit(at(300)), undefined);
    assert.equal(commit(0, july.rev)?.exact, true);
    const tarball = { type: 'tarball', url: 'file:///x.tar.gz' } as const;
    assert.equal(setOfPin({ original: tarball, locked: { ...tarball, narHash: '' } }), undefined);
    assert.equal(setOfPin({ original: tarball, locked: { ...tarball, narHash: '' }, release: '26.05' })?.exact, false);
    assert.equal(setOfPin(undefined, '26.05')?.exact, false);
  });
});
