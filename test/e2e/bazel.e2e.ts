import assert from 'node:assert/strict';
import { hosts } from './host.ts';
import { type Project, projectIn } from './project.ts';
import { isFromNix, serves } from './service.ts';

for (const host of hosts) {
  describe(`Bazel, Bazel ${host.bazel}`, () => {
    let project: Project;

    before('generate', () => {
      project = projectIn(host);
    });

    it('bazel test //...', async () => {
      await project.inShell('bazel test //...');
    });

    it('the test report has a case for each test function, and --test_filter selects them', async () => {
      assert.match(await project.must('cat bazel-testlogs/hello_test/test.xml'), /<testcase .*name="test_says_hello"/);
      await project.inShell('bazel test --test_filter=says_hello //:hello_test');
      const { code, output } = await project.run(`nix-shell --run 'bazel test --test_filter=other //:hello_test'`);
      assert.equal(code, 3);
      assert.match(output, /1 deselected/);
    });

    for (const options of ['', ' --config=nix']) {
      it(`bazel run${options} //:hello answers, with Python from Nix`, async () => {
        const { text, executable } = await serves(project, `nix-shell --run 'bazel run${options} //:hello'`);
        assert.equal(text, 'Hello, World!');
        isFromNix(host, executable);
      });
    }

    it('bazel-bin/hello answers outside of the shell, where python3 fails', async () => {
      await project.inShell('bazel build //:hello');
      const { text, executable } = await serves(project, 'bazel-bin/hello');
      assert.equal(text, 'Hello, World!');
      isFromNix(host, executable);
    });

    it('a second build runs no action', async () => {
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
}
