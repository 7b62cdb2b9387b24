import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { questions } from '../../src/model/questions.ts';
import { askedAfter, askedBut, noneOfAll } from '../answers.ts';
import { command, scratch, treeOf } from '../commands/process.ts';
import { endAll, key, Terminal } from './terminal.ts';

/** The prompts in their order. */
const prompts = [...askedBut().map(name => questions[name].message), 'Is everything right?'];

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
    assert.match(read(cwd, 'hello/pyproject.toml'), /==3\.\d+\.\*/);
    const again = new Terminal(['hello'], cwd);
    assert.equal(await again.end(), 0);
    assert.match(again.text, /Nothing was changed/);
    assert.doesNotMatch(again.text, /\?/);
  });

  it('offer only what the chosen release has, and mark the default and ends of life', async () => {
    const cwd = empty();
    const terminal = new Terminal(['hello'], cwd);
    await terminal.answer('Name of the project', key.enter);
    await terminal.until(/\d\d\.\d\d \(default/);
    terminal.type('22.05');
    await terminal.until('22.05 (end of life)');
    terminal.type(key.enter);
    await terminal.until('Version of Python');
    await terminal.until(/3\.11.*3\.10.*3\.9 \(default, end of life\).*3\.8.*3\.7/s);
    terminal.type(key.enter);
    await terminal.answer('Source of the pip packages', key.enter);
    await terminal.answer('Framework of the app', key.enter);
    await terminal.answer('Add a pip package', 'scikit-im');
    await terminal.until('scikit-image');
    terminal.type(key.enter);
    await terminal.answer('(empty to finish) [scikit-image]', 'no-such-thing');
    await terminal.until('❯ no-such-thing');
    terminal.type(key.enter);
    await terminal.until('the catalog does not know no-such-thing');
    terminal.type(key.down + key.enter);
    await terminal.answer('[scikit-image, no-such-thing]', key.enter);
    await terminal.until('Version of Bazel');
    terminal.type(key.down + key.enter);
    await terminal.answer('remote cache', 'https://cache.example.com\r');
    await terminal.until(/GitHub Actions.*GitLab CI/s);
    terminal.type(` ${key.enter}`);
    await terminal.answer('Sign pushed images', key.down + key.enter);
    await terminal.until(/error: nixpkgs 22\.05 has no cosign 2/);
    await terminal.answer('Sign pushed images', key.enter);
    await terminal.answer('known vulnerabilities', key.enter);
    await terminal.until(/Compose.*Kubernetes/s);
    terminal.type(` ${key.enter}`);
    await terminal.answer('Database', key.down + key.enter);
    for (const name of askedAfter('database', 'git')) await terminal.answer(questions[name].message, key.enter);
    await terminal.answer('git repository', 'y\r');
    await terminal.answer('Is everything right?', key.enter);
    assert.equal(await terminal.end(), 0, terminal.text);
    assert.match(read(cwd, 'hello/pyproject.toml'), /"no-such-thing",\n {4}"scikit-image",/);
    assert.match(read(cwd, 'hello/pyproject.toml'), /==3\.9\.\*/);
    assert.match(read(cwd, 'hello/shell.nix'), /bazel_4/);
    assert.match(read(cwd, 'hello/.bazelrc'), /--remote_cache=https:\/\/cache\.example\.com/);
    assert.match(read(cwd, 'hello/.git/HEAD'), /main/);
    assert.match(read(cwd, 'hello/.github/workflows/ci.yml'), /--config=remote-cache/);
    assert.ok(!existsSync(join(cwd, 'hello/.gitlab-ci.yml')));
    assert.match(read(cwd, 'hello/compose.yaml'), /postgres:/);
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
    const given = ['nixpkgs', 'python', 'packages', 'remoteCache'] as const;
    for (const name of askedBut(...given)) {
      await terminal.answer(questions[name].message, key.enter);
    }
    await terminal.until('Is everything right?');
    assert.ok(terminal.raw.includes(questions.bazel.message));
    for (const name of given) assert.ok(!terminal.raw.includes(questions[name].message), name);
    terminal.type(key.enter);
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

  describe('about packages that nixpkgs has not as they are required', () => {
    const list = ['flask==3.0.0', 'requests==2.31.0', 'redis', 'no-such-thing==1', 'pytest==7.4.0', ''].join('\n');
    const args = ['--requirements', 'list.txt', '--nixpkgs=26.05', '--python=3.13', '--bazel=8', ...noneOfAll()];
    const start = (cwd: string) => {
      writeFileSync(join(cwd, 'list.txt'), list);
      return new Terminal(['hello', ...args], cwd);
    };

    it('offer the dev group for test tools, and the policies with their counts', async () => {
      const cwd = empty();
      const terminal = start(cwd);
      await terminal.answer('Name of the project', key.enter);
      await terminal.until('pytest: tools for tests and development. Which list are they for?');
      await terminal.answer('the dev group, which stays out of the image', key.enter);
      await terminal.answer('git repository', key.enter);
      await terminal.answer('Is everything right?', key.enter);
      await terminal.until('4 of 5 packages are not in nixpkgs of July 2026 as they are required');
      await terminal.until('3 of 4 pins are not what nixpkgs of July 2026 has. What now?');
      await terminal.until(/keep: .*compatible: .*minimum: .*drop: .*Stop, and write nothing/s);
      terminal.type(key.down + key.down + key.enter);
      await terminal.until('1 of 5 packages cannot be had from nixpkgs. What now?');
      terminal.type(key.enter);
      assert.equal(await terminal.end(), 0, terminal.text);
      const pyproject = read(cwd, 'hello/pyproject.toml');
      assert.match(
        pyproject,
        /dependencies = \[\n {4}"flask>=3\.0\.0",\n {4}"gunicorn",\n {4}"redis",\n {4}"requests>=2\.31\.0",\n\]/,
      );
      assert.match(pyproject, /dev = \["pytest>=7\.4\.0"\]/);
    });

    it('leave nothing behind when they are stopped', async () => {
      const stops: readonly ((terminal: Terminal) => Promise<void>)[] = [
        terminal => terminal.answer('Which list are they for?', key.interrupt),
        async terminal => {
          await terminal.answer('Which list are they for?', key.down + key.enter);
          await terminal.answer('git repository', key.enter);
          await terminal.answer('Is everything right?', key.enter);
          await terminal.answer('What now?', key.interrupt);
        },
        async terminal => {
          await terminal.answer('Which list are they for?', key.enter);
          await terminal.answer('git repository', key.enter);
          await terminal.answer('Is everything right?', key.enter);
          await terminal.answer('pins are not what', key.down + key.enter);
          await terminal.answer('packages cannot be had', key.interrupt);
        },
      ];
      for (const stop of stops) {
        const cwd = empty();
        const terminal = start(cwd);
        await terminal.answer('Name of the project', key.enter);
        await stop(terminal);
        assert.equal(await terminal.end(), 130, terminal.text);
        assert.match(terminal.text, /Interrupted: nothing was written/);
        assert.deepEqual(Object.keys(treeOf(cwd)), ['list.txt']);
      }
    });

    it('take all packages from PyPI, if that is the answer', async () => {
      const cwd = empty();
      const terminal = start(cwd);
      await terminal.answer('Name of the project', key.enter);
      await terminal.answer('Which list are they for?', key.enter);
      await terminal.answer('git repository', key.enter);
      await terminal.answer('Is everything right?', key.enter);
      await terminal.answer('pins are not what', key.up + key.up + key.enter);
      assert.equal(await terminal.end(), 0, terminal.text);
      assert.match(terminal.text, /nix-python-container lock/);
      assert.match(read(cwd, 'hello/pyproject.toml'), /"flask==3\.0\.0",\n.*"gunicorn",\n.*"no-such-thing==1"/);
      assert.match(read(cwd, 'hello/.yo-rc.json'), /"packagesFrom": "pypi"/);
    });

    it('write nothing if the answer is to stop', async () => {
      const cwd = empty();
      const terminal = start(cwd);
      await terminal.answer('Name of the project', key.enter);
      await terminal.answer('Which list are they for?', key.enter);
      await terminal.answer('git repository', key.enter);
      await terminal.answer('Is everything right?', key.enter);
      await terminal.answer('pins are not what', key.up + key.enter);
      assert.equal(await terminal.end(), 1, terminal.text);
      assert.match(terminal.text, /Stopped\. Nothing was written/);
      assert.deepEqual(Object.keys(treeOf(cwd)), ['list.txt']);
    });

    it('keep what nixpkgs lacks with the ranges, if the answer is to keep', async () => {
      const cwd = empty();
      const terminal = start(cwd);
      await terminal.answer('Name of the project', key.enter);
      await terminal.answer('Which list are they for?', key.enter);
      await terminal.answer('git repository', key.enter);
      await terminal.answer('Is everything right?', key.enter);
      await terminal.answer('pins are not what', key.enter);
      assert.equal(await terminal.end(), 0, terminal.text);
      assert.match(read(cwd, 'hello/pyproject.toml'), /"flask==3\.0\.0",\n.*\n {4}"no-such-thing==1",/);
    });

    it('take the options for answers', async () => {
      const cwd = empty();
      writeFileSync(join(cwd, 'list.txt'), list);
      const terminal = new Terminal(['hello', ...args, '--yes', '--pins', 'drop', '--skip-missing'], cwd);
      assert.equal(await terminal.end(), 0, terminal.text);
      assert.match(terminal.text, /pytest: tools for tests and development, which go into the image/);
      assert.doesNotMatch(terminal.text, /\?/);
    });
  });
});
