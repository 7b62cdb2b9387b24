import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DCLinter } from 'dclint';
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { Service } from 'kubernetes-types/core/v1.d.ts';
import { parse, parseAllDocuments } from 'yaml';
import { databaseNames, databases } from '../../src/catalog/databases.ts';
import { pinOf, releases } from '../../src/catalog/releases.ts';
import { checkWorkloads, deployTargetNames } from '../../src/model/deploy.ts';
import { checkProject } from '../../src/model/project.ts';
import type { Answers } from '../../src/model/questions.ts';
import { render } from '../../src/render/render.ts';
import { answersWith } from '../answers.ts';
import { scratch } from '../commands/process.ts';
import { needs } from '../needs.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [release] = releases().toReversed() as [ReturnType<typeof releases>[number]];

/** The files of a project with these answers, and with a further service and process if there are `more`. */
const filesOf = (given: Partial<Answers>, more = true): ReadonlyMap<string, string> =>
  render(
    checkProject({
      answers: answersWith({ name: 'my-service', ...given }),
      pin: pinOf(release),
      ...(more ? { services: ['mail-out'], processes: { worker: 'rq worker' } } : {}),
    }).project,
    '0.0.0',
  );

const deploy = deployTargetNames;
const projects = [
  filesOf({ deploy }),
  filesOf({ deploy, database: 'postgresql' }),
  filesOf({ deploy }, false),
  filesOf({ deploy, database: 'postgresql' }, false),
];
const textOf = (files: ReadonlyMap<string, string>, path: string): string => files.get(path) ?? assert.fail(path);
const documents = <Kind>(text: string): Kind[] => parseAllDocuments(text).map(one => one.toJS() as Kind);
const deploymentsOf = (files: ReadonlyMap<string, string>): Deployment[] =>
  documents(textOf(files, 'kubernetes/deployment.yaml'));

/** A compose file as the tests look at it. */
interface Compose {
  readonly services: Readonly<
    Record<string, { readonly image: string; readonly environment?: Readonly<Record<string, string>> }>
  >;
}

describe('files to run the image with', function () {
  this.timeout(60_000);
  const folder = scratch();

  it('are there on request alone, and nothing in other files', () => {
    const without = filesOf({});
    const added = [...filesOf({ deploy, database: 'postgresql' }).keys()].filter(path => !without.has(path));
    assert.deepEqual(added.sort(), [
      'compose.yaml',
      'kubernetes/deployment.yaml',
      'kubernetes/kustomization.yaml',
      'kubernetes/service.yaml',
    ]);
    for (const [path, text] of without) assert.doesNotMatch(text, /compose|kubernetes\/|\.env$|database/m, path);
    assert.match(textOf(filesOf({ deploy: ['compose'] }), '.gitignore'), /^\/\.env$/m);
    assert.match(textOf(filesOf({ deploy: ['kubernetes'] }), 'bazel/app.bzl'), /"kubernetes\/\*\*"/);
    assert.match(textOf(filesOf({ deploy: ['kubernetes'] }), 'pyproject.toml'), /"\/kubernetes\/"/);
  });

  describe('for Compose', () => {
    const texts = projects.map(files => textOf(files, 'compose.yaml'));

    it('fit the schema of the Compose Specification, and have no findings by dclint', () => {
      const linter = new DCLinter({
        rules: {
          // The app comes first.
          'services-alphabetical-order': 0,
          'require-quotes-in-ports': [1, { quoteType: 'double' }],
        },
        quiet: false,
        debug: false,
        exclude: [],
      });
      const faultsOf = (text: string): string[] => {
        const file = join(mkdtempSync(join(folder, 'compose-')), 'compose.yaml');
        writeFileSync(file, text);
        const results = linter.lintFiles([file], false) as readonly { messages: readonly { message: string }[] }[];
        return results.flatMap(({ messages }) => messages.map(({ message }) => message));
      };
      for (const text of texts) assert.deepEqual(faultsOf(text), []);
      assert.notDeepEqual(faultsOf((texts[0] as string).replace('restart:', 'restarts:')), []);
    });

    it('have a database if there is one, whose password is in no file', () => {
      const [without, withOne] = texts.map(text => parse(text) as Compose) as [Compose, Compose];
      assert.deepEqual(Object.keys(without.services), ['my-service', 'mail-out', 'my-service-worker']);
      assert.deepEqual(Object.keys(withOne.services), ['my-service', 'mail-out', 'my-service-worker', 'database']);
      const { POSTGRES_DB: database, POSTGRES_USER: user } = withOne.services.database?.environment ?? {};
      for (const [name, { environment }] of Object.entries(withOne.services)) {
        if (name === 'database') continue;
        assert.equal(
          environment?.DATABASE_URL,
          `postgresql://${user}:\${DATABASE_PASSWORD:?Set it in .env}@database:5432/${database}`,
        );
      }
    });
  });

  describe('for Kubernetes', () => {
    it('fit the types of its API: no unknown field, no missing one, none of another type', () => {
      const place = mkdtempSync(join(folder, 'types-'));
      symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
      const kinds = { Deployment: 'apps/v1.d.ts', Service: 'core/v1.d.ts' };
      const sourceOf = (texts: readonly string[]): string => {
        const values = texts.flatMap(text => documents<{ readonly kind: keyof typeof kinds }>(text));
        return [
          ...Object.entries(kinds).map(([kind, from]) => `import type { ${kind} } from 'kubernetes-types/${from}';`),
          ...values.map((value, at) => `export const a${at}: ${value.kind} = ${JSON.stringify(value)};`),
        ].join('\n');
      };
      const texts = projects.flatMap(files =>
        ['deployment', 'service'].map(name => textOf(files, `kubernetes/${name}.yaml`)),
      );
      const [deployments = ''] = texts;
      const sources = {
        'good.ts': texts,
        'unknown.ts': [deployments.replace('emptyDir', 'emptyDirs')],
        'type.ts': [deployments.replace('containerPort: 5000', 'containerPort: x')],
      };
      for (const [name, written] of Object.entries(sources)) writeFileSync(join(place, name), sourceOf(written));
      const options = ['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig', '--module', 'nodenext'];
      const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), [...options, ...Object.keys(sources)], {
        encoding: 'utf8',
        cwd: place,
      });
      const errors = stdout.match(/^[a-z]+\.ts\(.*/gm) ?? [];
      assert.deepEqual(
        errors.map(error => error.replace(/\(.*?\)/, '').slice(0, 'unknown.ts: error TS2353'.length)).sort(),
        ['type.ts: error TS2322: T', 'unknown.ts: error TS2353'],
        stdout,
      );
    });

    it('run every image without root, capabilities, a token and a disk to write to', () => {
      for (const deployment of projects.flatMap(deploymentsOf)) {
        const pod = deployment.spec?.template.spec;
        assert.equal(pod?.automountServiceAccountToken, false);
        assert.deepEqual(pod.securityContext, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
        for (const { securityContext, resources } of pod.containers) {
          assert.deepEqual(securityContext, {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
          });
          assert.ok(resources?.requests?.memory && resources.limits?.memory);
        }
      }
    });

    it('probe what serves at the port of its variable, which its Service asks', () => {
      for (const files of projects) {
        const services = documents<Service>(textOf(files, 'kubernetes/service.yaml'));
        const serving = deploymentsOf(files).filter(({ spec }) => spec?.template.spec?.containers[0]?.ports);
        assert.deepEqual(
          services.map(({ metadata }) => metadata?.name),
          serving.map(({ metadata }) => metadata?.name),
        );
        for (const [at, { spec }] of serving.entries()) {
          const [container] = spec?.template.spec?.containers ?? [];
          const { ports = [], env = [], lifecycle, startupProbe, readinessProbe, livenessProbe } = container ?? {};
          assert.deepEqual(env, [{ name: 'PORT', value: String(ports[0]?.containerPort) }]);
          assert.equal(services[at]?.spec?.ports?.[0]?.targetPort, ports[0]?.name);
          assert.deepEqual(services[at]?.spec?.selector, spec?.template.metadata?.labels);
          assert.ok(lifecycle?.preStop?.exec, 'another handler, `sleep`, needs Kubernetes 1.30');
          for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
            assert.deepEqual(probe?.exec, { command: ['healthcheck'] });
            assert.ok((probe.timeoutSeconds ?? 0) > 5, 'healthcheck itself waits for 5 seconds');
          }
        }
      }
    });

    it('are put together by kustomize, with every image by digest', function () {
      needs('kubectl').call(this);
      for (const files of projects) {
        const place = mkdtempSync(join(folder, 'kustomize-'));
        for (const [path, text] of files) {
          if (!path.startsWith('kubernetes/')) continue;
          mkdirSync(dirname(join(place, path)), { recursive: true });
          writeFileSync(join(place, path), text);
        }
        const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', join(place, 'kubernetes')], {
          encoding: 'utf8',
        });
        assert.equal(status, 0, stderr);
        const images = stdout.match(/ image: .*/g) ?? [];
        assert.equal(images.length, deploymentsOf(files).length);
        for (const image of images) assert.match(image, /: registry\.example\.com\/[a-z-]+@sha256:0{64}$/);
      }
    });
  });

  it('pass yamllint', function () {
    needs('yamllint').call(this);
    const files = projects.flatMap((rendered, at) =>
      [...rendered.keys()]
        .filter(path => path === 'compose.yaml' || path.startsWith('kubernetes/'))
        .map(path => {
          const file = join(folder, String(at), path);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, textOf(rendered, path));
          return file;
        }),
    );
    const config =
      '{extends: default, rules: {line-length: {max: 140}, document-start: disable, comments: {min-spaces-from-content: 1}}}';
    const { status, stdout, stderr } = spawnSync('yamllint', ['--strict', '-d', config, ...files], {
      encoding: 'utf8',
    });
    assert.equal(`${stdout}${stderr}`, '');
    assert.equal(status, 0);
  });

  it('name databases by tag and digest', () => {
    for (const name of databaseNames()) {
      assert.match(databases()[name].image, /^docker\.io\/library\/[a-z]+:[0-9.]+@sha256:[0-9a-f]{64}$/);
    }
  });

  it('are refused for images that would run under one name', () => {
    const project = { name: 'shop', services: [], processes: [], deploy, database: 'none' as const };
    const member = (name: string) => ({ name, module: name.replaceAll('-', '_') });
    const worker = { ...member('worker'), command: ['x'] };
    checkWorkloads({ ...project, services: [member('database'), member('worker')], processes: [worker] });
    const refused = (more: Partial<Parameters<typeof checkWorkloads>[0]>, message: RegExp): void =>
      assert.throws(() => checkWorkloads({ ...project, ...more }), message);
    refused({ database: 'postgresql', services: [member('database')] }, /would run as database/);
    refused({ services: [member('shop-worker')], processes: [worker] }, /would run as shop-worker/);
    refused({ name: 'x'.repeat(60), processes: [worker] }, /more than 63 characters/);
    checkWorkloads({ ...project, name: 'x'.repeat(60), processes: [worker], deploy: ['compose'] });
  });
});
