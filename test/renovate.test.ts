import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { databases } from '../src/catalog/databases.ts';
import { releases } from '../src/catalog/releases.ts';
import { rules } from '../src/catalog/rules.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

interface Manager {
  readonly managerFilePatterns: readonly string[];
  readonly matchStrings: readonly string[];
  readonly datasourceTemplate: string;
}

interface Pin {
  readonly name: string;
}

describe('renovate.json', () => {
  const { customManagers } = JSON.parse(read('renovate.json')) as { customManagers: readonly Manager[] };

  /** What the managers of a data source find in a file of the catalog. */
  function found(datasource: string, path: string) {
    const managers = customManagers.filter(
      manager => manager.datasourceTemplate === datasource && manager.managerFilePatterns.includes(path),
    );
    const patterns = managers.flatMap(({ matchStrings }) => matchStrings);
    return patterns.flatMap(pattern => [...read(path).matchAll(new RegExp(pattern, 'g'))].map(({ groups }) => groups));
  }

  it('finds every Bazel module', () => {
    assert.deepEqual(
      Object.fromEntries(
        found('bazel', 'src/catalog/rules.json').map(groups => [groups?.depName, groups?.currentValue]),
      ),
      rules().bzlmod.modules,
    );
  });

  it('finds every action and image of the generated pipelines', () => {
    const path = 'src/catalog/pipelines.json';
    const { actions, images } = JSON.parse(read(path));
    assert.deepEqual(
      found('github-tags', path).map(groups => ({
        name: groups?.depName,
        version: groups?.currentValue,
        commit: groups?.currentDigest,
      })),
      // Actions in a folder of a repository have the repository's tags.
      Object.values<Pin>(actions).map(pin => ({ ...pin, name: pin.name.split('/', 2).join('/') })),
    );
    assert.deepEqual(
      found('docker', path).map(groups => ({
        name: groups?.depName,
        tag: groups?.currentValue,
        digest: groups?.currentDigest,
      })),
      Object.values(images),
    );
  });

  it('finds the image of every database', () => {
    assert.deepEqual(
      found('docker', 'src/catalog/databases.json').map(
        groups => `${groups?.depName}:${groups?.currentValue}@${groups?.currentDigest}`,
      ),
      Object.values(databases()).map(({ image }) => image),
    );
  });

  it('finds the pin of every release of nixpkgs', () => {
    assert.deepEqual(
      found('git-refs', 'src/catalog/releases.json').map(groups => [groups?.currentValue, groups?.currentDigest]),
      releases().map(({ branch, pin }) => [branch, pin.rev]),
    );
  });
});
