import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { attributeOf, packageCatalog, wellKnownNames } from '../../src/catalog/packages.ts';
import { findEntry, pythonSets } from '../../src/catalog/python-sets.ts';
import { normaliseName } from '../../src/packaging/requirement.ts';

const { packages, tools, never } = packageCatalog();

describe('catalog/packages.json', () => {
  it('names everything as PEP 503 has it, in order, in one section only', () => {
    for (const names of [packages, tools, never].map(Object.keys)) {
      assert.deepEqual(names, [...new Set(names)].sort());
      for (const name of names) assert.equal(normaliseName(name).replace(/\*$/, ''), name.replace(/\*$/, ''));
    }
    const all = [packages, tools, never].flatMap(section => Object.keys(section));
    assert.equal(new Set(all).size, all.length);
  });

  it('holds attributes that can stand in Nix as they are, and only where they change', () => {
    for (const [name, changes] of Object.entries(packages)) {
      const releases = Object.keys(changes);
      assert.deepEqual(releases, releases.toSorted(), name);
      let before: string | null = name;
      for (const release of releases) {
        const attribute: string | null | undefined = changes[release];
        assert.match(release, /^\d\d\.(05|11)$/, name);
        assert.match(attribute ?? 'null', /^[A-Za-z_][A-Za-z0-9_-]*$/, name);
        assert.notEqual(attribute, before, `${name} does not change at ${release}`);
        before = attribute ?? null;
      }
    }
    for (const path of Object.values(tools)) assert.match(path, /^pkgs\.[a-z][a-z0-9-]*$/);
  });

  it('has one package a line', () => {
    const text = readFileSync(new URL('../../src/catalog/packages.json', import.meta.url), 'utf8');
    const entries = [packages, tools, never].flatMap(section => Object.keys(section));
    for (const name of entries)
      assert.match(text, new RegExp(`^    ${JSON.stringify(name).replace('*', '\\*')}: .*$`, 'm'));
    assert.equal(text.trimEnd().split('\n').length, entries.length + 8);
  });

  it('agrees with the newest set: it has each attribute, and none of what nixpkgs never has', () => {
    const set = pythonSets().at(-1) ?? assert.fail();
    for (const name of Object.keys(packages)) {
      const attribute = attributeOf(name) ?? assert.fail(name);
      assert.ok(findEntry(set, attribute) ?? findEntry(set, attribute.replaceAll('-', '_')), `${name}: ${attribute}`);
    }
    for (const name of [...Object.keys(tools), ...Object.keys(never)])
      assert.equal(findEntry(set, name), undefined, name);
  });
});

describe('the catalog of packages', () => {
  it('knows the names to offer', () => {
    const names = wellKnownNames('24.05');
    assert.ok(names.length > 200);
    for (const name of ['flask', 'gunicorn', 'pytest', 'requests', 'quart']) assert.ok(names.includes(name), name);
    assert.ok(!wellKnownNames('22.05').includes('quart'));
    assert.deepEqual(wellKnownNames(), wellKnownNames('26.05'));
  });

  it('knows attributes', () => {
    assert.equal(attributeOf('flask', '22.05'), 'flask');
    assert.equal(attributeOf('torch', '23.11'), 'pytorch');
    assert.equal(attributeOf('torch', '24.05'), 'torch');
    assert.equal(attributeOf('quart', '22.05'), null);
    assert.equal(attributeOf('mysql-connector-python', '25.11'), 'mysql-connector');
    assert.equal(attributeOf('mysql-connector-python', '26.05'), 'mysql-connector-python');
    assert.equal(attributeOf('no-such-package'), undefined);
    assert.equal(attributeOf('constructor'), undefined);
  });
});
