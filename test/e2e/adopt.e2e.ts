import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { docker } from './container.ts';
import { hosts } from './host.ts';
import { newAnswers, Project } from './project.ts';
import { answer, freePort } from './service.ts';

/** A repository as people have it: a src layout, a factory, data beside the code, tests with what they share, settings of their own. */
const theirs: Readonly<Record<string, string>> = {
  'README.md': '# Shop\n',
  '.gitignore': '.env\n*.sqlite3\nuser.bazelrc',
  '.env': 'PASSWORD=secret\n',
  Procfile: 'web: gunicorn "shop:create_app()"\n',
  'pyproject.toml': `[project]
name = "shop"
version = "1.0"
requires-python = ">=3.9" # what we support
dependencies = [
    "flask>=1", # the web
    "requests",
    "tomli; python_version < '3'",
]

[dependency-groups]
dev = ["pytest", {include-group = "lint"}]
lint = ["pyyaml"]
docs = ["sphinx"]

[tool.pytest.ini_options]
addopts = "--strict-markers"
markers = ["slow"]
`,
  'gunicorn.conf.py': 'workers = 2\nraw_env = ["CONFIGURED_BY=theirs"]\n',
  'src/shop/__init__.py':
    'import os\n\nfrom flask import Flask, render_template\n\nfrom .settings import NAME\n\n\ndef create_app(config=None):\n    app = Flask(__name__)\n\n    @app.route("/")\n    def index():\n        return render_template("index.html", name=NAME)\n\n    @app.route("/configured")\n    def configured():\n        return os.environ.get("CONFIGURED_BY", "nobody")\n\n    return app\n',
  'src/shop/settings.py': 'NAME = "adopted"\n',
  'src/shop/templates/index.html': '{{ name }} {{ url_for("static", filename="site.css") }}',
  'src/shop/static/site.css': 'body { margin: 0 }\n',
  'tests/__init__.py': '',
  'tests/helpers.py': 'EXPECTED = b"adopted /static/site.css"\n',
  'tests/conftest.py':
    'import pytest\n\nfrom shop import create_app\n\n\n@pytest.fixture\ndef client():\n    return create_app().test_client()\n',
  'tests/unit/test_index.py':
    'import pytest\n\nfrom tests.helpers import EXPECTED\n\n\n@pytest.mark.slow\ndef test_index(client):\n    assert client.get("/").data == EXPECTED\n',
};

for (const host of hosts) {
  describe(`An adopted repository, Bazel ${host.bazel}`, () => {
    let project: Project;
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
        cwd: project.path(''),
        encoding: 'utf8',
      });

    before('commit, and adopt', () => {
      project = new Project(host, 'adopted', null);
      for (const [path, text] of Object.entries(theirs)) {
        mkdirSync(project.path(path.split('/').slice(0, -1).join('/')), { recursive: true });
        project.write(path, text);
      }
      git('init', '--quiet');
      git('add', '--all');
      git('commit', '--quiet', '--message', 'theirs');
      project.command('new', '.', '--yes', ...newAnswers(host));
    });

    after('stop Bazel', () => project?.run(`nix-shell --run 'bazel shutdown'`));

    it('has lost no line', () => {
      const lost = git('diff')
        .split('\n')
        .filter(line => /^-(?!--)/.test(line));
      assert.deepEqual(lost, []);
      project.checkStarlark('BUILD.bazel', 'bazel/app.bzl', 'image/BUILD.bazel');
    });

    it('has its tests run under Bazel, with their settings and what they share', async () => {
      const { output } = await project.run(`nix-shell --run 'bazel test //...'`);
      assert.match(output, /^\/\/:tests\/unit\/test_index +PASSED/m);
      project.edit('src/shop/settings.py', 'adopted', 'changed');
      const changed = await project.run(`nix-shell --run 'bazel test //...'`);
      assert.match(changed.output, /^\/\/:tests\/unit\/test_index +FAILED/m);
      project.edit('src/shop/settings.py', 'changed', 'adopted');
    });

    it('answers from its image, with its own settings of gunicorn', async () => {
      await project.inShell('bazel run //image:load');
      const port = await freePort();
      const container = `adopted-${host.bazel}`;
      docker('run', '--detach', '--rm', '--name', container, '--env', `PORT=${port}`, 'shop:latest');
      try {
        const { status, text } = await answer(port);
        assert.deepEqual([status, text], [200, 'adopted /static/site.css']);
        assert.equal((await answer(port, undefined, '/configured')).text, 'theirs');
        const list =
          'import os; print(*(os.path.join(d, f)[5:] for d, _, fs in os.walk("/app") for f in fs), sep="\\n")';
        const files = docker('exec', container, 'python3', '-Bc', list).split('\n');
        for (const path of ['.env', 'tests/conftest.py', 'nix/python.nix']) assert.ok(!files.includes(path), path);
        assert.ok(files.includes('src/shop/templates/index.html'));
      } finally {
        docker('stop', container);
      }
    });
  });
}
