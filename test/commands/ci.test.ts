import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { providerNames, providers } from '../../src/model/ci-providers.ts';
import { endAll, key, Terminal } from '../terminal/terminal.ts';
import { command, execute, main, scratch, treeOf } from './process.ts';
import { project as projectIn } from './projects.ts';

describe('nix-python-container ci', function () {
  this.timeout(30_000);
  const folder = scratch();
  afterEach(endAll);
  const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

  const project = (...flags: string[]): Promise<string> => projectIn(folder, ...flags);

  it('writes what new --ci writes, for one provider after the other and for both at once', async () => {
    for (const flags of [['--nixpkgs=22.05', '--bazel=5'], ['--remote-cache=https://cache.example.com']]) {
      const whole = await project('--ci', 'gitlab,github', ...flags);
      const [once, twice] = [await project(...flags), await project(...flags)];
      const { code, stdout } = await command(['ci', 'github', 'gitlab'], { cwd: once });
      assert.equal(code, 0);
      assert.match(
        stdout,
        /^ +created {2}\.github\/workflows\/ci\.yml, \.gitlab-ci\.yml\n +updated {2}\.nix-python-container\.generated, \.yo-rc\.json\n$/,
      );
      for (const provider of ['gitlab', 'github']) await command(['ci', provider], { cwd: twice });
      assert.deepEqual(treeOf(once), treeOf(whole));
      assert.deepEqual(treeOf(twice), treeOf(whole));
      assert.match(read(once, 'BUILD.bazel'), /name = "hello_image"/, 'a target of the pipelines');
      assert.match(read(once, 'image/BUILD.bazel'), /name = "push"/, 'another one');
      const again = await command(['hello', '--yes'], { cwd: join(once, '..') });
      assert.match(again.stderr, /Nothing was changed/, 'new knows of them from then on');
    }
  });

  it('changes no other file, and keeps the answers of other generators in .yo-rc.json', async () => {
    const cwd = await project();
    writeFileSync(join(cwd, 'hello.py'), 'mine = 1\n');
    const stored = JSON.parse(read(cwd, '.yo-rc.json'));
    writeFileSync(join(cwd, '.yo-rc.json'), JSON.stringify({ 'generator-other': { x: 1 }, ...stored }));
    const before = treeOf(cwd);
    assert.equal((await command(['ci', 'gitlab'], { cwd })).code, 0);
    const after = treeOf(cwd);
    const changed = Object.keys(after).filter(path => before[path] !== after[path]);
    assert.deepEqual(changed, ['.gitlab-ci.yml', '.nix-python-container.generated', '.yo-rc.json']);
    const now = JSON.parse(read(cwd, '.yo-rc.json'));
    assert.deepEqual(now['generator-other'], { x: 1 });
    assert.deepEqual(now['generator-nix-python-container'].answers.ci, ['gitlab']);
  });

  it('keeps what else .yo-rc.json holds to the byte, as update, service and new do', async () => {
    for (const args of [
      ['ci', 'gitlab'],
      ['update', '--python=3.12'],
      ['service', 'worker'],
      ['new', '.', '--yes', '--remote-cache=https://cache.example.com', '--force'],
    ]) {
      const cwd = await project();
      const file = join(cwd, '.yo-rc.json');
      const ours = read(file).trim().slice(1, -1);
      // A byte order mark, a byte of Latin-1, numbers that JavaScript cannot hold, and a format of their own.
      const [first, last] = ['\uFEFF{ "other":\t{"n": [12345678901234567890, 1.0, 1e400], "c": "caf', '"} ,\r\n'];
      const before = Buffer.concat([
        Buffer.from(first),
        Buffer.from([0xe9]),
        Buffer.from(`${last}${ours}\n, "z": -0}`),
      ]);
      writeFileSync(file, before);
      const { code, stderr } = await command(args, { cwd });
      assert.equal(code, 0, stderr);
      const after = readFileSync(file).toString('latin1');
      const theirs = before.toString('latin1').split(ours);
      assert.ok(after.startsWith(theirs[0] ?? '-'), after);
      assert.ok(after.endsWith(theirs[1] ?? '-'), after);
      assert.notEqual(after, before.toString('latin1'));
    }
  });

  it('refuses to overwrite an existing pipeline without --force, and shows the difference', async () => {
    const cwd = await project();
    writeFileSync(join(cwd, '.gitlab-ci.yml'), 'mine: {}\n');
    const before = treeOf(cwd);
    const refused = await command(['ci', 'github', 'gitlab'], { cwd });
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /\.gitlab-ci\.yml in .*hello already exists with different content\. Nothing was written\./,
    );
    assert.match(refused.stderr, /^-mine: \{\}$/m);
    assert.deepEqual(treeOf(cwd), before, 'not even the other one');
    const forced = await command(['ci', 'github', 'gitlab', '--force'], { cwd });
    assert.equal(forced.code, 0, forced.stderr);
    assert.match(read(cwd, '.gitlab-ci.yml'), /bazel test/);
    const again = await command(['ci', 'gitlab', 'github'], { cwd });
    assert.doesNotMatch(again.stdout, /create|update/);
  });

  it('writes nothing with --dry-run, and prints one document with --json', async () => {
    const cwd = await project();
    const before = treeOf(cwd);
    const { stdout, stderr } = await command(['ci', 'github', '--dry-run', '--diff', '--json'], { cwd });
    assert.deepEqual(treeOf(cwd), before);
    assert.match(stderr, /^\+name: CI$/m);
    const { target, written, answers, steps } = JSON.parse(stdout);
    assert.deepEqual([target, written, answers], [cwd, false, { ci: ['github'] }]);
    assert.deepEqual(steps, [
      { action: 'create', path: '.github/workflows/ci.yml' },
      { action: 'update', path: '.nix-python-container.generated' },
      { action: 'update', path: '.yo-rc.json' },
    ]);
    const failed = await command(['ci', '--json'], { cwd });
    assert.equal(failed.code, 2);
    assert.match(JSON.parse(failed.stdout).error.hint, new RegExp(`Name ${providerNames.join(' or ')}, `));
  });

  it('reports an unknown provider and invalid stored answers', async () => {
    const cwd = await project();
    const stored = read(cwd, '.yo-rc.json');
    const unknown = await command(['ci', 'travis'], { cwd });
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /unknown CI provider "travis"/);
    for (const [from, to, says] of [
      ['"hello"', '"$(id)"', /\.yo-rc\.json: name: .*cannot be used as a Python module/],
      ['"name": "hello",', '', /\.yo-rc\.json names no project of this generator/],
      ['"bazel": "8"', '"bazel": 8', /\.yo-rc\.json: bazel: must be a string, but is 8/],
      ['"bazel": "8"', '"bazel": "8", "ci": "github"', /\.yo-rc\.json: ci: must be a list of strings, but is "github"/],
      ['{', '', /is not JSON/],
    ] as const) {
      writeFileSync(join(cwd, '.yo-rc.json'), stored.replace(from, to));
      const before = treeOf(cwd);
      const { code, stderr } = await command(['ci', 'github'], { cwd });
      assert.equal(code, 2, stderr);
      assert.match(stderr, says);
      assert.deepEqual(treeOf(cwd), before);
    }
  });

  it('asks for the providers on a terminal', async () => {
    const cwd = await project();
    const terminal = new Terminal(['ci'], cwd);
    const rows = Object.values(providers);
    await terminal.until(new RegExp(rows.map(({ label }) => label).join('.*'), 's'));
    terminal.type(` ${key.enter}`);
    assert.equal(await terminal.end(), 0, terminal.text);
    assert.match(read(cwd, rows[0]?.path ?? ''), /bazel test/);
  });
});

describe('new in a pipeline', () => {
  const folder = scratch();

  it('writes a project without a terminal, with only PATH and HOME set', async () => {
    const started = ['setsid', '--wait', process.execPath, main, 'hello', '--yes', '--json', '--ci', 'github'] as const;
    const { code, stdout, stderr } = await execute(started, { cwd: folder });
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    const { written, target, answers } = JSON.parse(stdout);
    assert.deepEqual([written, target, answers.ci], [true, join(folder, 'hello'), ['github']]);
    assert.match(readFileSync(join(folder, 'hello/.github/workflows/ci.yml'), 'utf8'), /bazel test/);
  });
});
