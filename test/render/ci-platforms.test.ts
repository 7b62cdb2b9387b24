import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { providerNames, providers } from '../../src/model/ci-providers.ts';
import { platformNames } from '../../src/model/platforms.ts';
import { scratch } from '../commands/process.ts';
import { type GitLab, providersUnderTest, type Workflow } from './ci-providers.ts';
import { combinations, jobsOf } from './pipelines.ts';
import { isBazel, playOn, stage } from './play.ts';

describe('pipelines for platforms', function () {
  this.timeout(60_000);
  const folder = scratch();
  const joined = combinations.filter(({ platforms }) => platforms.length > 1);

  for (const provider of providerNames) {
    const { runners, runsOn, runnersOf, needs, registryOf, imageOf, separators, branch, tag, joins } =
      providersUnderTest[provider];

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
            const expected = platforms.length > 1 || only !== runsOn ? platforms : [];
            assert.deepEqual(
              runnersOf(text, job),
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

        it(`${what}: join after all pushes`, () => {
          assert.deepEqual(jobsOf(combination), ['test', 'push', 'index']);
          assert.deepEqual(needs(combination.of(provider), 'index'), ['push']);
        });
      }
    });
  }

  it('hand the digests of each platform on, and join one at a time', () => {
    for (const { of, place } of joined) {
      const { push } = (parse(of('github')) as Workflow).jobs;
      for (const name of platformNames) assert.equal(push.outputs?.[name], `\${{ steps.push.outputs.${name} }}`);
      const jobs = parse(of('gitlab')) as GitLab;
      const name = place ? 'services.api:' : '';
      assert.ok(jobs[`${name}index`]?.resource_group);
      assert.equal(jobs[`${name}push`]?.resource_group, undefined, 'platforms are pushed side by side');
    }
  });
});
