import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { docker, tryDocker } from './container.ts';
import { hosts } from './host.ts';
import { newAnswers, Project } from './project.ts';
import { answer, freePort, isFromNix, serves } from './service.ts';

/** What a framework answers at `/`, and who says so. */
const frameworks = {
  fastapi: { text: '{"message":"Hello, World!"}', server: 'uvicorn' },
  django: { text: 'Hello, World!', server: 'gunicorn' },
} as const;

/** Code that somebody wrote before this generator was there: a src layout, and a factory. */
const shop: Readonly<Record<string, string>> = {
  'src/shop/__init__.py': '',
  'src/shop/prices.json': '{"tea": 3}\n',
  'src/shop/web.py': `import json
from pathlib import Path


def create_app(greeting, shout=True):
    prices = json.loads((Path(__file__).parent / "prices.json").read_text())

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"{greeting}{'!' if shout else ''} {prices}".encode()]

    return app
`,
  'tests/test_web.py': `from shop.web import create_app


def test_knows_prices():
    assert b"tea" in create_app("x")({}, lambda *_: None)[0]
`,
};

for (const host of hosts) {
  /** Starts the image of a project; returns what it answers. */
  async function answerOfImage(project: Project) {
    const port = await freePort();
    const name = `framework-${host.bazel}`;
    await project.inShell('bazel run //image:load');
    const options = ['--read-only', '--tmpfs', '/tmp', '--env', `PORT=${port}`];
    docker('run', '--detach', '--name', name, ...options, 'hello:latest');
    const isRunning = () => docker('inspect', '--format', '{{.State.Running}}', name) === 'true';
    try {
      return await answer(port, isRunning);
    } catch (cause) {
      throw new Error(tryDocker('logs', name).stderr, { cause });
    } finally {
      docker('rm', '--force', name);
    }
  }

  for (const [framework, { text, server }] of Object.entries(frameworks)) {
    describe(`A project with ${framework}, Bazel ${host.bazel}`, () => {
      let project: Project;

      before('generate', () => {
        project = new Project(host, framework, ['--framework', framework, ...newAnswers(host)]);
      });

      after('stop Bazel', () => project?.run(`nix-shell --run 'bazel shutdown'`));

      it('passes its test', async () => {
        await project.inShell('bazel test //...');
      });

      it('bazel run //:hello serves it on the Python from Nix', async () => {
        const { text: page, executable } = await serves(project, `nix-shell --run 'bazel run //:hello'`);
        assert.equal(page, text);
        isFromNix(host, executable);
      });

      it('answers from its image, on a read-only disk', async () => {
        assert.deepEqual(await answerOfImage(project), { status: 200, server, text });
      });
    });
  }

  describe(`Code that was there before, Bazel ${host.bazel}`, () => {
    let project: Project;

    before('write it, and generate around it', () => {
      project = new Project(host, 'before');
      for (const [path, text] of Object.entries(shop)) {
        mkdirSync(dirname(project.path(path)), { recursive: true });
        project.write(path, text);
      }
      const app = `"framework": "wsgi", "app": "src/shop.web:create_app('Hi', shout=False)", "name"`;
      project.edit('.yo-rc.json', '"name"', app);
      project.command('update');
    });

    after('stop Bazel', () => project?.run(`nix-shell --run 'bazel shutdown'`));

    it('is tested, served and put into an image by the place of its app', async () => {
      await project.inShell('bazel test //...');
      assert.equal((await serves(project, `nix-shell --run 'bazel run //:hello'`)).text, "Hi {'tea': 3}");
      assert.deepEqual(await answerOfImage(project), { status: 200, server: 'gunicorn', text: "Hi {'tea': 3}" });
    });
  });
}
