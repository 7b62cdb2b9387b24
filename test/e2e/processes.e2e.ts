import assert from 'node:assert/strict';
import { docker, inspect } from './container.ts';
import { hosts } from './host.ts';
import { Project } from './project.ts';
import { answer, freePort } from './service.ts';

/** A worker of the project's own code: prints what it was told, and the page that the web process would answer. */
const worker = `import sys

from hello import app

print(sys.argv[1:], app.test_client().get("/").text, flush=True)
`;

for (const host of hosts) {
  describe(`A further process, Bazel ${host.bazel}`, () => {
    const said = `["it's", '$5'] Hello, World!`;
    let project: Project;

    before('generate', () => {
      project = new Project(host, 'processes');
      project.write('worker.py', worker);
      project.command('service', 'worker', '--command', `python3 -m worker "it's" '$5'`);
    });

    after('stop Bazel', () => project?.run(`nix-shell --run 'bazel shutdown'`));

    it('runs on the Python from Nix, with the code and the packages of the app', async () => {
      assert.ok((await project.inShell('bazel run //:worker')).includes(said));
    });

    it('is an image of the same files, beside that of the web process', async () => {
      await project.inShell('bazel test //... && bazel build //:worker_image //:hello_image');
      await project.inShell('bazel run //image:load && bazel run //image:worker_load');
      const port = await freePort();
      const web = `web-${host.bazel}`;
      docker('run', '--detach', '--rm', '--name', web, '--env', `PORT=${port}`, 'hello:latest');
      try {
        assert.equal((await answer(port)).text, 'Hello, World!');
        assert.equal(docker('run', '--rm', '--read-only', '--user', '4321:0', 'hello-worker:latest'), said);
      } finally {
        docker('stop', web);
      }
      const { layers } = inspect('hello:latest');
      assert.deepEqual(inspect('hello-worker:latest').layers.slice(0, layers.length), layers);
    });

    it('bazel run //:worker_image starts it', async () => {
      assert.ok((await project.inShell('bazel run //:worker_image')).includes(said));
    });

    it('is gone when it is removed', async () => {
      project.command('service', 'worker', '--remove');
      await project.inShell('bazel build //...');
      const { code, output } = await project.run(`nix-shell --run 'bazel run //:worker'`);
      assert.notEqual(code, 0);
      assert.match(output, /no such target '\/\/:worker'/);
    });
  });
}
