import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { docker, inspect, tryDocker } from './container.ts';
import { emptyLog, grounds, logOf, provision, start, tidy, work } from './ground.ts';
import { Project } from './project.ts';
import { answer, freePort, listener, stop } from './service.ts';

before('provision', function () {
  this.timeout(900_000);
  provision();
});

after('tidy up', function () {
  if (this.test?.parent?.suites.every(suite => suite.tests.every(test => test.state !== 'failed'))) tidy();
});

for (const ground of grounds) {
  describe(`Bazel ${ground.bazel}`, () => {
    let project: Project;

    before('generate', () => {
      project = new Project(ground, 'first');
    });

    after('stop Bazel', () => project.inShell('bazel shutdown'));

    afterEach(function () {
      if (this.currentTest?.state === 'passed') emptyLog(ground);
    });

    /** Starts a server of the project, looks at it, ends it. */
    async function serves(command: (port: number) => string): Promise<{ text: string; executable: string }> {
      const port = await freePort();
      const child = start(ground, project.folder, `PORT=${port} ${command(port)}`, logOf(ground));
      try {
        const { status, text } = await answer(port, () => child.exitCode === null);
        assert.equal(status, 200);
        return { text, executable: listener(port) };
      } finally {
        await stop(child);
      }
    }

    function isFromNix(executable: string): void {
      assert.ok(executable.startsWith(`${ground.root}/nix/store/`), executable);
    }

    describe('Nix', () => {
      it('the shell has Bazel and the packages', async () => {
        const printed = await project.inShell('which bazel python3; python3 -c "import flask, pytest, requests"');
        for (const line of printed.split('\n')) assert.match(line, /^\/nix\/store\//);
      });

      it('the app answers in the shell', async () => {
        const { text, executable } = await serves(() => `nix-shell --run 'python3 hello.py'`);
        assert.equal(text, 'Hello, World!');
        isFromNix(executable);
      });

      it('the flake has the same shell', async () => {
        await project.must(`nix develop path:. --command python3 -c 'import flask, pytest, requests'`);
      });

      it('flake, nix-shell and nix-build agree on every derivation', async () => {
        const plain = await project.must('nix-instantiate shell.nix nix/image.nix 2>/dev/null');
        const system = await project.must(`nix eval --impure --raw --expr builtins.currentSystem`);
        const ofFlake = await project.must(
          `nix eval --raw path:.#devShells.${system}.default.drvPath && echo && nix eval --raw path:.#packages.${system}.default.drvPath`,
        );
        assert.deepEqual(ofFlake.split('\n'), plain.split('\n'));
      });

      it('the base image runs the app mounted into it', async () => {
        const built = await project.must('nix-build nix/image.nix --no-out-link');
        const port = await freePort();
        copyFileSync(`${ground.root}${built}/image`, `${work}/base.tar`);
        docker('load', '--input', `${work}/base.tar`);
        const name = `base-${ground.bazel}`;
        docker(
          ...['run', '--detach', '--rm', '--name', name, '--env', `PORT=${port}`],
          ...['--volume', `${project.path('hello.py')}:/hello.py:ro`, 'hello-base:latest', 'python3', '/hello.py'],
        );
        try {
          assert.equal((await answer(port)).text, 'Hello, World!');
        } finally {
          docker('stop', '--time', '2', name);
        }
      });

      it('the base image is the same when built again', async () => {
        const { id } = inspect('hello-base:latest');
        await project.must('nix-build --check nix/image.nix --no-out-link');
        await project.must(`nix-build --check nix/nixpkgs.nix -A project.image.oci --no-out-link`);
        assert.equal(inspect('hello-base:latest').id, id);
      });
    });

    describe('Bazel', () => {
      it('bazel test //...', async () => {
        await project.inShell('bazel test //...');
      });

      for (const options of ['', ' --config=nix']) {
        it(`bazel run${options} //:hello answers, with Python from Nix`, async () => {
          const { text, executable } = await serves(() => `nix-shell --run 'bazel run${options} //:hello'`);
          assert.equal(text, 'Hello, World!');
          isFromNix(executable);
        });
      }

      it('a build with nothing to do does nothing', async () => {
        const { output } = await project.run(`nix-shell --run 'bazel build //...'`);
        assert.match(output, /INFO: 1 process: 1 internal/);
      });

      it('a failing test fails', async () => {
        const app = project.read('hello.py');
        project.edit('hello.py', 'Hello, World!', 'Good night!');
        const { code, output } = await project.run(`nix-shell --run 'bazel test //...'`);
        project.write('hello.py', app);
        assert.equal(code, 3);
        assert.match(output, /Good night!/);
      });
    });

    describe('the image', () => {
      const image = 'hello:latest';
      const container = `hello-${ground.bazel}`;

      /** Starts the image on a free port; the caller stops it. */
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

      it('runs as a user who is not root, without test packages, with the app in /app', async () => {
        await answer(await started());
        try {
          assert.notEqual(docker('exec', container, 'id', '-u'), '0');
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

      it('has the Python of the tests', async () => {
        const code = 'import sys, flask; print(sys.version, flask.__version__)';
        const ofTests = await project.inShell(`python3 -c "${code}"`);
        assert.equal(docker('run', '--rm', image, 'python3', '-c', code), ofTests);
      });

      it('stops at once on SIGTERM', async () => {
        await answer(await started());
        const before = performance.now();
        docker('stop', '--time', '10', container);
        assert.ok(performance.now() - before < 2000, `took ${Math.round(performance.now() - before)} ms`);
      });

      it('is the same when built again in another folder', async () => {
        const { id } = inspect(image);
        const second = new Project(ground, 'second');
        docker('rmi', '--force', image);
        await second.inShell('bazel run //image:load; bazel shutdown');
        assert.equal(inspect(image).id, id);
      });

      it('a changed line of the app changes the layer of the app alone', async () => {
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
  });
}
