import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { likelyCause } from '../../src/bazel/failure-causes.ts';
import { providersUnderTest } from '../render/ci-providers.ts';
import type { CycloneDx } from '../sboms.ts';
import { docker } from './container.ts';
import { hasWorkspace, hosts, real, work } from './host.ts';
import { doubles, newAnswers, Project } from './project.ts';
import { attachedTo, contentsOf } from './pushed-image.ts';
import { type Registry, startRegistry } from './registry.ts';
import { answer, freePort, stop } from './service.ts';

const tools = '/usr/local/bin';

/** What a registry has for an image or an index of images. */
interface Manifest {
  readonly mediaType: string;
  readonly config: { readonly digest: string };
  readonly manifests: readonly {
    readonly digest: string;
    readonly platform: { readonly os: string; readonly architecture: string };
  }[];
}

// Packages for arm64 are those for amd64 with another label; with real ones, a machine would have to run both.
for (const host of hosts.filter(one => !hasWorkspace(one) && !real)) {
  describe(`Both platforms, Bazel ${host.bazel}`, () => {
    let project: Project;
    let registry: Registry;
    const emulated = "NIX_CONFIG='extra-platforms = aarch64-linux'";

    const get = async (path: string): Promise<Manifest & { tags?: string[] | null }> => {
      const accept = ['oci.image.index.v1', 'oci.image.manifest.v1']
        .map(kind => `application/vnd.${kind}+json`)
        .join(',');
      return (await (await fetch(`http://${registry.name}/v2/${path}`, { headers: { accept } })).json()) as never;
    };
    const digestsIn = async (repository: string, tag: string): Promise<Record<string, string>> => {
      const { mediaType, manifests } = await get(`${repository}/manifests/${tag}`);
      assert.equal(mediaType, 'application/vnd.oci.image.index.v1+json');
      return Object.fromEntries(
        manifests.map(({ platform, digest }) => [`${platform.os}/${platform.architecture}`, digest]),
      );
    };
    let joined: Record<string, string>;

    before('generate', async () => {
      registry = await startRegistry(`${work}/registry-${host.bazel}`);
      project = new Project(host, 'platforms', [
        ...newAnswers(host),
        '--platforms',
        'amd64,arm64',
        '--ci',
        'github,gitlab',
        '--sign',
        'key',
      ]);
    });

    after('stop', async () => {
      await project.inShell('bazel shutdown');
      await stop(registry.server);
    });

    it('one command pushes an index of both', async () => {
      const push = `bazel run //image:push_index -- --repository ${registry.name}/one --tag 1.0`;
      await project.must(`${emulated} nix-shell --run '${push}'`);
      joined = await digestsIn('one', '1.0');
      assert.deepEqual(Object.keys(joined).toSorted(), ['linux/amd64', 'linux/arm64']);
      for (const [platform, digest] of Object.entries(joined)) {
        const { config } = await get(`one/manifests/${digest}`);
        const { architecture } = (await get(`one/blobs/${config.digest}`)) as unknown as { architecture: string };
        assert.equal(`linux/${architecture}`, platform);
      }
      project.checkStarlark('MODULE.bazel', 'image/BUILD.bazel');
    });

    it('its images get the SBOMs of their platforms, and the index is signed', async () => {
      const image = `${registry.name}/one`;
      await project.must(`COSIGN_PASSWORD= ${tools}/cosign generate-key-pair`);
      const attest = (system: string, what: string): Promise<string> =>
        project.must(
          `export ${emulated} COSIGN_PASSWORD= COSIGN_PRIVATE_KEY=cosign.key
           $(nix-build --no-out-link nix/attest.nix --argstr system ${system}) ${what}`,
        );
      const systems = { 'linux/amd64': 'x86_64-linux', 'linux/arm64': 'aarch64-linux' };
      for (const [platform, system] of Object.entries(systems)) {
        const digest = joined[platform] as string;
        await attest(system, `${image}@${digest}`);
        const [sbom = ''] = await attachedTo(project, image, digest, 'application/vnd.cyclonedx+json');
        const listed = (JSON.parse(sbom) as CycloneDx).components.map(
          ({ properties }) => properties[0]?.value.split('/')[3],
        );
        const { paths } = await contentsOf(image, digest);
        assert.deepEqual([...new Set(listed)].toSorted(), [...paths].toSorted(), platform);
      }
      const index = `${image}@${await project.must(`${tools}/oras resolve ${image}:1.0`)}`;
      const verify = `${tools}/cosign verify --key cosign.pub --insecure-ignore-tlog ${index}`;
      assert.notEqual((await project.run(verify)).code, 0, 'its images were signed, not yet itself');
      await attest('x86_64-linux', `--index ${index}`);
      await project.must(verify);
    });

    it("GitHub's jobs push the same images without a tag, then tag what joins them", async () => {
      const { scripts } = providersUnderTest.github;
      const workflow = project.read('.github/workflows/ci.yml');
      const run = (script: string, variables: Record<string, string>) => {
        project.write('step.sh', script);
        const assignments = Object.entries(variables).map(([name, value]) => `${name}='${value}'`);
        return project.must(`${assignments.join(' ')} ${emulated} bash -eo pipefail step.sh`);
      };
      const common = { REGISTRY_IMAGE: `${registry.name}/github`, GITHUB_OUTPUT: 'outputs' };
      for (const platform of ['amd64', 'arm64']) {
        // As on a machine of that platform.
        project.write('user.bazelrc', `${doubles(host)}build --platforms=//image:linux_${platform}\n`);
        // Before it is signed.
        await run(scripts(workflow, 'push').at(-2) as string, { ...common, PLATFORM: platform });
      }
      project.write('user.bazelrc', doubles(host));
      assert.equal((await get('github/tags/list')).tags ?? null, null, 'nothing is tagged before both are there');

      const [amd64, arm64] = project
        .read('outputs')
        .trim()
        .split('\n')
        .map(line => line.split('=')[1] as string);
      const outputs = { AMD64: String(amd64), ARM64: String(arm64) };
      const key = { COSIGN_PASSWORD: '', COSIGN_PRIVATE_KEY: 'cosign.key' };
      await run(scripts(workflow, 'index').at(-1) as string, { ...common, ...outputs, ...key, TAGS: 'abc latest' });
      const index = await project.must(`${tools}/oras resolve ${common.REGISTRY_IMAGE}:latest`);
      await project.must(
        `${tools}/cosign verify --key cosign.pub --insecure-ignore-tlog ${common.REGISTRY_IMAGE}@${index}`,
      );
      for (const tag of ['abc', 'latest']) assert.deepEqual(await digestsIn('github', tag), joined);
    });

    it('the image for this machine is pulled and answers', async () => {
      const image = `${registry.name}/github:latest`;
      docker('pull', '--tls-verify=false', image);
      const port = await freePort();
      const container = `platforms-${host.bazel}`;
      docker('run', '--detach', '--rm', '--name', container, '--env', `PORT=${port}`, image);
      try {
        assert.equal((await answer(port)).text, 'Hello, World!');
      } finally {
        docker('stop', container);
      }
    });

    it('says what Nix needs where it cannot build for the other platform', async () => {
      // An image that the store does not have from an earlier run.
      const label = `[tool.nixpkgs.image]\nlabels = { run = "${basename(work)}" }\n`;
      project.write('pyproject.toml', `${project.read('pyproject.toml')}\n${label}`);
      const { code, output } = await project.run(`nix-shell --run 'bazel build //image:index'`);
      assert.notEqual(code, 0);
      assert.match(likelyCause(output)?.cause ?? output, /aarch64-linux/);
    });
  });
}
