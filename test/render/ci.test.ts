import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { type Provider, providerNames, providers, slugOf } from '../../src/model/ci-providers.ts';
import { renderIncluding, renderPipelines } from '../../src/render/render.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';
import { commonOf, providersUnderTest, type Workflow } from './ci-providers.ts';
import { type Combination, combinations, exampleProject, jobsOf } from './pipelines.ts';
import { isBazel, play } from './play.ts';

describe('pipelines', function () {
  this.timeout(60_000);
  const folder = scratch();

  /** What Bazel is called with to push every image with each of these tags. */
  const pushes = (
    provider: Provider,
    { bzlmod, remoteCache, place }: Combination,
    tags: readonly string[],
  ): string[] => {
    const { imageOf, separators } = providersUnderTest[provider];
    const image = imageOf(place && 'services.api');
    const separator = separators[place ? 1 : 0];
    const push = (target: string, repository: string, tag: string) =>
      bzlmod
        ? `bazel [run] [${target}] [--] [--repository] [${repository}] [--tag] [${tag}]`
        : `bazel [run] [${target}] [--] [-dst] [${repository}:${tag}]`;
    return tags.flatMap(tag => [
      push('//image:push', image, tag),
      ...(remoteCache
        ? [
            push('//mail_out/image:push', `${image}${separator}mail-out`, tag),
            push('//image:send_mail_push', `${image}${separator}send-mail`, tag),
          ]
        : []),
    ]);
  };

  /** The images that are attested, by their digests. */
  const attested = (provider: Provider, { place }: Combination): string[] => {
    const { imageOf, separators } = providersUnderTest[provider];
    const image = imageOf(place && 'services.api');
    const separator = separators[place ? 1 : 0];
    return [
      `attest [${image}@of-image:image]`,
      `attest [${image}${separator}mail-out@of-mail_out/image:image]`,
      `attest [${image}${separator}send-mail@of-image:send_mail]`,
    ];
  };

  it('come from providers of which nix/attest.py tells in the provenance of an image, and from no other', () => {
    const file = fileURLToPath(new URL('../../../generators/app/templates/nix/attest.py.ejs', import.meta.url));
    const [, table = ''] = /^PIPELINES = \{\n([^]*?)^\}/m.exec(readFileSync(file, 'utf8')) ?? [];
    assert.deepEqual(
      [...table.matchAll(/^ {4}"(\w+)": \{$/gm)].map(([, variable]) => variable),
      [...new Set(providerNames.map(name => providersUnderTest[name].variable))],
    );
  });

  for (const provider of providerNames) {
    const { faults, spoil, scripts, dialect, caches, registryOf, branch, tag } = providersUnderTest[provider];

    describe(`for ${providers[provider].label}`, () => {
      it('have a template, whose file is theirs alone', () => {
        const template = fileURLToPath(
          new URL(`../../../generators/app/templates/ci/${provider}.yml.ejs`, import.meta.url),
        );
        assert.ok(existsSync(template), template);
        assert.deepEqual([...renderPipelines([provider], exampleProject).keys()], [providers[provider].path]);
      });

      it("pass the provider's own checks", async () => {
        for (const { of, what } of combinations) assert.deepEqual(await faults(of(provider)), [], what);
        const [{ of }] = combinations as [Combination];
        assert.notDeepEqual(await faults(spoil(of(provider))), [], 'the check finds faults');
      });

      it('pass yamllint', function () {
        needs('yamllint').call(this);
        const files = combinations.map(({ of }, index) => {
          const file = join(folder, `${index}-${provider}.yml`);
          writeFileSync(file, of(provider));
          return file;
        });
        for (const subfolder of [false, true]) {
          // The path of a folder, which several lines have, may be of any length.
          const lines = subfolder ? 'disable' : '{max: 120}';
          const config = `{extends: default, rules: {line-length: ${lines}}}`;
          const tried = files.filter((_, index) => Boolean(combinations[index]?.place) === subfolder);
          const { status, stdout, stderr } = spawnSync('yamllint', ['--strict', '-d', config, ...tried], {
            encoding: 'utf8',
          });
          assert.equal(`${stdout}${stderr}`, '');
          assert.equal(status, 0);
        }
      });

      it('have scripts that pass shellcheck', function () {
        needs('shellcheck').call(this);
        const texts = combinations.flatMap(combination =>
          jobsOf(combination).flatMap(job => scripts(combination.of(provider), job)),
        );
        const files = [...new Set(texts)].map((text, index) => {
          const file = join(folder, `${provider}-${index}.sh`);
          writeFileSync(file, `#!/bin/${dialect}\n${text}\n`);
          return file;
        });
        assert.ok(files.length >= 4, 'one for each job of each dialect');
        const { status, stdout, stderr } = spawnSync('shellcheck', files, { encoding: 'utf8' });
        assert.equal(`${stdout}${stderr}`, '');
        assert.equal(status, 0);
      });

      for (const combination of combinations.filter(({ bazel }) => '58'.includes(bazel))) {
        const { what, remoteCache, place, sign } = combination;

        it(`${what}: test everything, build every image, and use the caches`, async () => {
          const { calls, bazelrc } = await play(folder, provider, combination, 'test');
          const images = `[//:my_service_image]${remoteCache ? ' [//mail_out:mail_out_image] [//:send_mail_image]' : ''}`;
          assert.deepEqual(calls.filter(isBazel), ['bazel [test] [//...]', `bazel [build] ${images}`]);
          assert.deepEqual(bazelrc.split('\n'), [
            `build --repository_cache=${caches}/bazel-repository`,
            ...(remoteCache
              ? ['build --config=remote-cache', 'build --remote_upload_local_results=false']
              : [`build --disk_cache=${caches}/bazel-disk`]),
            ...['build --jobs=2', ''],
          ]);
          const scans = calls.filter(call => call.startsWith('grype '));
          const sbom = 'sbom:/nix/store/one/sbom.cdx.json';
          assert.deepEqual(scans, remoteCache ? [`grype [${sbom}] [--only-fixed] [--fail-on] [high]`] : []);
        });

        it(`${what}: push every image, from a branch and for a tag`, async () => {
          for (const { variables, tags } of [branch, tag]) {
            const { calls } = await play(folder, provider, combination, 'push', {
              ...registryOf(place && 'services.api'),
              ...variables,
            });
            const digests = ['//image:image', '//mail_out/image:image', '//image:send_mail'];
            const signs = sign !== 'none';
            assert.deepEqual(calls.filter(isBazel), [
              ...pushes(provider, combination, tags),
              ...(signs ? [`bazel [build] ${digests.map(label => `[${label}.digest]`).join(' ')}`] : []),
            ]);
            const signed = calls.filter(call => call.startsWith('attest '));
            assert.deepEqual(signed, signs ? attested(provider, combination) : []);
          }
        });
      }
    });
  }

  it("keep the tools of the checks in GitLab's cache of the Nix store, if there are checks", () => {
    const kept = (quality: readonly 'checks'[]): unknown =>
      /\[ (\(import.*) \]/.exec(
        renderPipelines(['gitlab'], { ...exampleProject, quality }).get('.gitlab-ci.yml') ?? '',
      )?.[1];
    const rest = 'project.python.toolchain project.image.oci';
    assert.equal(kept(['checks']), `(import ./shell.nix { }).inputDerivation project.checks.tools ${rest}`);
    assert.equal(kept([]), `(import ./shell.nix { }).inputDerivation ${rest}`);
  });

  it('name the secrets of the key in the first lines', () => {
    const signing = renderPipelines(providerNames, { ...exampleProject, sign: 'key' });
    for (const text of signing.values()) assert.match(text, /^---\n(#.*\n)*#.*COSIGN_PRIVATE_KEY.* COSIGN_PASSWORD/);
  });

  describe('of several projects in one repository', () => {
    const places = [
      'api',
      'services/api',
      'services-api',
      'Services/api',
      'services/a.pi',
      'services/a-pi',
      'a/b',
      'a/b-c',
      'a-b/c',
      '_',
      '.x',
    ];

    it('have no name in common', () => {
      const slugs = places.map(slugOf);
      assert.equal(new Set(slugs.map(slug => slug.toLowerCase())).size, places.length, String(slugs));
      // What an image may be called, and a file, a job and a cache.
      for (const slug of slugs) assert.match(slug, /^[a-z0-9]+([.-][a-z0-9]+)*$/);
    });

    for (const provider of providerNames) {
      const { filters, names } = providersUnderTest[provider];
      const pipeline = (place: string) => [...renderPipelines([provider], { ...exampleProject, place })].flat();
      const [path = '', text = ''] = pipeline('services/api');
      const [, other = ''] = pipeline('services-api');

      it(`run for changes in the folder of their project: ${providers[provider].label}`, () => {
        const own = path.replace(/^(\.\.\/)+/, '');
        const found = filters(text);
        assert.ok(found.length > 1);
        for (const paths of found) {
          assert.match(paths[0] ?? '', /^services\/api\/\*\*(\/\*)?$/);
          assert.deepEqual(
            paths.slice(1).filter(one => one !== own),
            [],
          );
        }
      });

      it(`share no concurrency group, cache, job or global keyword: ${providers[provider].label}`, () => {
        const [ours, theirs] = [names(text), names(other)];
        assert.ok(ours.length > 1);
        assert.deepEqual(
          ours.filter(name => theirs.includes(name)),
          [],
        );
      });
    }

    it('start the scripts of GitHub in the folder of their project, and for its workflow too', () => {
      const [workflow = ''] = renderPipelines(['github'], { ...exampleProject, place: 'services/api' }).values();
      const { on, defaults } = parse(workflow) as Workflow;
      const paths = ['services/api/**', '.github/workflows/services.api.yml'];
      assert.deepEqual(on, { push: { paths }, pull_request: { paths }, workflow_dispatch: null });
      assert.deepEqual(defaults, { run: { 'working-directory': 'services/api' } });
    });

    it('are included by a pipeline of GitLab in the root', async () => {
      const [[path, text]] = [...renderIncluding(providerNames, { ...exampleProject, place: 'services/api' })] as [
        [string, string],
      ];
      assert.equal(path, '../../.gitlab-ci.yml');
      assert.deepEqual((parse(text) as { include: object }).include, [{ local: 'services/api/.gitlab-ci.yml' }]);
      assert.deepEqual(await providersUnderTest.gitlab.faults(text), []);
      assert.deepEqual([...renderIncluding(providerNames, exampleProject)], []);
    });
  });

  describe('for GitHub Actions', () => {
    it('pin every action by commit and name its version, use minimal permissions, and have time limits', () => {
      for (const { of, what, platforms, sign } of combinations) {
        const uses = of('github')
          .split('\n')
          .filter(line => line.includes('uses:'));
        assert.equal(uses.length, platforms.length > 1 ? 11 : 9, what);
        for (const line of uses) assert.match(line, /^ {6}- uses: [\w./-]+@[0-9a-f]{40} {2}# v\d+\.\d+\.\d+$/);
        const { permissions, jobs } = parse(of('github')) as Workflow;
        assert.deepEqual(permissions, { contents: 'read' });
        assert.equal(jobs.test.permissions, undefined, 'pull requests get no more');
        const identity = sign === 'keyless' ? { 'id-token': 'write' } : {};
        for (const job of [jobs.push, jobs.index ?? jobs.push]) {
          assert.deepEqual(job.permissions, { contents: 'read', packages: 'write', ...identity });
        }
        for (const job of Object.values(jobs)) assert.equal(job['timeout-minutes'], 60);
      }
    });

    it('start from an empty Bazel cache when a rule or its lock file changes', () => {
      for (const { of, bzlmod, place, below } of combinations) {
        const names = ['flake.lock', 'shell.nix', bzlmod ? 'MODULE.bazel*' : 'WORKSPACE'].map(
          name => `'${below}${name}'`,
        );
        const key = `bazel-${place && 'services.api-'}\${{ runner.arch }}-\${{ hashFiles(${names.join(', ')}) }}`;
        assert.ok(of('github').includes(`key: ${key}`));
      }
    });

    it('give the password to docker on its standard input', async () => {
      for (const combination of combinations.filter(({ bazel }) => '58'.includes(bazel))) {
        const { registryOf, branch } = providersUnderTest.github;
        const { calls } = await play(folder, 'github', combination, 'push', { ...registryOf(''), ...branch.variables });
        assert.deepEqual(calls.slice(0, 2), [
          'docker [login] [--username] [me] [--password-stdin] [r.example.com]',
          `pa's"s`,
        ]);
      }
    });
  });

  describe('for GitLab CI', () => {
    it('start from an empty Bazel cache when a rule or its lock file changes', () => {
      for (const { of, bzlmod, remoteCache, below } of combinations) {
        const keys = commonOf(of('gitlab')).cache.map(({ key }) => key.files);
        const nix = ['flake.lock', remoteCache ? 'pylock.dev.toml' : 'pyproject.toml'];
        const bazel = ['flake.lock', bzlmod ? 'MODULE.bazel.lock' : 'WORKSPACE'];
        assert.deepEqual(
          keys,
          [nix, bazel].map(names => names.map(name => `${below}${name}`)),
        );
      }
    });

    it('keep what the next job needs of the Nix store', async () => {
      for (const combination of combinations.filter(({ bazel }) => '58'.includes(bazel))) {
        const { calls } = await play(folder, 'gitlab', combination, 'test');
        const image = combination.bzlmod ? 'project.image.oci' : 'project.image.layers';
        const [build, copy] = calls.filter(call => call.startsWith('nix')).slice(-2);
        assert.ok(build?.endsWith(`project.python.toolchain ${image} ]]`), build);
        assert.equal(copy, 'nix [copy] [--to] [file:///project.caches/nix?compression=zstd] [/nix/store/one]');
      }
    });

    it('give Bazel the password in a file', async () => {
      const auth = Buffer.from("me:pa's").toString('base64');
      for (const combination of combinations.filter(({ bazel }) => '58'.includes(bazel))) {
        const { registryOf, branch } = providersUnderTest.gitlab;
        const { calls } = await play(folder, 'gitlab', combination, 'push', { ...registryOf(''), ...branch.variables });
        const configs = calls.filter(call => call.startsWith('{'));
        assert.equal(configs.length, calls.filter(isBazel).length);
        for (const config of configs) assert.equal(config, `{"auths": {"r.example.com": {"auth": "${auth}"}}}`);
      }
    });
  });
});
