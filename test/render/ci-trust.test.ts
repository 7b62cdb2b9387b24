import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { providerNames, providers } from '../../src/model/ci-providers.ts';
import { providersUnderTest, type Workflow } from './ci-providers.ts';
import { combinations, jobsOf } from './pipelines.ts';

describe('what pipelines trust', () => {
  for (const provider of providerNames) {
    const { scripts, foreign, pinned, cachesOf, uploads } = providersUnderTest[provider];

    describe(`for ${providers[provider].label}`, () => {
      it('runs actions by their commits, and images by their digests', () => {
        for (const { of, what } of combinations) {
          const found = foreign(of(provider));
          assert.notDeepEqual(found, [], what);
          for (const name of found) assert.match(name, pinned, what);
        }
      });

      it('has no text of a commit or a request in a script', () => {
        for (const combination of combinations) {
          for (const job of jobsOf(combination)) {
            for (const script of scripts(combination.of(provider), job)) {
              assert.doesNotMatch(script, /\$\{\{|\$\[\[|CI_(COMMIT_(MESSAGE|TITLE|REF_NAME|AUTHOR)|MERGE_REQUEST)/);
            }
          }
        }
      });

      it('pushes from no cache that a pull or merge request can have written', () => {
        for (const combination of combinations) {
          const { of, what } = combination;
          const text = of(provider);
          const jobs = jobsOf(combination);
          const read = jobs.filter(job => job !== 'test').flatMap(job => cachesOf(text, job, 'protected', 'read'));
          assert.equal(read.length, 2, `${what}: those of the push`);
          const proposed = jobs.flatMap(job => cachesOf(text, job, 'proposal', 'write'));
          assert.deepEqual(
            read.filter(name => proposed.includes(name)),
            [],
            what,
          );
          const saved = cachesOf(text, 'test', 'protected', 'write');
          assert.equal(saved.length, 2, `${what}: what protected branches build is kept`);
        }
      });

      it('lets no pull or merge request write to the remote cache', () => {
        for (const { of, remoteCache } of combinations) {
          assert.equal(uploads(of(provider)), remoteCache ? 'false' : undefined);
        }
      });
    });
  }

  it('starts workflows of GitHub only where a cache belongs to the branch or the pull request that wrote it', () => {
    for (const { of } of combinations) {
      const { on } = parse(of('github')) as Workflow;
      const triggers = Array.isArray(on) ? on : Object.keys(on);
      assert.deepEqual(triggers, ['push', 'pull_request', 'workflow_dispatch']);
    }
  });
});
