import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { type Provider, providerNames, providers } from '../../src/model/ci-providers.ts';
import { commonOf, type GitLab, type Job, providersUnderTest, type Workflow } from './ci-providers.ts';
import { combinations, jobsOf } from './pipelines.ts';

/** Who had the pipeline run: a pull or merge request, or a push to a protected branch. */
type Cause = 'proposal' | 'protected';

/** What the trust in a pipeline depends on, for one provider. */
interface Trust {
  /** The code of others that its jobs run: actions and images. */
  readonly foreign: (text: string) => readonly string[];
  /** A name of such code that no one can change later. */
  readonly pinned: RegExp;
  /** The names of the caches that a job reads or writes, before the host adds its own marks. */
  readonly caches: (text: string, job: Job, cause: Cause, access: 'read' | 'write') => readonly string[];
  /** Whether a proposal's job may write to the project's remote cache: what its user.bazelrc is told. */
  readonly uploads: (text: string) => string | undefined;
}

const notProposed = "github.event_name != 'pull_request'";
const released = "github.ref_type == 'tag' || github.ref_name == github.event.repository.default_branch";

const trust: Readonly<Record<Provider, Trust>> = {
  github: {
    foreign: text =>
      Object.values((parse(text) as Workflow).jobs).flatMap(({ steps }) => steps.flatMap(step => step.uses ?? [])),
    pinned: /^[\w-]+\/[\w-]+(\/[\w-]+)?@[0-9a-f]{40}$/,
    caches: (text, job, cause, access) =>
      ((parse(text) as Workflow).jobs[job]?.steps ?? []).flatMap(
        ({ uses = '', with: given = {}, if: condition = '' }) => {
          const key = String(given['primary-key'] ?? given.key);
          if (uses.startsWith('actions/cache/restore@')) return access === 'read' ? [key] : [];
          const saves = uses.startsWith('actions/cache/save@')
            ? !condition.includes(notProposed) || cause === 'protected'
            : uses.includes('/cache-nix-action@') && (given.save !== `\${{ ${notProposed} }}` || cause === 'protected');
          if (access === 'write') return saves ? [key] : [];
          return uses.includes('/cache-nix-action@') ? [key] : [];
        },
      ),
    uploads: text => {
      const steps = (parse(text) as Workflow).jobs.test.steps;
      const upload = steps.map(({ env }) => env?.UPLOAD).find(value => value !== undefined);
      return upload === `\${{ ${released} }}` ? 'false' : upload;
    },
  },
  gitlab: {
    foreign: text => [
      commonOf(text).image,
      ...Object.values(parse(text) as GitLab).flatMap(({ image }) => image ?? []),
    ],
    pinned: /^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/,
    caches: (text, job, cause, access) => {
      const file = parse(text) as GitLab;
      const { cache = commonOf(text).cache } = (file[job] ?? file[`services.api:${job}`]) as GitLab[string];
      return cache
        .filter(({ policy = 'pull-push' }) => policy.split('-').includes(access === 'read' ? 'pull' : 'push'))
        .map(({ key }) => key.prefix.replace('$CI_COMMIT_REF_PROTECTED', String(cause === 'protected')));
    },
    uploads: text =>
      /remote_upload_local_results=([^"]+)"/.exec(text)?.[1]?.replace('$CI_COMMIT_REF_PROTECTED', 'false'),
  },
};

describe('what pipelines trust', () => {
  for (const provider of providerNames) {
    const { foreign, pinned, caches, uploads } = trust[provider];

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
            for (const script of providersUnderTest[provider].scripts(combination.of(provider), job)) {
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
          const read = jobs.filter(job => job !== 'test').flatMap(job => caches(text, job, 'protected', 'read'));
          assert.equal(read.length, 2, `${what}: those of the push`);
          const proposed = jobs.flatMap(job => caches(text, job, 'proposal', 'write'));
          assert.deepEqual(
            read.filter(name => proposed.includes(name)),
            [],
            what,
          );
          const saved = caches(text, 'test', 'protected', 'write');
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
