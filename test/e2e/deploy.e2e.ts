import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import { parseAllDocuments } from 'yaml';
import { environment, type Host, hosts, real, repository } from './host.ts';
import { newAnswers, Project } from './project.ts';
import { answer, freePort } from './service.ts';

const programs = join(repository, 'test/e2e/host');

/** What the app has besides its page: whether a PostgreSQL answers at DATABASE_URL, by the first message of its protocol. */
const database = `

@app.route("/database")
def database() -> str:
    url = urlsplit(os.environ["DATABASE_URL"])
    with socket.create_connection((url.hostname, url.port), timeout=5) as server:
        server.sendall(struct.pack("!ii", 8, 80877103))
        return server.recv(1).decode()
`;

/** A worker that says where its database is, and stays. */
const worker = `import os
import signal

print(os.environ["DATABASE_URL"], flush=True)
signal.sigwait([signal.SIGTERM])
`;

// Docker on a machine with a network has its own compose, and no kube play.
(real ? describe.skip : describe)('The files to run the image with', () => {
  const host = hosts[0] as Host;
  const env = { ...environment(host), PATH: process.env.PATH ?? '' };
  const password = 'c0ffee';
  let project: Project;
  let port: number;

  function tryRun(program: string, args: readonly string[], input = '') {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: project.path(''),
      env,
      input,
      encoding: 'utf8',
    });
    return { status, stdout, stderr, output: stdout + stderr };
  }
  function run(program: string, args: readonly string[], input = ''): string {
    const { status, stdout, output } = tryRun(program, args, input);
    assert.equal(status, 0, `${program} ${args.join(' ')}\n${output}`);
    return stdout.trim();
  }
  const podman = (...args: string[]): string => run(join(programs, 'podman'), args);
  const compose = ['--podman-path', join(programs, 'podman')];

  /** Fails unless a container has nothing that its manifest takes from it. */
  function checkConfined(container: string): void {
    const format = '{{.HostConfig.ReadonlyRootfs}} {{.EffectiveCaps}} {{.Config.User}} {{.HostConfig.SecurityOpt}}';
    assert.equal(podman('inspect', '--format', format, container), 'true [] 65534:65534 [no-new-privileges]');
    const code = 'import os, tempfile; tempfile.TemporaryFile(); print(os.access("/", os.W_OK), os.getuid())';
    assert.equal(podman('exec', container, 'python3', '-c', code), 'False 65534');
  }

  before('build and load the images', async () => {
    port = await freePort();
    project = new Project(host, 'deployed', [
      ...newAnswers(host),
      ...['--deploy', 'compose,kubernetes', '--database', 'postgresql'],
    ]);
    project.edit('hello.py', '\n\nif __name__', `${database}\n\nif __name__`);
    project.edit(
      'hello.py',
      'import os\n',
      'import os\nimport socket\nimport struct\nfrom urllib.parse import urlsplit\n',
    );
    project.write('worker.py', worker);
    project.command('service', 'worker', '--command', 'python3 -m worker');
    await project.inShell('bazel run //image:load && bazel run //image:worker_load && bazel shutdown');
  });

  describe('on one machine, by podman-compose', () => {
    before(() => {
      run(join(programs, 'postgres.sh'), [join(programs, 'podman'), 'localhost/database']);
      project.edit('compose.yaml', '127.0.0.1:5000:', `127.0.0.1:${port}:`);
      const standIn = { services: { database: { image: 'localhost/database', volumes: ['/usr:/usr:ro'] } } };
      project.write('compose.override.yaml', JSON.stringify(standIn));
    });
    after(() => tryRun('podman-compose', [...compose, 'down', '--volumes']));

    it('asks for the password', () => {
      const { status, output } = tryRun('podman-compose', [...compose, '--dry-run', 'up']);
      assert.notEqual(status, 0);
      assert.match(output, /Set it in \.env/);
    });

    it('starts the app, its worker and the database', async () => {
      project.write('.env', `DATABASE_PASSWORD=${password}\n`);
      run('podman-compose', [...compose, 'up', '--detach']);
      assert.equal((await answer(port)).text, 'Hello, World!');
      podman('exec', 'hello_hello_1', 'healthcheck');
      checkConfined('hello_hello_1');
      checkConfined('hello_hello-worker_1');
    });

    it('connects them to the database, by the URL that they are given', async () => {
      const url = `postgresql://hello:${password}@database:5432/hello`;
      assert.equal(podman('logs', 'hello_hello-worker_1'), url);
      const check = ['healthcheck', 'run', 'hello_database_1'];
      for (let tries = 0; tryRun(join(programs, 'podman'), check).status !== 0; tries += 1) {
        assert.ok(tries < 50, podman('logs', 'hello_database_1'));
        await new Promise(resolve => setTimeout(resolve, 200));
      }
      assert.match((await answer(port, undefined, '/database')).text, /^[SN]$/);
      const query = 'select current_user, current_database()';
      assert.equal(podman('exec', 'hello_database_1', 'psql', '-At', url, '-c', query), 'hello|hello');
    });
  });

  it('for Kubernetes run as they are, by podman kube play, and pass their probes', async () => {
    const url = 'postgresql://elsewhere/hello';
    // podman 4.3 takes Secrets in its own way only: the data of one, as JSON.
    const data = JSON.stringify({ DATABASE_URL: Buffer.from(url).toString('base64') });
    // From a file: Node's standard input is a socket, which podman refuses.
    project.write('secret.json', data);
    podman('secret', 'create', 'hello', project.path('secret.json'));
    const manifests = project.read('kubernetes/deployment.yaml').replaceAll('5000', String(port));
    run(join(programs, 'podman'), ['kube', 'play', '-'], manifests);
    try {
      assert.equal((await answer(port)).text, 'Hello, World!');
      const [web] = parseAllDocuments(manifests).map(document => document.toJS() as Deployment);
      const { startupProbe, readinessProbe, livenessProbe } = web?.spec?.template.spec?.containers[0] ?? {};
      for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
        podman('exec', 'hello-pod-0-hello', ...(probe?.exec?.command as string[]));
      }
      for (const container of ['hello-pod-0-hello', 'hello-worker-pod-0-hello-worker']) checkConfined(container);
      assert.equal(podman('logs', 'hello-worker-pod-0-hello-worker'), url);
    } finally {
      tryRun(join(programs, 'podman'), ['kube', 'down', '-'], manifests);
    }
  });
});
