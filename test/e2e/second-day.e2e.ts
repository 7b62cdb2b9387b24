import assert from 'node:assert/strict';
import { docker, inspect } from './container.ts';
import { type Host, hosts, hasWorkspace } from './host.ts';
import { newAnswers, Project } from './project.ts';
import { answer, freePort, isFromNix, serves } from './service.ts';

/** The versions before the update: a release of the catalog whose Bazel has the other dialect. */
const origin = (host: Host) =>
  hasWorkspace(host)
    ? { bazel: '7', nixpkgs: '24.05', python: '3.12' }
    : { bazel: '4', nixpkgs: '22.05', python: '3.9' };

for (const host of hosts) {
  describe(`The second day, Bazel ${host.bazel}`, () => {
    const { bazel, nixpkgs, python } = origin(host);
    let project: Project;

    before(`generate for Bazel ${bazel}, and change what users change`, () => {
      project = new Project(host, 'later', ['--nixpkgs', nixpkgs, '--python', python, '--bazel', bazel]);
      // One more module, which no file lists.
      project.write('greeting.py', 'GREETING = "Hello again!"\n');
      project.edit(
        'hello.py',
        'from flask import Flask\n',
        'from flask import Flask\n\nfrom greeting import GREETING\n',
      );
      project.edit('hello.py', '"Hello, World!"', 'GREETING');
      project.edit('hello_test.py', 'Hello, World!', 'Hello again!');
      project.edit('BUILD.bazel', /^py_binary\(/m, '# What people start.\npy_binary(');
      project.edit('README.md', /$/, '\nOurs.\n');
    });

    after('stop Bazel', async () => {
      await project?.inShell('bazel shutdown');
    });

    it('update converts it to this nixpkgs and Bazel, and keeps what users changed', async () => {
      const printed = project.command('update', ...newAnswers(host));
      assert.match(printed, hasWorkspace(host) ? /deleted {2}MODULE\.bazel/ : /deleted {2}WORKSPACE/);
      assert.match(
        project.read('README.md'),
        hasWorkspace(host) ? /`WORKSPACE`[^]*\nOurs\.\n$/ : /`MODULE\.bazel`[^]*\nOurs\.\n$/,
      );
      assert.match(project.read('BUILD.bazel'), /# What people start\.\npy_binary\(/);
      await project.inShell('bazel test //...');
      assert.equal((await serves(project, `nix-shell --run 'bazel run //:hello'`)).text, 'Hello again!');
    });

    it('a package that was added can be imported in a test', async () => {
      project.edit('hello_test.py', 'from hello', 'import yaml\n\nfrom hello');
      project.edit('hello_test.py', 'response.status_code == 200', 'response.status_code == yaml.safe_load("200")');
      project.command('add', 'pyyaml', '--dev');
      await project.inShell('bazel test //:hello_test');
      project.command('remove', 'pyyaml', '--dev');
      const { code, output } = await project.run(`nix-shell --run 'bazel test //:hello_test'`);
      assert.notEqual(code, 0);
      assert.match(output, /No module named 'yaml'/);
      project.command('add', 'pyyaml');
      await project.inShell('bazel test //:hello_test');
    });

    it('a further service is tested, runs on the Python from Nix, and is an image', async () => {
      project.command('service', 'worker');
      project.edit('worker/app.py', 'Hello, World!', 'At work');
      project.edit('worker/app_test.py', 'Hello, World!', 'At work');
      await project.inShell('bazel test //...');
      await project.inShell('python3 -m pytest -q');
      const { text, executable } = await serves(project, `nix-shell --run 'bazel run //worker'`);
      assert.equal(text, 'At work');
      isFromNix(host, executable);

      await project.inShell('bazel run //image:load && bazel run //worker/image:load');
      for (const [name, greeting] of Object.entries({ hello: 'Hello again!', worker: 'At work' })) {
        const port = await freePort();
        const container = `${name}-${host.bazel}`;
        docker('run', '--detach', '--rm', '--name', container, '--env', `PORT=${port}`, `${name}:latest`);
        try {
          assert.deepEqual(await answer(port), { status: 200, server: 'gunicorn', text: greeting });
        } finally {
          docker('stop', container);
        }
      }
      const [first, second] = [inspect('hello:latest').layers, inspect('worker:latest').layers];
      assert.deepEqual(second.slice(0, -1), first.slice(0, -1), 'all but the layer of the app is shared');
      assert.notEqual(second.at(-1), first.at(-1));
    });

    it('buildifier and ruff have no findings', async () => {
      project.checkStarlark('BUILD.bazel', 'image/BUILD.bazel', 'worker/BUILD.bazel', 'worker/image/BUILD.bazel');
      if (host.root) await project.must('ruff check --no-cache worker && ruff format --no-cache --check worker');
    });
  });
}
