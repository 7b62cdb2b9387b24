import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, scratch, treeOf } from './process.ts';
import { edit, project as projectIn } from './projects.ts';

describe('nix-python-container service NAME --command', function () {
  this.timeout(60_000);
  const folder = scratch();
  const read = (...path: string[]) => readFileSync(join(...path), 'utf8');
  const project = (...flags: string[]): Promise<string> => projectIn(folder, ...flags);
  const celery = 'celery -A shop worker';

  for (const flags of [
    ['--nixpkgs=22.05', '--bazel=5', '--ci=gitlab'],
    ['--ci=github', '--framework=django'],
  ]) {
    it(`adds a command of the same code, and removes it: ${flags.join(' ')}`, async () => {
      const cwd = await project(...flags);
      const bare = treeOf(cwd);
      const { code, stdout, stderr } = await command(['service', 'Mail_Worker', '--command', celery, '--verbose'], {
        cwd,
      });
      assert.equal(code, 0, stderr);
      assert.match(stderr, /bazel run \/\/:mail_worker'\n.*bazel run \/\/:mail_worker_image'/);
      const touched = [...stdout.matchAll(/^ *(?:update|create) {2}(.*)$/gm)].map(([, path]) => path as string);
      const pipeline = flags.includes('--ci=github') ? '.github/workflows/ci.yml' : '.gitlab-ci.yml';
      assert.deepEqual(
        touched.filter(path => path !== 'bazel/app.bzl'),
        [
          ...[
            pipeline,
            '.nix-python-container.generated',
            '.yo-rc.json',
            'BUILD.bazel',
            'README.md',
            'bazel/BUILD.bazel',
          ],
          ...['bazel/run_command.py', 'image/BUILD.bazel'],
        ],
      );
      assert.match(read(cwd, 'image/BUILD.bazel'), /cmd = \[\s+"celery",\s+"-A",\s+"shop",\s+"worker",\s+\]/);
      assert.match(read(cwd, 'BUILD.bazel'), /load\("\/\/bazel:app\.bzl", .*"app_program"/);
      assert.match(read(cwd, pipeline), /\/\/:mail_worker_image/);
      assert.match(read(cwd, pipeline), /bazel run \/\/image:mail_worker_push .*[-/]mail-worker/);

      for (const again of [
        ['.', '--yes'],
        ['service', 'mail-worker', '--command', `celery  '-A' shop worker`],
        ['update'],
      ]) {
        const before = treeOf(cwd);
        const same = await command(again, { cwd });
        assert.equal(same.code, 0, same.stderr);
        assert.doesNotMatch(same.stdout, /create|update|merge|delete/);
        assert.deepEqual(treeOf(cwd), before, again.join(' '));
      }
      const removed = await command(['service', 'mail-worker', '--remove'], { cwd });
      assert.equal(removed.code, 0, removed.stderr);
      assert.deepEqual(treeOf(cwd), bare);
    });
  }

  it('changes the command of a process that exists, and survives an update and a new pipeline', async () => {
    const cwd = await project('--nixpkgs=24.05', '--bazel=6');
    await command(['service', 'worker', '--command', celery], { cwd });
    const { stderr } = await command(['service', 'worker', '--command', "celery -A shop worker -Q 'a b$'"], { cwd });
    assert.doesNotMatch(stderr, /already exists/);
    assert.equal((await command(['update', '--bazel=7', '--force'], { cwd })).code, 0);
    assert.match(read(cwd, 'image/BUILD.bazel'), /oci_image\(\s+name = "worker",[^]*"-Q",\s+"a b\$",/);
    assert.match(read(cwd, 'BUILD.bazel'), /"-Q",\s+"'a b\$\$'",/);
    assert.equal((await command(['ci', 'gitlab'], { cwd })).code, 0);
    assert.match(read(cwd, '.gitlab-ci.yml'), /\/\/:worker_image/);
    const stored = JSON.parse(read(cwd, '.yo-rc.json'))['generator-nix-python-container'];
    assert.deepEqual(stored.processes, { worker: "celery -A shop worker -Q 'a b$'" });
  });

  it('refuses a name that is taken and a command that needs a shell, and writes nothing', async () => {
    const cwd = await project();
    await command(['service', 'mail'], { cwd });
    await command(['service', 'worker', '--command', celery], { cwd });
    const before = treeOf(cwd);
    for (const [words, says] of [
      [['hello', '--command', 'a'], /\/\/:hello already belongs to the project itself/],
      [['hello-test', '--command', 'a'], /\/\/:hello_test already belongs to/],
      [['image', '--command', 'a'], /\/\/:image already belongs/],
      [['load', '--command', 'a'], /\/\/image:load already belongs/],
      [['mail', '--command', 'a'], /\/\/:mail already belongs to the service mail/],
      [['worker-load', '--command', 'a'], /\/\/image:worker_load already belongs to the process worker\./],
      [['worker'], /\/\/:worker already belongs/],
      [['a', 'b', '--command', 'a'], /one process, but there are several names/],
      [['1a', '--command', 'a'], /cannot be used/],
      [['a', '--command', ' '], /a: the command is empty/],
      [['a', '--command', ''], /--command is empty/],
      [['a', '--command', "b 'c"], /has a ' without its second one/],
      [['a', '--command', 'b | c'], /has a \| for a shell/],
      [['a', '--command', 'B=1 c'], /cannot start with a variable[^]*env B=1/],
      [['worker', '--remove', '--command', 'a'], /--remove takes no --command/],
      [['a', '--command', 'b'.repeat(5000)], /more than 4000 characters/],
    ] as const) {
      const { code, stderr } = await command(['service', ...words], { cwd });
      assert.equal(code, 2, `${words.join(' ')}: ${stderr}`);
      assert.match(stderr, says);
      assert.deepEqual(treeOf(cwd), before);
    }
  });

  it('is what a framework without further apps offers', async () => {
    const cwd = await project('--framework=django');
    const { code, stderr } = await command(['service', 'mail'], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /A project with Django has no further apps\.[^]*service NAME --command/);
  });

  it('refuses a .yo-rc.json whose processes are not commands', async () => {
    const cwd = await project();
    edit(cwd, '.yo-rc.json', text => text.replace('"answers"', '"processes": { "worker": 1 }, "answers"'));
    const { code, stderr } = await command(['update'], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /processes must be an object of strings/);
  });
});
