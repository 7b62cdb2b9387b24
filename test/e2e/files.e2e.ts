import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { docker } from './container.ts';
import { hosts } from './host.ts';
import { Project } from './project.ts';
import { answer, freePort } from './service.ts';

/** What grows beside a generated app, without an edit of any BUILD file. */
const added: Readonly<Record<string, string>> = {
  'greetings.py': 'def greeting() -> str:\n    return "Hello"\n',
  'pages/__init__.py': '',
  'pages/home.py':
    'from flask import render_template\n\n\ndef home() -> str:\n    return render_template("home.html")\n',
  'templates/home.html': '{{ greeting() }}, {{ url_for("static", filename="site.css") }}',
  'static/site.css': 'body { margin: 0 }\n',
  'tests/conftest.py': 'import pytest\n\n\n@pytest.fixture\ndef expected() -> str:\n    return "Hello"\n',
  'tests/test_greetings.py':
    'from greetings import greeting\n\n\ndef test_greets(expected: str) -> None:\n    assert greeting() == expected\n',
  // Not the app's: the installed packages of JavaScript may bring tests of Python.
  'ui/node_modules/gyp/gyp_test.py': 'def test_of_others() -> None:\n    raise AssertionError\n',
  // Not for an image.
  '.env': 'PASSWORD=secret\n',
  'server.key': 'secret\n',
  'pages/home_test.py': 'from pages.home import home\n\n\ndef test_is_a_page() -> None:\n    assert callable(home)\n',
};

const get = (port: number, path: string) => answer(port, undefined, path);

for (const host of hosts) {
  describe(`The files of an app, Bazel ${host.bazel}`, () => {
    let project: Project;

    before('generate, and let it grow', () => {
      project = new Project(host, 'files');
      for (const [path, text] of Object.entries(added)) {
        mkdirSync(project.path(path.split('/').slice(0, -1).join('/')), { recursive: true });
        project.write(path, text);
      }
      project.edit(
        'hello.py',
        'from flask import Flask\n',
        'from flask import Flask\n\nfrom greetings import greeting\nfrom pages.home import home\n',
      );
      project.edit(
        'hello.py',
        'app = Flask(__name__)\n',
        'app = Flask(__name__)\napp.jinja_env.globals["greeting"] = greeting\napp.add_url_rule("/home", view_func=home)\n',
      );
    });

    after('stop Bazel', () => project?.run(`nix-shell --run 'bazel shutdown'`));

    it('are in the tests, each test file a test', async () => {
      const { output } = await project.run(`nix-shell --run 'bazel test //...'`);
      for (const label of ['//:hello_test', '//:tests/test_greetings', '//:pages/home_test']) {
        assert.match(output, new RegExp(`^${label} +PASSED`, 'm'));
      }
      assert.doesNotMatch(output, /gyp/);
    });

    it('are in the image, but not tests and secrets', async () => {
      await project.inShell('bazel run //image:load');
      const port = await freePort();
      const container = `files-${host.bazel}`;
      docker('run', '--detach', '--rm', '--name', container, '--env', `PORT=${port}`, 'hello:latest');
      try {
        assert.equal((await get(port, '/home')).text, 'Hello, /static/site.css');
        assert.equal((await get(port, '/static/site.css')).text, 'body { margin: 0 }\n');
        const list =
          'import os; print(*sorted(os.path.join(d, f)[5:] for d, _, fs in os.walk("/app") for f in fs), sep="\\n")';
        assert.deepEqual(docker('exec', container, 'python3', '-Bc', list).split('\n'), [
          'greetings.py',
          'hello.py',
          'pages/__init__.py',
          'pages/home.py',
          'static/site.css',
          'templates/home.html',
        ]);
      } finally {
        docker('stop', container);
      }
    });

    it('make a test fail when one of them breaks, and none passes for a file that Bazel does not know', async () => {
      project.edit('greetings.py', '"Hello"', '"Bye"');
      const { code, output } = await project.run(`nix-shell --run 'bazel test //...'`);
      assert.equal(code, 3);
      assert.match(output, /^\/\/:tests\/test_greetings +FAILED/m);
      project.edit('greetings.py', '"Bye"', '"Hello"');
      // Beside the tests in the source tree, but not one of the app's files.
      mkdirSync(project.path('build'));
      project.write('build/__init__.py', '');
      project.edit('hello.py', 'import os\n', 'import os\n\nimport build  # noqa: F401\n');
      const undeclared = await project.run(`nix-shell --run 'bazel test //:hello_test'`);
      assert.equal(undeclared.code, 3);
      assert.match(undeclared.output, /No module named 'build'/);
    });
  });
}
