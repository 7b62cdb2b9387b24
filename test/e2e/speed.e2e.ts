import assert from 'node:assert/strict';
import { chmodSync, mkdirSync } from 'node:fs';
import { docker } from './container.ts';
import { hosts } from './host.ts';
import { Project } from './project.ts';

for (const host of hosts) {
  describe(`What a build costs, Bazel ${host.bazel}`, () => {
    const image = 'hello:latest';
    let project: Project;

    before('generate, with a nix-build that counts how often it is called', () => {
      project = new Project(host, 'costs');
      mkdirSync(project.path('.count'));
      project.write('.count/nix-build', '#!/bin/sh\necho >> "${0%/*}/calls"\nPATH=${PATH#*:} exec nix-build "$@"\n');
      project.write('.count/calls', '');
      chmodSync(project.path('.count/nix-build'), 0o755);
    });

    after('stop Bazel', async () => {
      await project.inShell('bazel shutdown');
    });

    /** Runs Bazel in the shell with that nix-build; returns its output, and how often it called Nix. */
    async function counted(command: string): Promise<{ output: string; calls: number }> {
      project.write('.count/calls', '');
      const inside = `PATH=${project.folder}/.count:$PATH; ${command}`;
      const { code, output } = await project.run(`nix-shell --run '${inside}'`);
      assert.equal(code, 0, output);
      return { output, calls: project.read('.count/calls').length };
    }

    it('the tests call Nix once, for Python', async () => {
      assert.equal((await counted('bazel test //:hello_test')).calls, 1);
    });

    it('the image calls Nix once more, for its base', async () => {
      assert.equal((await counted('bazel build //:hello_image')).calls, 1);
    });

    it('a restarted Bazel neither calls Nix nor runs anything', async () => {
      const { output, calls } = await counted('bazel shutdown; bazel test //:hello_test');
      assert.equal(calls, 0);
      assert.match(output, /\(cached\) PASSED/);
    });

    it('a changed line of the app runs only its test', async () => {
      project.edit('hello.py', /$/, '\n# changed\n');
      const { output, calls } = await counted('bazel test //:hello_test');
      assert.equal(calls, 0);
      assert.match(output, /INFO: \d+ process(es)?: (\d+ internal, )?1 \S*(sandbox|local)\./);
      assert.match(output, /Executed 1 out of 1 test/);
    });

    it('one more package calls Nix once more, for Python', async () => {
      project.command('add', 'pyyaml', '--dev');
      assert.equal((await counted('bazel test //:hello_test')).calls, 1);
    });

    it('the layer of the app has a few kilobytes, the rest is a base that services share', async () => {
      await project.inShell('bazel run //image:load');
      const [{ Size: all }] = JSON.parse(docker('image', 'inspect', image)) as [{ Size: number }];
      // The newest layer is first; podman prints kB despite --human=false.
      const [app = ''] = docker('history', '--human=false', '--format', '{{.Size}}', image).split('\n');
      assert.match(app, /^(\d+(\.\d+)? ?kB|\d+( ?B)?)$/);
      assert.ok(Number.parseFloat(app) * (app.endsWith('kB') ? 1000 : 1) < 16_384, app);
      console.log(`        the layer of the app: ${app}; the image: ${all} B`);
    });
  });
}
