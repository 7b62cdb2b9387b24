import assert from 'node:assert/strict';
import { readlinkSync, renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { hosts, logOf, start } from './host.ts';
import { type Project, projectIn } from './project.ts';
import { answer, freePort, isFromNix, listener, stop } from './service.ts';

for (const host of hosts) {
  describe(`The loop of a developer, Bazel ${host.bazel}`, () => {
    let project: Project;

    before('generate', () => {
      project = projectIn(host);
    });

    it('the command of the README serves on 127.0.0.1 and follows changes', async () => {
      const [, command] =
        /^nix-shell\n(.+flask run)$/m.exec(project.read('README.md')) ?? assert.fail('no such command');
      const port = await freePort();
      const app = project.read('hello.py');
      const server = start(host, project.folder, `FLASK_RUN_PORT=${port} nix-shell --run '${command}'`, logOf(host));
      try {
        assert.equal((await answer(port, () => server.exitCode === null)).text, 'Hello, World!');
        isFromNix(host, listener(port));
        project.edit('hello.py', 'Hello, World!', 'Good morning!');
        let text = '';
        for (let left = 100; left > 0 && text !== 'Good morning!'; left--) {
          await sleep(100);
          ({ text } = await answer(port));
        }
        assert.equal(text, 'Good morning!');
        await assert.rejects(fetch(`http://127.0.0.2:${port}/`));
      } finally {
        await stop(server);
        project.write('hello.py', app);
      }
    });

    it('nix-shell --pure has what Bazel needs', async () => {
      // Of this machine: how Nix builds as root, and the Java of Debian's Bazel.
      const kept = ['NIX_CONF_DIR', 'NIX_REMOTE', 'NIX_CONFIG', 'JAVA_HOME'].map(name => `--keep ${name}`).join(' ');
      await project.inShell('bazel shutdown');
      await project.must(`nix-shell --pure ${kept} --run 'bazel test //... && bazel shutdown'`);
      const found = await project.must(`nix-shell --pure ${kept} --run 'type -p nix-build git'`);
      for (const path of found.split('\n')) assert.match(path, /^\/nix\/store\//);
    });

    it('outside of pure shells, the Nix of the machine stays', async () => {
      assert.doesNotMatch(await project.inShell('type -p nix-build'), /^\/nix\/store\/[^/]*-nix\/bin/);
    });

    it('.venv is the Python of the shell, for editors, and an environment of the user stays', async () => {
      await project.inShell('true');
      const link = readlinkSync(project.path('.venv'));
      assert.match(link, /^\/nix\/store\/[^/]*-python3-[^/]*-env$/);
      await project.must('env -u PYTHONPATH .venv/bin/python -c "import flask, pytest, requests"');
      // Bazel does not look into it, nor does git.
      const packages = await project.inShell('bazel query //... --output package; bazel shutdown');
      assert.doesNotMatch(packages, /venv/);
      renameSync(project.path('.venv'), project.path('.venv.link'));
      await project.must("mkdir .venv && nix-shell --run 'true' && rmdir .venv && mv .venv.link .venv");
    });
  });
}
