import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { docker } from './container.ts';
import { hasWorkspace, hosts, work } from './host.ts';
import { type Project, projectIn } from './project.ts';
import { answer, freePort, isFromNix, serves } from './service.ts';

for (const host of hosts) {
  describe(`Nix, Bazel ${host.bazel}`, () => {
    let project: Project;

    before('generate', () => {
      project = projectIn(host);
    });

    it('the shell has Bazel and the packages', async () => {
      const printed = await project.inShell('which bazel python3; python3 -c "import flask, pytest, requests"');
      for (const line of printed.split('\n')) assert.match(line, /^\/nix\/store\//);
    });

    it('the app answers in the shell', async () => {
      const { text, executable } = await serves(project, `nix-shell --run 'python3 hello.py'`);
      assert.equal(text, 'Hello, World!');
      isFromNix(host, executable);
    });

    it('the flake has the same shell', async () => {
      await project.must(`nix develop path:. --command python3 -c 'import flask, pytest, requests'`);
    });

    it('nix flake check runs the tests', async () => {
      const { code: checked, output: said } = await project.run('nix flake check path:.');
      assert.equal(checked, 0, said);
      assert.doesNotMatch(said, /lacks attribute/);
      const app = project.read('hello.py');
      project.edit('hello.py', 'Hello, World!', 'Good night!');
      const { code, output } = await project.run('nix flake check --print-build-logs path:.');
      project.write('hello.py', app);
      // 1, or 100 from the Nix of Debian 12.
      assert.notEqual(code, 0);
      assert.match(output, /Good night!/);
    });

    it('nix run starts the service, with Python from Nix', async () => {
      const { text, executable } = await serves(project, 'nix run path:.');
      assert.equal(text, 'Hello, World!');
      isFromNix(host, executable);
    });

    it('nix fmt has a formatter', async () => {
      const system = await project.must('nix eval --impure --raw --expr builtins.currentSystem');
      await project.must(`nix build --no-link path:.#formatter.${system}`);
    });

    it('flake, nix-shell and nix-build agree on every derivation', async () => {
      const plain = await project.must('nix-instantiate shell.nix nix/image.nix 2>/dev/null');
      const system = await project.must('nix eval --impure --raw --expr builtins.currentSystem');
      const ofFlake = await project.must(
        `nix eval --raw path:.#devShells.${system}.default.drvPath && echo && nix eval --raw path:.#packages.${system}.base-image.drvPath`,
      );
      assert.deepEqual(ofFlake.split('\n'), plain.split('\n'));
    });

    it('the base image runs the app mounted into it', async () => {
      const built = await project.must('nix-build nix/image.nix --no-out-link');
      const port = await freePort();
      copyFileSync(`${host.root}${built}/image`, `${work}/base.tar`);
      docker('load', '--input', `${work}/base.tar`);
      const name = `base-${host.bazel}`;
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
      const layout = `nix/nixpkgs.nix -A project.image.${hasWorkspace(host) ? 'layers' : 'oci'}`;
      await project.must(`nix-build ${layout} --no-out-link`);
      // Each derivation of the image: --check alone builds the last one again, from the stored results of the others.
      const all = await project.must(`nix-store --query --requisites $(nix-instantiate ${layout}) 2>/dev/null`);
      const ofImage = all.split('\n').filter(path => /hello-base[^/]*\.drv$/.test(path));
      assert.ok(ofImage.length > 3, all);
      await project.must(`nix-store --realise --check ${ofImage.join(' ')}`);
    });
  });
}
