import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, scratch, treeOf } from './process.ts';
import { project as projectIn } from './projects.ts';

describe('nix-python-container service', function () {
  this.timeout(60_000);
  const folder = scratch();
  const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

  const project = (...flags: string[]): Promise<string> => projectIn(folder, ...flags);

  for (const flags of [['--nixpkgs=22.05', '--bazel=5', '--ci=gitlab'], ['--ci=github']]) {
    it(`adds apps one by one or all at once, and removes them: ${flags.join(' ')}`, async () => {
      const cwd = await project(...flags);
      const other = await project(...flags);
      const bare = treeOf(cwd);
      const { code, stdout, stderr } = await command(['service', 'worker', 'Mail_Out', '--verbose'], { cwd });
      assert.equal(code, 0, stderr);
      assert.match(stderr, /bazel run \/\/mail_out:mail_out_image/);
      const touched = [...stdout.matchAll(/^ *(?:update|create) {2}(.*)$/gm)].map(([, path]) => path);
      assert.deepEqual(touched, [
        flags.includes('--ci=github') ? '.github/workflows/ci.yml' : '.gitlab-ci.yml',
        ...['.nix-python-container.generated', '.yo-rc.json', 'README.md'],
        ...['BUILD.bazel', '__init__.py', 'app.py', 'app_test.py', 'image/BUILD.bazel'].map(path => `mail_out/${path}`),
        ...['BUILD.bazel', '__init__.py', 'app.py', 'app_test.py', 'image/BUILD.bazel'].map(path => `worker/${path}`),
      ]);
      for (const name of ['worker', 'mail-out']) await command(['service', name], { cwd: other });
      assert.deepEqual(treeOf(other), treeOf(cwd));

      for (const again of [['.', '--yes'], ['service', 'worker'], ['update']]) {
        const before = treeOf(cwd);
        const same = await command(again, { cwd });
        assert.equal(same.code, 0, same.stderr);
        assert.doesNotMatch(same.stdout, /create|update|merge|delete/);
        assert.deepEqual(treeOf(cwd), before, again.join(' '));
      }
      await command(['service', 'mail-out', 'worker', '--remove'], { cwd });
      assert.deepEqual(files(treeOf(cwd)), files(bare));
    });
  }

  /** A tree without its folders: git does not know them either. */
  const files = (tree: Record<string, string>) =>
    Object.fromEntries(Object.entries(tree).filter(([, text]) => !text.endsWith(' ')));

  it('keeps changed files of a removed service, and merges them when it is added again', async () => {
    const cwd = await project();
    await command(['service', 'worker'], { cwd });
    const text = read(cwd, 'worker/app.py').replace('Hello, World!', 'Mine');
    writeFileSync(join(cwd, 'worker/app.py'), text);
    const with_ = treeOf(cwd);
    const { stderr, stdout } = await command(['service', 'worker', '--remove'], { cwd });
    assert.match(stderr, /Next:\n {2}nix-shell --run 'bazel test \/\/\.\.\.'/);
    assert.match(stderr, /warning: worker\/app\.py is no longer generated; kept because you changed it/);
    assert.match(stdout, /deleted {2}.*worker\/BUILD\.bazel/);
    assert.equal(read(cwd, 'worker/app.py'), text);
    await command(['service', 'worker'], { cwd });
    assert.deepEqual(treeOf(cwd), with_);
  });

  it('keeps changed lines in the pipelines, and changes no other file', async () => {
    const cwd = await project('--ci=github');
    const path = join(cwd, '.github/workflows/ci.yml');
    writeFileSync(path, read(path).replace('name: CI\n', 'name: Mine\n'));
    writeFileSync(join(cwd, 'BUILD.bazel'), '# mine\n');
    const { code, stdout } = await command(['service', 'worker', '--json'], { cwd });
    assert.equal(code, 0);
    assert.match(read(path), /name: Mine\n[^]*\/\/worker:worker_image/);
    assert.equal(read(cwd, 'BUILD.bazel'), '# mine\n');
    const { services, conflicts, written } = JSON.parse(stdout);
    assert.deepEqual([services, conflicts, written], [['worker'], [], true]);
  });

  it('writes nothing with --dry-run', async () => {
    const cwd = await project();
    const before = treeOf(cwd);
    const { code, stdout } = await command(['service', 'worker', '--dry-run'], { cwd });
    assert.equal(code, 0);
    assert.match(stdout, /create {2}worker\/app\.py/);
    assert.deepEqual(treeOf(cwd), before);
  });

  it('refuses an invalid name, and writes nothing', async () => {
    const cwd = await project('--packages=redis');
    mkdirSync(join(cwd, 'taken'));
    writeFileSync(join(cwd, 'taken/app.py'), 'mine = 1\n');
    const before = treeOf(cwd);
    for (const [words, says] of [
      [[], /`service` needs a name/],
      [['hello'], /hello is already the first service of this project/],
      [['image'], /is reserved/],
      [['json'], /would shadow Python's standard module/],
      [['redis'], /service: redis\/ would shadow the package redis/],
      [['$(id)'], /cannot be used as a Python module name/],
      [['taken'], /taken\/app\.py already exists, and was not generated/],
    ] as const) {
      const { code, stderr } = await command(['service', ...words], { cwd });
      assert.equal(code, 2, stderr);
      assert.match(stderr, says);
      assert.deepEqual(treeOf(cwd), before);
    }
    const gone = await command(['service', 'worker', '--remove'], { cwd });
    assert.equal(gone.code, 2);
    assert.match(
      gone.stderr,
      /There is no service or process named worker\.\n +The project has none\. Nothing was changed\.\n$/,
    );
    assert.deepEqual(treeOf(cwd), before);
    await command(['service', 'requests'], { cwd });
    const hidden = await command(['add', 'requests'], { cwd });
    assert.equal(hidden.code, 2);
    assert.match(hidden.stderr, /requests\/ would shadow the package requests\.\s+A project cannot have both/);
  });

  it('requires a project of its own version', async () => {
    const cwd = await project();
    writeFileSync(join(cwd, '.yo-rc.json'), read(cwd, '.yo-rc.json').replace('"0.1.0"', '"0.0.9"'));
    const { code, stderr } = await command(['service', 'worker'], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /written by version 0\.0\.9[^]*nix-python-container update/);
  });
});
