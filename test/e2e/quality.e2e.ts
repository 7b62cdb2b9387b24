import assert from 'node:assert/strict';
import { hasWorkspace, hosts } from './host.ts';
import { newAnswers, Project } from './project.ts';

const files: Readonly<Record<string, string>> = {
  'greetings.py': `def greeting(name: str) -> str:
    if name:
        return f"Hello, {name}!"
    return "Hello!"
`,
  // What no test imports.
  'unused.py': 'ANSWER = 42\n',
  'many_test.py': `import pytest

from greetings import greeting


class TestGreeting:
    def test_names(self) -> None:
        assert greeting("you") == "Hello, you!"

    @pytest.mark.parametrize("name", ["a", "b", "c"])
    def test_each(self, name: str) -> None:
        assert name in greeting(name)


@pytest.mark.skip(reason="not today")
def test_later() -> None:
    raise NotImplementedError
`,
};

/** The cases of JUnit reports: class, name, and whether it failed or was skipped. */
const casesIn = (xml: string): string[] =>
  [...xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"[^>]*?(?:\/>|>\s*<(\w+))/g)].map(
    ([, of, name, outcome]) => [of, name, outcome].filter(Boolean).join(' '),
  );

for (const host of hosts) {
  describe(`Quality, Bazel ${host.bazel}`, () => {
    let project: Project;

    before('generate, and add code', () => {
      project = new Project(host, 'quality', ['--quality', 'pre-commit', ...newAnswers(host)]);
      for (const [path, text] of Object.entries(files)) project.write(path, text);
      project.edit('BUILD.bazel', 'app_tests(deps', 'app_tests(shard_count = 2, deps');
    });

    after('stop Bazel', () => project?.run(`nix-shell --run 'bazel shutdown'`));

    it('bazel test //... checks the code, and runs each test in one shard', async () => {
      const { code, output } = await project.run(`nix-shell --run 'bazel test //...'`);
      assert.equal(code, 0, output);
      for (const label of ['hello_test', 'many_test', 'mypy', 'ruff_check', 'ruff_format']) {
        assert.match(output, new RegExp(`^//:${label} +PASSED`, 'm'));
      }
      const reports = await Promise.all(
        [1, 2].map(shard => project.must(`cat bazel-testlogs/many_test/shard_${shard}_of_2/test.xml`)),
      );
      assert.ok(reports.every(report => casesIn(report).length > 0));
      assert.deepEqual(reports.flatMap(casesIn).sort(), [
        'many_test test_later skipped',
        'many_test.TestGreeting test_each[a]',
        'many_test.TestGreeting test_each[b]',
        'many_test.TestGreeting test_each[c]',
        'many_test.TestGreeting test_names',
      ]);
    });

    it('bazel coverage //... reports the lines and branches of all files', async () => {
      const { code, output } = await project.run(`nix-shell --run 'bazel coverage //...'`);
      assert.equal(code, 0, output);
      // Bazel 4 merges by a program of its own, of which a stand-in says nothing.
      if (!hasWorkspace(host)) assert.match(output, /^Coverage: \d\d\.\d% of \d+ lines$/m);
      const report = await project.must('cat bazel-out/_coverage/_coverage_report.dat');
      const sections = report.split('end_of_record').filter(text => text.trim() !== '');
      const found = new Set(sections.map(text => /SF:(.*)/.exec(text)?.[1]));
      assert.deepEqual([...found].sort(), ['greetings.py', 'hello.py', 'unused.py']);
      if (!hasWorkspace(host)) assert.equal(sections.length, 3);
      // That of the shard with a test that calls it.
      assert.ok(
        sections.some(text => /SF:greetings\.py[^]*^DA:3,[1-9][^]*^DA:4,0[^]*^BRF:2\nBRH:1$/m.test(text)),
        report,
      );
      assert.ok(sections.some(text => /SF:unused\.py[^]*^DA:1,0/m.test(text)));
    });

    it('the checks fail with the words of the tools, before a commit too', async () => {
      await project.must('git init -q . && git add -A');
      await project.inShell('pre-commit run --all-files');
      project.edit('greetings.py', 'def', 'import os\n\n\ndef');
      project.edit('greetings.py', 'return "Hello!"', 'return  3');
      const { code, output } = await project.run(`nix-shell --run 'bazel test --test_tag_filters=lint //...'`);
      assert.equal(code, 3);
      assert.match(output, /F401 .*`os` imported but unused/);
      assert.match(output, /1 file would be reformatted/);
      assert.match(output, /greetings\.py:7: error: Incompatible return value type \(got "int", expected "str"\)/);
      const hooks = await project.run(`nix-shell --run 'git add -A; pre-commit run'`);
      assert.equal(hooks.code, 1);
      for (const name of ['ruff check', 'ruff format', 'mypy']) {
        assert.match(hooks.output, new RegExp(`^${name}\\.+Failed`, 'm'));
      }
    });
  });
}
