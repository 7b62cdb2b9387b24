import assert from 'node:assert/strict';
import { docker, inspect, tryDocker } from './container.ts';
import { hasWorkspace, hosts } from './host.ts';
import { Project, projectIn } from './project.ts';
import { answer, freePort, serves } from './service.ts';

for (const host of hosts) {
  describe(`The image, Bazel ${host.bazel}`, () => {
    let project: Project;

    before('generate', () => {
      project = projectIn(host);
    });

    const image = 'hello:latest';
    const container = `hello-${host.bazel}`;

    /** Starts the image; returns its port. The caller stops it. */
    async function started(...options: string[]): Promise<number> {
      const port = await freePort();
      docker('run', '--detach', '--rm', '--name', container, '--env', `PORT=${port}`, ...options, image);
      return port;
    }

    before('build and load', async () => {
      await project.inShell('bazel build //:hello_image && bazel run //image:load');
    });

    it('answers on $PORT from gunicorn', async () => {
      const port = await started();
      try {
        assert.deepEqual(await answer(port), { status: 200, server: 'gunicorn', text: 'Hello, World!' });
      } finally {
        docker('stop', container);
      }
    });

    it('bazel run //:hello_image starts it, with options for the engine after --', async () => {
      const { text } = await serves(project, `nix-shell --run 'bazel run //:hello_image -- --env PORT=$PORT'`);
      assert.equal(text, 'Hello, World!');
    });

    it('runs as a user who is not root, without test packages, with the app in /app', async () => {
      await answer(await started());
      try {
        assert.notEqual(docker('exec', container, 'python3', '-c', 'import os; print(os.getuid())'), '0');
        assert.match(inspect(image).user, /^[1-9]\d*(:|$)/);
        const files = docker('exec', container, 'python3', '-c', 'import os; print(sorted(os.listdir("/app")))');
        assert.equal(files, "['hello.py']");
        const { status, stderr } = tryDocker('exec', container, 'python3', '-c', 'import pytest');
        assert.equal(status, 1);
        assert.match(stderr, /No module named 'pytest'/);
      } finally {
        docker('stop', container);
      }
    });

    it('runs as any user on a read-only disk, knows time zones, and writes a line for each request', async () => {
      const port = await started('--read-only', '--tmpfs', '/tmp', '--user', '4321:0', '--env', 'TZ=Europe/Vienna');
      try {
        assert.equal((await answer(port)).text, 'Hello, World!');
        assert.match(docker('logs', container), /"GET \/ HTTP\/1\.1" 200/);
        const code =
          'import os, time, zoneinfo; print(os.path.expanduser("~"), time.tzname[0], zoneinfo.ZoneInfo("Asia/Tokyo"))';
        assert.equal(docker('exec', container, 'python3', '-c', code), '/tmp CET Asia/Tokyo');
      } finally {
        docker('stop', container);
      }
    });

    it('has the Python of the tests', async () => {
      const code = 'import sys, flask; print(sys.version, flask.__version__)';
      const ofTests = await project.inShell(`python3 -c "${code}"`);
      assert.equal(docker('run', '--rm', image, 'python3', '-c', code), ofTests);
    });

    it('has no shell and no tools but those of its Python packages, no compiler, no pip and no headers', () => {
      const list = `
import os
print(sorted(os.listdir("/") + os.listdir("/bin")))
for folder, _, files in os.walk("/nix/store"):
    for file in files:
        print(os.path.join(folder, file))`;
      const [top = '', ...files] = docker('run', '--rm', '--read-only', image, 'python3', '-Bc', list).split('\n');
      const names = JSON.parse(top.replaceAll("'", '"')) as string[];
      for (const name of ['gunicorn', 'healthcheck', 'python3', 'nix', 'etc']) assert.ok(names.includes(name), name);
      for (const name of ['sh', 'bash', 'env', 'ls', 'usr', 'pip', 'pytest']) assert.ok(!names.includes(name), name);
      assert.ok(files.length > 1000, `${files.length} files`);
      const unwanted = /\/(?:g?cc|ld|pip3?|coreutils)$|\.(?:a|h)$|\/site-packages\/(?:pip|pytest)\//;
      assert.deepEqual(
        files.filter(file => unwanted.test(file)),
        [],
      );
    });

    it('stops on SIGTERM', async () => {
      await answer(await started());
      const before = performance.now();
      // Long before it would be killed.
      docker('stop', '--time', '60', container);
      assert.ok(performance.now() - before < 30_000, `took ${Math.round(performance.now() - before)} ms`);
    });

    it('is the same when built again in another folder', async () => {
      const { id } = inspect(image);
      const second = new Project(host, 'second');
      docker('rmi', '--force', image);
      await second.inShell('bazel run //image:load; bazel shutdown');
      assert.equal(inspect(image).id, id);
    });

    it('is not copied by Bazel, which leaves the files in the Nix store as they are', async () => {
      const [bytes = ''] = (await project.must('du -sb --exclude=*.runfiles bazel-bin/image')).split('\t');
      assert.ok(Number(bytes) < 1e6, `${bytes} bytes in bazel-bin/image`);
      if (!hasWorkspace(host)) {
        const blobs = await project.must('stat --dereference --format %A bazel-bin/image/base/blobs/sha256/*');
        assert.deepEqual([...new Set(blobs.split('\n'))], ['-r--r--r--']);
      }
    });

    it('a changed line of the app changes only the layer of the app', async () => {
      const { layers } = inspect(image);
      const app = project.read('hello.py');
      project.edit('hello.py', 'Hello, World!', 'Hello, you!');
      await project.inShell('bazel run //image:load');
      project.write('hello.py', app);
      const changed = inspect(image).layers;
      assert.deepEqual(changed.slice(0, -1), layers.slice(0, -1));
      assert.notEqual(changed.at(-1), layers.at(-1));
    });
  });
}
