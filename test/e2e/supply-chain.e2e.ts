import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type CycloneDx, cycloneDxFaults, type Spdx } from '../sboms.ts';
import { hasWorkspace, hosts, must, real, work } from './host.ts';
import { type Project, projectIn } from './project.ts';
import { contentsOf } from './pushed-image.ts';
import { type Registry, startRegistry } from './registry.ts';
import { stop } from './service.ts';

const chroot = hosts.find(({ root }) => root !== '');

// With a network, nothing installs a registry.
for (const host of real ? [] : hosts) {
  describe(`What is in the image, Bazel ${host.bazel}`, () => {
    let project: Project;
    let registry: Registry;
    let image: string;
    let digest: string;
    /** The SBOMs by the ends of their names, as texts. */
    const sboms: Record<string, string> = {};

    before('build and push the image, and make its SBOM', async () => {
      project = projectIn(host);
      registry = await startRegistry(`${work}/registry-${host.bazel}`);
      image = `${registry.name}/me/hello`;
      const archive = hasWorkspace(host);
      await project.inShell(`bazel build ${archive ? '//image:image.tar' : '//image'}`);
      const built = host.root + (await project.must(`readlink -f bazel-bin/image/image${archive ? '.tar' : ''}`));
      digest = push(`${archive ? 'docker-archive' : 'oci'}:${built}`, `${image}:1.0`);
      const folder = await project.must('nix-build --no-out-link nix/sbom.nix');
      for (const end of ['cdx.json', 'spdx.json']) {
        sboms[end] = readFileSync(`${host.root}${folder}/sbom.${end}`, 'utf8');
      }
    });
    after(() => stop(registry.server));

    /** Pushes an image; returns its digest. */
    function push(from: string, to: string): string {
      const file = `${work}/digest-${host.bazel}`;
      const options = ['--insecure-policy', 'copy', '--dest-tls-verify=false', '--digestfile', file];
      const { status, stderr } = spawnSync('/usr/bin/skopeo', [...options, from, `docker://${to}`], {
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
      return readFileSync(file, 'utf8').trim();
    }

    const cyclonedx = (): CycloneDx => JSON.parse(sboms['cdx.json'] as string) as CycloneDx;
    const spdx = (): Spdx => JSON.parse(sboms['spdx.json'] as string) as Spdx;
    const nameIn = (path: string): string => path.split('/')[3] as string;

    it('is what both SBOMs say: the same store paths and Python packages, and no others', async () => {
      const { paths, installed } = await contentsOf(image, digest);
      const purls = installed.map(({ path, name, version }) => {
        const normalised = name.toLowerCase().replaceAll(/[-_.]+/g, '-');
        return `${path} pkg:pypi/${normalised}@${version}`;
      });
      const wanted = [[...paths].sort(), purls.sort()];
      assert.ok(purls.some(purl => purl.includes('pkg:pypi/flask@')) && purls.length > 10, purls.join('\n'));

      const found = cyclonedx().components.map(({ purl, properties }) => ({
        path: nameIn(properties.find(({ name }) => name === 'nix:store-path')?.value ?? ''),
        purl,
      }));
      const ofSpdx = spdx().packages.flatMap(({ sourceInfo, externalRefs }) =>
        sourceInfo ? [{ path: nameIn(sourceInfo), purl: externalRefs?.[0]?.referenceLocator ?? '' }] : [],
      );
      for (const listed of [found, ofSpdx]) {
        const python = listed
          .filter(({ purl }) => purl.startsWith('pkg:pypi/'))
          .map(({ path, purl }) => `${path} ${purl}`);
        assert.deepEqual([[...new Set(listed.map(({ path }) => path))].sort(), python.sort()], wanted);
      }
    });

    it('is written as the formats want it: the schema of CycloneDX, and the tools of SPDX', async () => {
      assert.deepEqual(cycloneDxFaults(cyclonedx()), []);
      assert.ok(chroot);
      const file = `${work}/${host.bazel}.spdx.json`;
      spawnSync('/usr/bin/tee', [chroot.root + file], { input: sboms['spdx.json'] });
      assert.equal(await must(chroot, '/', `/usr/bin/pyspdxtools --infile ${file}`), '');
    });

    it('is known to Bazel, and from the licenses of nixpkgs', async () => {
      await project.inShell('bazel build //image:sbom');
      const external = await project.inShell('bazel info output_base 2>/dev/null');
      assert.equal(
        await project.must(`cat ${external}/external/*nix_sbom/sbom.cdx.json`),
        sboms['cdx.json']?.trimEnd(),
      );
      const table = await project.must(`cat ${external}/external/*nix_sbom/licenses.md`);
      assert.match(table, /^\| GPL-3\.0-or-later \| bash \| 5/m);
      assert.match(table, /^\| BSD-3-Clause \| Flask \| 2\.2\.2 \|$/m);
    });
  });
}
