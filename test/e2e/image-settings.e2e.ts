import assert from 'node:assert/strict';
import { docker, inspect, tryDocker } from './container.ts';
import { hosts } from './host.ts';
import { Project } from './project.ts';
import { answer, freePort } from './service.ts';

for (const host of hosts) {
  describe(`What an image has around Python, Bazel ${host.bazel}`, () => {
    const image = 'hello:latest';
    const container = `around-${host.bazel}`;
    let port: number;
    let project: Project;

    before('build and load an image with settings of its own', async () => {
      project = new Project(host, 'around');
      port = await freePort();
      const settings = `
[tool.nixpkgs]
system-packages = ["gawk"]

[tool.nixpkgs.image]
port = ${port}
health-path = "/health"
environment = { TZ = "Europe/Vienna", GREETING = "Servus = hello" }
labels = { "org.opencontainers.image.source" = "https://example.org/me/hello" }
shell = true
max-size = "2 GB"
`;
      project.write('pyproject.toml', project.read('pyproject.toml') + settings);
      project.edit(
        'hello.py',
        '\n\nif __name__',
        '\n\n@app.route("/health")\ndef health() -> str:\n    return "well"\n\n\nif __name__',
      );
      project.edit(
        'hello.py',
        'return "Hello, World!"',
        'return os.environ["GREETING"] + " " + request.remote_addr + " " + request.scheme',
      );
      project.edit('hello.py', 'from flask import Flask', 'from flask import Flask, request');
      project.write(
        'gunicorn.conf.py',
        'from pathlib import Path\n\nproc_name = Path(__file__).name\naccess_log_format = "asked for %(U)s"\n',
      );
      await project.inShell('gawk --version && bazel run //image:load && bazel shutdown');
    });
    before('start it on a read-only disk as any user', async () => {
      const options = [
        '--read-only',
        '--tmpfs',
        '/tmp',
        '--user',
        '4321:4321',
        '--env',
        'FORWARDED_ALLOW_IPS=127.0.0.1',
      ];
      docker('run', '--detach', '--rm', '--name', container, ...options, image);
      await answer(port);
    });
    after(() => tryDocker('stop', container));

    const get = async (url: string, headers: Record<string, string> = {}): Promise<string> =>
      (await fetch(url, { headers })).text();

    it('listens on the port of pyproject.toml, over IPv4 and IPv6, with plain addresses of clients', async () => {
      assert.equal(await get(`http://127.0.0.1:${port}`), 'Servus = hello 127.0.0.1 http');
      assert.equal(await get(`http://[::1]:${port}`), 'Servus = hello ::1 http');
    });

    it('believes the headers of the proxies that FORWARDED_ALLOW_IPS names, and of no others', async () => {
      const forwarded = { 'x-forwarded-proto': 'https' };
      assert.match(await get(`http://127.0.0.1:${port}`, forwarded), / https$/);
      assert.match(await get(`http://[::1]:${port}`, forwarded), / http$/);
    });

    it('has a health check, which asks for health-path', () => {
      assert.equal(docker('exec', container, 'healthcheck'), '');
      const { status, stderr } = tryDocker('exec', '--env', 'HEALTH_PATH=/nowhere', container, 'healthcheck');
      assert.equal(status, 1);
      assert.match(stderr, /\/nowhere: 404/);
    });

    it("runs by the app's own gunicorn.conf.py, on top of that of the image", () => {
      assert.match(docker('logs', container), /^asked for \/$/m);
      // Neither heartbeats nor a control socket.
      assert.equal(docker('exec', container, 'python3', '-c', 'import os; print(os.listdir("/tmp"))'), '[]');
    });

    it('has labels, variables, the time zone, and system packages', () => {
      assert.equal(inspect(image).labels['org.opencontainers.image.source'], 'https://example.org/me/hello');
      const code = 'import time; print(time.tzname[0])';
      assert.equal(docker('exec', container, 'python3', '-c', code), 'CET');
      assert.equal(docker('exec', container, 'gawk', 'BEGIN { print 6 * 7 }'), '42');
    });

    it('has a shell if that is asked for', () => {
      assert.equal(docker('exec', container, 'sh', '-c', 'id -u; /usr/bin/env true'), '4321');
    });

    it('may not be larger than max-size', async () => {
      const pyproject = project.read('pyproject.toml');
      project.edit('pyproject.toml', 'max-size = "2 GB"', 'max-size = "10 MB"');
      const { code, output } = await project.run(
        `nix-shell --run 'bazel build //image:size; code=$?; bazel shutdown; exit $code'`,
      );
      project.write('pyproject.toml', pyproject);
      assert.notEqual(code, 0);
      assert.match(
        output,
        /pyproject\.toml: the image has \d{2,3} MB, max-size in \[tool\.nixpkgs\.image\] is 10 MB\. Largest parts:/,
      );
      assert.match(output, /^ {4,}\d+\.\d MB {2}\/nix\/store\/\S+-python3-/m);
    });
  });
}
