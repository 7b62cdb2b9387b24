import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import type { Difference } from '../../src/image/compare-images.ts';
import type { Verified } from '../../src/bazel/verify.ts';
import { checkDocument } from '../output-schema.ts';
import { installCommand } from './command.ts';
import { hasWorkspace, type Host, hosts, real, work } from './host.ts';
import { Project } from './project.ts';

type Told = Verified & { readonly same: boolean };

/** A file with the time of its build in the image, as users add it; and the time of its build on the base image. */
function makeIrreproducible(project: Project, host: Host): void {
  const rule =
    'genrule(\n    name = "build_info",\n    outs = ["build-info.txt"],\n    cmd = "echo hello > $@; date +%s%N >> $@",\n    visibility = ["//visibility:public"],\n)\n';
  project.edit('BUILD.bazel', 'app_tests(', `${rule}\napp_tests(`);
  const files = '"//:hello_lib.files"';
  const label = hasWorkspace(host) ? 'files' : 'srcs';
  const image = project.read('image/BUILD.bazel');
  project.write(
    'image/BUILD.bazel',
    image.replaceAll(`${label} = [${files}]`, `${label} = [${files}, "//:build_info"]`),
  );
  project.edit('nix/image.nix', 'tag = "latest";', 'tag = "latest";\n    created = "now";');
}

// The command runs where Nix and Bazel do, with Node beside it.
for (const host of real ? [] : hosts) {
  describe(`verify, Bazel ${host.bazel}`, () => {
    let project: Project;
    let command: string;

    before('generate', () => {
      project = new Project(host, 'verify');
      command = installCommand(host);
    });
    after('stop Bazel', async () => {
      await project.inShell('bazel shutdown');
    });

    const verify = async (): Promise<{ code: number | null; told: Told }> => {
      const temporary = `${work}/verify-${host.bazel}`;
      const { code, stdout, output } = await project.run(
        `mkdir -p ${temporary} && TMPDIR=${temporary} ${command} verify --json`,
      );
      assert.match(stdout, /^\{/, output);
      assert.deepEqual(readdirSync(host.root + temporary), [], output);
      assert.ok(!existsSync(project.path('derivations')));
      checkDocument(['verify'], stdout);
      return { code, told: JSON.parse(stdout) as Told };
    };

    it('tells that two builds gave the same image', async () => {
      const { code, told } = await verify();
      assert.equal(code, 0, JSON.stringify(told));
      assert.equal(told.same, true);
      const [{ label, digests }] = told.images as [Verified['images'][number]];
      assert.equal(label, '//image:image');
      assert.match(digests[0], /^sha256:[0-9a-f]{64}$/);
      assert.equal(digests[0], digests[1]);
      assert.ok(
        told.nix.rebuilt.some(name => name.includes('hello-base')),
        String(told.nix.rebuilt),
      );
    });

    it('names the file and the setting that differ', async () => {
      makeIrreproducible(project, host);
      const { code, told } = await verify();
      assert.equal(code, 1);
      assert.equal(told.same, false);
      const [{ digests, differences }] = told.images as [Verified['images'][number]];
      assert.notEqual(digests[0], digests[1]);
      assert.deepEqual(
        differences.map(({ kind, path, line }: Difference) => [kind, path, line]),
        [['content', 'app/build-info.txt', 2]],
      );
      const settings = told.nix.unstable.flatMap(one => one.differences).map(({ kind, path }) => [kind, path]);
      assert.ok(
        settings.some(([kind, path]) => kind === 'setting' && path === 'created'),
        JSON.stringify(told.nix),
      );
    });
  });
}
