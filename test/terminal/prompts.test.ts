import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, scratch, treeOf } from '../commands/process.ts';
import { endAll, key, Terminal } from './terminal.ts';

/** The prompts in their order, each with the beginning of its question. */
const prompts = [
  'Name of the project',
  'Revision of nixpkgs',
  'Version of Python',
  'Add a pip package',
  'Version of Bazel',
  'URL of the Bazel remote cache',
  'Continuous integration',
  'Create a git repository',
];

describe('prompts on a pseudo-terminal', function () {
  this.timeout(20_000);
  const folder = scratch();
  afterEach(endAll);
  const empty = () => mkdtempSync(join(folder, 'd-'));
  const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

  it('take the defaults with the Enter key, and ask nothing on the next run', async () => {
    const cwd = empty();
    const terminal = new Terminal(['hello'], cwd);
    for (const prompt of prompts) await terminal.answer(prompt, key.enter);
    assert.equal(await terminal.end(), 0, terminal.text);
    assert.match(read(cwd, 'hello/pyproject.toml'), /==3\.13\.\*/);
    const again = new Terminal(['hello'], cwd);
    assert.equal(await again.end(), 0);
    assert.match(again.text, /identical {2}pyproject\.toml/);
    assert.doesNotMatch(again.text, /\?/);
  });

  it('offer only what the chosen release has, and mark the default and ends of life', async () => {
    const cwd = empty();
    const terminal = new Terminal(['hello'], cwd);
    await terminal.answer('Name of the project', key.enter);
    await terminal.until('26.05 (default)');
    terminal.type('22.05');
    await terminal.until('22.05 (end of life)');
    terminal.type(key.enter);
    await terminal.until('Version of Python');
    await terminal.until(/3\.11.*3\.10.*3\.9 \(default, end of life\).*3\.8.*3\.7/s);
    terminal.type(key.enter);
    await terminal.answer('Add a pip package', 'scikit-im');
    await terminal.until('scikit-image');
    terminal.type(key.enter);
    await terminal.answer('(empty to finish) [scikit-image]', 'no-such-thing');
    await terminal.until('❯ no-such-thing');
    terminal.type(key.enter);
    await terminal.answer('[scikit-image, no-such-thing]', key.enter);
    await terminal.until('Version of Bazel');
    terminal.type(key.down + key.enter);
    await terminal.answer('remote cache', 'https://cache.example.com\r');
    await terminal.until(/GitHub Actions.*GitLab CI/s);
    terminal.type(` ${key.enter}`);
    await terminal.answer('git repository', 'y\r');
    assert.equal(await terminal.end(), 0, terminal.text);
    assert.match(read(cwd, 'hello/pyproject.toml'), /"no-such-thing",\n {4}"scikit-image",/);
    assert.match(read(cwd, 'hello/pyproject.toml'), /==3\.9\.\*/);
    assert.match(read(cwd, 'hello/shell.nix'), /bazel_4/);
    assert.match(read(cwd, 'hello/.bazelrc'), /--remote_cache=https:\/\/cache\.example\.com/);
    assert.match(read(cwd, 'hello/.git/HEAD'), /main/);
    assert.match(read(cwd, 'hello/.github/workflows/ci.yml'), /--config=remote-cache/);
    assert.ok(!existsSync(join(cwd, 'hello/.gitlab-ci.yml')));
  });

  it('reject an invalid answer, and ask again', async () => {
    const cwd = empty();
    const terminal = new Terminal([], cwd);
    await terminal.answer('Name of the project', 'json\r');
    await terminal.until("json.py would shadow Python's standard module json");
    terminal.type('\u007f\u007f\u007f\u007fhello\r');
    await terminal.until('Revision of nixpkgs');
    terminal.type(key.interrupt);
    assert.equal(await terminal.end(), 130);
  });

  for (const [index, prompt] of prompts.entries()) {
    it(`Ctrl-C at "${prompt}" ends with 130 and leaves nothing behind`, async () => {
      const cwd = empty();
      const terminal = new Terminal(['hello'], cwd);
      for (const earlier of prompts.slice(0, index)) await terminal.answer(earlier, key.enter);
      await terminal.answer(prompt, key.interrupt);
      assert.equal(await terminal.end(), 130, terminal.text);
      assert.match(terminal.text, /Interrupted: nothing was written/);
      assert.deepEqual(treeOf(cwd), {});
    });
  }

  it('end with 130 when the process gets a signal', async () => {
    const cwd = empty();
    const terminal = new Terminal(['hello'], cwd);
    await terminal.until('Name of the project');
    terminal.kill('SIGTERM');
    assert.equal(await terminal.end(), 130, terminal.text);
    assert.match(terminal.text, /Interrupted: nothing was written/);
    assert.deepEqual(treeOf(cwd), {});
  });

  it('do not ask what an option answers, and nothing in CI', async () => {
    const cwd = empty();
    const terminal = new Terminal(
      ['hello', '--nixpkgs', '26.05', '--python=3.12', '--packages=', '--remote-cache='],
      cwd,
    );
    await terminal.answer('Name of the project', key.enter);
    await terminal.until('Version of Bazel');
    assert.doesNotMatch(terminal.text, /Python/);
    terminal.type(key.enter);
    await terminal.answer('Continuous integration', key.enter);
    await terminal.answer('git repository', key.enter);
    assert.equal(await terminal.end(), 0);
    const ci = new Terminal(['other'], cwd, { CI: 'true' });
    assert.equal(await ci.end(), 2);
    assert.match(ci.text, /no terminal to ask on/);
  });

  it('show the difference of a changed file, and keep it, overwrite it or stop', async () => {
    const cwd = empty();
    await command(['hello', '--yes'], { cwd });
    const path = join(cwd, 'hello/hello.py');
    writeFileSync(path, 'mine = 1\n');

    const stop = new Terminal(['hello'], cwd);
    await stop.until('-mine = 1');
    await stop.answer('hello.py already exists', key.up + key.enter);
    assert.equal(await stop.end(), 1);
    assert.equal(read(path), 'mine = 1\n');

    const keep = new Terminal(['hello'], cwd);
    await keep.answer('hello.py already exists', key.enter);
    assert.equal(await keep.end(), 0, keep.text);
    assert.equal(read(path), 'mine = 1\n');

    const overwrite = new Terminal(['hello'], cwd);
    await overwrite.answer('hello.py already exists', key.down + key.enter);
    assert.equal(await overwrite.end(), 0);
    assert.match(read(path), /Flask/);
  });
});
