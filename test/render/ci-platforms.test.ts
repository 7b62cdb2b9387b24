import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { type Provider, providerNames, providers } from '../../src/model/ci-providers.ts';
import { type Platform, platformNames } from '../../src/model/platforms.ts';
import { scratch } from '../commands/process.ts';
import { type GitLab, type Job, providersUnderTest, type Workflow } from './ci-providers.ts';
import { combinations, jobsOf } from './pipelines.ts';
import { isBazel, playOn, stage } from './play.ts';

/** The runners of a job. */
const runnersOf: Readonly<Record<Provider, (text: string, job: Job) => readonly string[]>> = {
  github: (text, job) => {
    const { strategy, 'runs-on': runner } = (parse(text) as Workflow).jobs[job] ?? assert.fail(`no ${job}`);
    if (!strategy) return [runner];
    assert.equal(runner, '${{ matrix.runner }}');
    return (strategy.matrix.include as { platform: Platform; runner: string }[]).map(({ runner: one }) => one);
  },
  gitlab: (text, job) => {
    const file = parse(text) as GitLab;
    const { parallel, tags = [] } = file[job] ?? file[`services.api:${job}`] ?? assert.fail(`no ${job}`);
    if (!parallel) return tags;
    assert.deepEqual(tags, ['$RUNNER']);
    return (parallel.matrix as { PLATFORM: Platform; RUNNER: string }[]).map(({ RUNNER }) => RUNNER);
  },
};

describe('pipelines for platforms', function () {
  this.timeout(60_000);
  const folder = scratch();
  const joined = combinations.filter(({ platforms }) => platforms.length > 1);

  for (const provider of providerNames) {
    const { runners, registryOf, imageOf, separators, branch, tag, joins } = providersUnderTest[provider];

    /** What joins an image. */
    const appends = (image: string, tags: readonly string[], label: string): string[] =>
      tags.map(name => {
        const manifests = platformNames.map(platform => `[--manifest] [${image}@${platform}:${label}]`);
        return `crane [index] [append] [--tag] [${image}:${name}] ${manifests.join(' ')}`;
      });

    describe(`of ${providers[provider].label}`, () => {
      it('run on a machine of each platform, and have no job more for a single one', () => {
        for (const { of, platforms, what } of combinations) {
          const text = of(provider);
          for (const job of ['test', 'push'] as const) {
            const [only] = platforms;
            // The runners that GitLab takes by default are those for amd64.
            const expected = platforms.length > 1 || provider === 'github' || only === 'arm64' ? platforms : [];
            assert.deepEqual(
              runnersOf[provider](text, job),
              expected.map(platform => runners[platform]),
              what,
            );
          }
          assert.equal(/index/.test(text), platforms.length > 1, what);
        }
      });

      for (const combination of joined) {
        const { what, remoteCache, place, sign } = combination;
        const all = (one: (image: string, label: string) => string[]): string[] => {
          const image = imageOf(place && 'services.api');
          const separator = separators[place ? 1 : 0];
          const further = [
            ['mail-out', '//mail_out/image:push'],
            ['send-mail', '//image:send_mail_push'],
          ] as const;
          return [
            ...one(image, '//image:push'),
            ...(remoteCache ? further.flatMap(([name, label]) => one(`${image}${separator}${name}`, label)) : []),
          ];
        };

        it(`${what}: push each platform without a tag, and tag what joins them`, async () => {
          for (const { variables, tags } of [branch, tag]) {
            const on = stage(folder, provider);
            const common = { ...registryOf(place && 'services.api'), ...variables };
            for (const platform of platformNames) {
              const { calls } = await playOn(on, provider, combination, 'push', { ...common, PLATFORM: platform });
              const runs = calls.filter(call => isBazel(call) && call.includes('[run]'));
              const pushed = runs.slice(platform === 'amd64' ? 0 : remoteCache ? 3 : 1);
              assert.deepEqual(
                pushed,
                all((image, label) => [`bazel [run] [${label}] [--] [--repository] [${image}]`]),
              );
            }
            const { calls } = await playOn(on, provider, combination, 'index', { ...common, ...joins(on) });
            const made = calls.filter(call => call.startsWith('crane'));
            assert.deepEqual(made.toSorted(), all((image, label) => appends(image, tags, label)).toSorted());
            const signed = calls.filter(call => call.startsWith('attest [--index]'));
            const indexes = all(image => [`[${image}@of-index]`]).toSorted();
            assert.deepEqual(signed, sign === 'none' ? [] : [`attest [--index] ${indexes.join(' ')}`]);
            assert.equal(calls.filter(call => call.startsWith('attest ')).length, sign === 'none' ? 0 : 7);
          }
        });

        it(`${what}: join after all pushes, one at a time`, () => {
          const text = combination.of(provider);
          assert.deepEqual(jobsOf(combination), ['test', 'push', 'index']);
          if (provider === 'github') {
            const { index, push } = (parse(text) as Workflow).jobs;
            assert.equal(index?.needs, 'push');
            for (const name of platformNames) assert.equal(push.outputs?.[name], `\${{ steps.push.outputs.${name} }}`);
          } else {
            const jobs = parse(text) as GitLab;
            const name = place ? 'services.api:' : '';
            assert.deepEqual(jobs[`${name}index`]?.needs, [`${name}push`]);
            assert.ok(jobs[`${name}index`]?.resource_group);
            assert.equal(jobs[`${name}push`]?.resource_group, undefined, 'platforms are pushed side by side');
          }
        });
      }
    });
  }
});
