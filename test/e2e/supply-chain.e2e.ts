import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type CycloneDx, cycloneDxFaults, type Spdx } from '../sboms.ts';
import { type Ended, hasWorkspace, hosts, must, real, work } from './host.ts';
import { newAnswers, Project, projectIn } from './project.ts';
import { attachedTo, contentsOf } from './pushed-image.ts';
import { type Registry, startRegistry } from './registry.ts';
import { stop } from './service.ts';

const tools = '/usr/local/bin';
const chroot = hosts.find(({ root }) => root !== '');

// With a network, nothing installs a registry.
for (const host of real ? [] : hosts) {
  describe(`The supply chain, Bazel ${host.bazel}`, () => {
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
      await project.inShell(`bazel build ${archive ? '//image:image.tar' : '//image //image:image.digest'}`);
      // In a chroot, its links lead to a Nix store that skopeo does not see.
      const built = `${work}/pushed-${host.bazel}`;
      await project.must(`cp -rL bazel-bin/image/image${archive ? '.tar' : ''} ${built}`);
      // As rules_oci pushes it: skopeo would compress the layer of the app.
      const asBuilt = archive ? [] : ['--preserve-digests'];
      digest = push(`${archive ? 'docker-archive' : 'oci'}:${host.root}${built}`, `${image}:1.0`, ...asBuilt);
      const folder = await project.must('nix-build --no-out-link nix/sbom.nix');
      for (const end of ['cdx.json', 'spdx.json']) {
        sboms[end] = readFileSync(`${host.root}${folder}/sbom.${end}`, 'utf8');
      }
    });
    after(() => stop(registry.server));

    /** Pushes an image; returns its digest. */
    function push(from: string, to: string, ...more: string[]): string {
      const file = `${work}/digest-${host.bazel}`;
      const options = ['--insecure-policy', 'copy', '--dest-tls-verify=false', '--digestfile', file, ...more];
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

    describe('signed with a key', () => {
      let signed: Project;
      /** The same image in another format, which has another digest. */
      let other: string;

      before('make a project that signs, and keys', async () => {
        signed = new Project(host, 'signed', [...newAnswers(host), '--sign', 'key']);
        for (const name of ['ours', 'theirs']) {
          await signed.must(`COSIGN_PASSWORD= ${tools}/cosign generate-key-pair --output-key-prefix ${name}`);
        }
        const from = `docker://${image}@${digest}`;
        other = push(from, `${image}:2.0`, '--src-tls-verify=false', '--format', hasWorkspace(host) ? 'oci' : 'v2s2');
        assert.notEqual(other, digest);
      });

      const variables = [
        'COSIGN_PASSWORD=',
        'GITHUB_ACTIONS=true',
        'GITHUB_SERVER_URL=https://github.com',
        'GITHUB_REPOSITORY=me/hello',
        'GITHUB_WORKFLOW_REF=me/hello/.github/workflows/ci.yml@refs/heads/main',
        'GITHUB_REF=refs/heads/main',
        'GITHUB_SHA=0123456789012345678901234567890123456789',
        'GITHUB_RUN_ID=7',
      ].join(' ');
      const attest = (what: string, key = 'COSIGN_PRIVATE_KEY="$(cat ours.key)"'): Promise<Ended> =>
        signed.run(`${key} ${variables} $(nix-build --no-out-link nix/attest.nix) ${what}`);
      const verify = (what: string, key = 'ours.pub'): Promise<Ended> =>
        signed.run(`${tools}/cosign verify --key ${key} --insecure-ignore-tlog ${what}`);

      it('takes digests only, and needs the key', async () => {
        const tagged = await attest(`${image}:1.0`);
        assert.match(tagged.output, /attest: expected IMAGE@sha256:DIGEST, not localhost:\d+\/me\/hello:1\.0/);
        const without = await attest(`${image}@${digest}`, '');
        assert.match(without.output, /attest: COSIGN_PRIVATE_KEY must be/);
        assert.deepEqual([tagged.code, without.code], [1, 1]);
      });

      it('is verified, and no other image, nor with another key', async () => {
        if (!hasWorkspace(host)) {
          const known = await project.must('cat bazel-bin/image/image.json.sha256');
          assert.equal(known.trim(), digest);
        }
        const { code, output } = await attest(`${image}@${digest}`);
        assert.equal(code, 0, output);
        assert.match(output, new RegExp(`^attested ${image}@${digest}$`, 'm'));
        const ours = await verify(`${image}@${digest}`);
        assert.equal(ours.code, 0, ours.output);
        assert.ok(ours.stdout.includes(digest));
        for (const wrong of [await verify(`${image}@${digest}`, 'theirs.pub'), await verify(`${image}@${other}`)]) {
          assert.notEqual(wrong.code, 0, wrong.output);
          assert.match(wrong.output, /no (matching )?signatures|invalid signature|failed to verify/i);
        }
      });

      const attached = (kind: string): Promise<string[]> => attachedTo(signed, image, digest, kind);

      it('has both SBOMs attached, once', async () => {
        assert.deepEqual(await attached('application/vnd.cyclonedx+json'), [sboms['cdx.json']]);
        assert.deepEqual(await attached('application/spdx+json'), [sboms['spdx.json']]);
        const { code, output } = await attest(`${image}@${digest}`);
        assert.equal(code, 0, output);
        assert.equal((await attached('application/spdx+json')).length, 1);
      });

      /** The signed statement of a kind. */
      async function statement(kind: string): Promise<{ subject: { digest: object }[]; predicate: unknown }> {
        const options = `--key ours.pub --insecure-ignore-tlog --type ${kind}`;
        const envelope = await signed.must(
          `${tools}/cosign verify-attestation ${options} ${image}@${digest} | head -n 1`,
        );
        const { payload } = JSON.parse(envelope) as { payload: string };
        return JSON.parse(Buffer.from(payload, 'base64').toString('utf8'));
      }

      it('has a signed SBOM and provenance', async () => {
        const [sbom, origin] = [await statement('cyclonedx'), await statement('https://slsa.dev/provenance/v1')];
        for (const { subject } of [sbom, origin]) assert.deepEqual(subject[0]?.digest, { sha256: digest.slice(7) });
        assert.deepEqual(sbom.predicate, cyclonedx());
        const { buildDefinition, runDetails } = origin.predicate as {
          buildDefinition: { resolvedDependencies: object[] };
          runDetails: { builder: object };
        };
        assert.deepEqual(buildDefinition.resolvedDependencies[0], {
          uri: 'git+https://github.com/me/hello@refs/heads/main',
          digest: { gitCommit: '0123456789012345678901234567890123456789' },
        });
        assert.deepEqual(runDetails.builder, {
          id: 'https://github.com/me/hello/.github/workflows/ci.yml@refs/heads/main',
        });
      });
    });
  });
}
