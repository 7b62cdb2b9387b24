import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { scratch } from '../commands/process.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly properties: readonly { readonly name: string }[];
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
}
interface Sbom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

describe('the SBOM of a release', function () {
  this.timeout(60_000);
  const folder = scratch();
  const tarball = join(folder, 'package.tgz');
  let sbom: Sbom;

  before(() => {
    writeFileSync(tarball, 'a package');
    sbom = JSON.parse(execFileSync('node', [join(root, 'tools/sbom.mjs'), tarball], { encoding: 'utf8' }));
  });

  it('is what the schema of CycloneDX asks for', () => {
    const schema = (name: string) =>
      read(`node_modules/@cyclonedx/cyclonedx-library/res/schema/${name}.SNAPSHOT.schema.json`);
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of ['spdx', 'jsf-0.82']) {
      ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
    }
    const validate = ajv.compile(schema('bom-1.5'));
    assert.ok(validate(sbom), JSON.stringify(validate.errors));
    assert.ok(!validate({ ...sbom, components: [{ name: 'of no type' }] }), 'the check finds faults');
  });

  it('is that of this package, by the hash of what is published', () => {
    const { name, hashes } = sbom.metadata.component;
    assert.equal(name, 'generator-nix-python-container');
    const content = createHash('sha256').update('a package').digest('hex');
    assert.deepEqual(hashes, [{ alg: 'SHA-256', content }]);
  });

  it('lists what is bundled and what npm installs, and no tools', () => {
    const bundled = read('dist/bundled.json') as readonly { name: string; version: string }[];
    const installed = Object.entries(
      read('package-lock.json').packages as Readonly<
        Record<string, { dev?: boolean; devOptional?: boolean; version: string }>
      >,
    )
      .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
      .map(
        ([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`,
      );
    const isBundled = ({ properties }: Component) => properties.some(({ name }) => name === 'cdx:npm:package:bundled');
    const refs = sbom.components.map(component => component['bom-ref']);
    assert.deepEqual(
      sbom.components
        .filter(isBundled)
        .map(component => component['bom-ref'])
        .sort(),
      bundled.map(({ name, version }) => `${name}@${version}`).sort(),
    );
    for (const name of ['undici', 'tar-stream', 'streamx', 'yeoman-generator'])
      assert.ok(
        refs.some(ref => ref.startsWith(`${name}@`)),
        name,
      );
    assert.deepEqual(
      installed.filter(ref => !refs.includes(ref)),
      [],
    );
    for (const tool of ['mocha', 'esbuild', 'typescript', 'yo'])
      assert.ok(!refs.some(ref => ref.startsWith(`${tool}@`)), tool);
  });

  it('has a hash for each package, and names no package that it does not list', () => {
    const refs = new Set([sbom.metadata.component, ...sbom.components].map(component => component['bom-ref']));
    for (const { name, hashes } of sbom.components)
      assert.ok(
        hashes.some(({ alg }) => alg === 'SHA-512'),
        name,
      );
    for (const { ref, dependsOn } of sbom.dependencies)
      for (const name of [ref, ...dependsOn]) assert.ok(refs.has(name), name);
  });
});
