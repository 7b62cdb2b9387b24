import assert from 'node:assert/strict';
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packRecord, readRecord, recordPath } from '../../src/plan/record.ts';
import { needs } from '../needs.ts';
import { command, execute, main, scratch, treeOf } from './process.ts';
import { commitAll, edit, git, read, undoCommand } from './projects.ts';

const stopping = fileURLToPath(new URL('stopping.js', import.meta.url));
const workflow = '.github/workflows/services.api.yml';
const both = '--ci=github,gitlab';

describe('a project in a subfolder of a git repository', function () {
  this.timeout(120_000);
  const folder = scratch();
  before(needs('git'));

  /** A new empty repository. */
  function repository(): string {
    const root = mkdtempSync(join(folder, 'r-'));
    git(root, 'init', '--quiet');
    return root;
  }

  /** Creates a project there. Returns its folder. */
  async function projectIn(root: string, place: string, ...flags: string[]): Promise<string> {
    const { code, stderr } = await command(['new', place, '--yes', ...flags], { cwd: root });
    assert.equal(code, 0, stderr);
    return join(root, place);
  }

  /** All files but git's own, which change whenever git looks at them. */
  const files = (root: string): Record<string, string> =>
    Object.fromEntries(Object.entries(treeOf(root)).filter(([path]) => !/(^|\/)\.git(\/|$)/.test(path)));

  it('has its pipelines where they are read, by new and by ci', async () => {
    const [once, twice] = [repository(), repository()];
    await projectIn(once, 'services/api', both);
    const cwd = await projectIn(twice, 'services/api');
    assert.ok(!existsSync(join(twice, '.github')));
    const { code, stdout, stderr } = await command(['ci', 'github', 'gitlab'], { cwd });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /created {2}.*\.\.\/\.\.\/\.github\/workflows\/services\.api\.yml/);
    assert.deepEqual(files(twice), files(once));
    assert.match(read(once, workflow), /^ {4}working-directory: "services\/api"$/m);
    assert.match(read(once, '.gitlab-ci.yml'), /^ {2}- local: services\/api\/\.gitlab-ci\.yml$/m);
    assert.match(read(once, 'services/api/.gitlab-ci.yml'), /^services\.api:test:$/m);
    const again = await command(['ci', 'github', 'gitlab'], { cwd });
    assert.doesNotMatch(again.stdout, /create|update/);
    const doctor = await command(['doctor', '--json'], { cwd });
    const check = JSON.parse(doctor.stdout).checks.find(({ name }: { name: string }) => name === 'pipelines');
    assert.equal(check.state, 'ok', check.message);
  });

  it('leaves the pipelines of other projects alone, and says which line includes its own', async () => {
    const root = repository();
    await projectIn(root, 'services/api', both);
    const before = files(root);
    const { code, stderr } = await command(['new', 'web', '--yes', both], { cwd: root });
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /\.\.\/\.gitlab-ci\.yml does not include web\/\.gitlab-ci\.yml.*Add "- local: web\/\.gitlab-ci\.yml"/,
    );
    const after = files(root);
    for (const [path, text] of Object.entries(before)) assert.equal(after[path], text, path);
    assert.ok(existsSync(join(root, '.github/workflows/web.yml')));
    const doctor = await command(['doctor', 'web'], { cwd: root });
    assert.match(doctor.stdout, /warning {2}\.\.\/\.gitlab-ci\.yml does not include web/);
    edit(root, '.gitlab-ci.yml', text => `${text}  - local: web/.gitlab-ci.yml\n`);
    const quiet = await command(['update', 'web', '--force'], { cwd: root });
    assert.doesNotMatch(quiet.stderr, /does not include/);
  });

  it('is updated with its pipelines, and back', async () => {
    const root = repository();
    const cwd = await projectIn(root, 'services/api', both, '--nixpkgs=24.05', '--bazel=6', '--python=3.11');
    edit(root, workflow, text => `# mine\n${text}`);
    commitAll(root);
    const before = files(root);
    const next = ['update', '--nixpkgs=25.11', '--bazel=8', '--python=3.13'];
    const there = await command(next, { cwd });
    assert.equal(there.code, 0, there.stderr);
    assert.match(there.stdout, /merged {2}\.\.\/\.\.\/\.github\/workflows\/services\.api\.yml/);
    assert.match(read(root, workflow), /^# mine$(.|\n)*MODULE\.bazel/m);
    assert.equal((await execute(['sh', '-c', undoCommand(there.stderr)], { cwd })).code, 0);
    assert.deepEqual(files(root), before);

    // With changes that are not committed, the way back is a patch; those in the workflow count too.
    edit(root, workflow, text => `# not committed\n${text}`);
    const dirty = files(root);
    const refused = await command(next, { cwd });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /uncommitted changes: \.github\/workflows\/services\.api\.yml/);
    const forced = await command([...next, '--force'], { cwd });
    assert.equal(forced.code, 0, forced.stderr);
    const { code, stderr } = await execute(['sh', '-c', undoCommand(forced.stderr)], { cwd });
    assert.equal(code, 0, stderr);
    rmSync(join(cwd, '.nix-python-container.undo'));
    assert.deepEqual(files(root), dirty);
  });

  it('is updated with its pipelines or not at all, when the update is killed or interrupted', async () => {
    const root = repository();
    const place = 'services/api';
    await projectIn(root, place, both, '--nixpkgs=24.05', '--bazel=6', '--python=3.11');
    commitAll(root);
    const next = ['update', '--nixpkgs=25.11', '--bazel=8', '--python=3.13'];
    const copy = (): string => {
      const to = mkdtempSync(join(folder, 'c-'));
      cpSync(root, to, { recursive: true });
      return to;
    };
    const first = files(root);
    const whole = copy();
    assert.equal((await command(next, { cwd: join(whole, place) })).code, 0);
    const last = files(whole);
    let undone = 0;
    for (let n = 1, code: number | null = null; code !== 0; n += 37) {
      const killed = copy();
      const cwd = join(killed, place);
      ({ code } = await execute([process.execPath, '--import', stopping, main, ...next], {
        cwd,
        env: { STOPPED_AT: `SIGKILL ${n}` },
      }));
      if (existsSync(join(killed, '.nix-python-container'))) undone++;
      // Any command cleans up, wherever it is run.
      const added = await command(['add', 'requests'], { cwd: join(cwd, 'nix') });
      assert.equal(added.code, 0, added.stderr);
      const removed = await command(['remove', 'requests'], { cwd });
      assert.equal(removed.code, 0, removed.stderr);
      const now = files(killed);
      const was = now[workflow] === last[workflow] ? last : first;
      // Adding and removing a package normalises nothing in these lists.
      assert.deepEqual(now, was, `killed at ${n}`);
    }
    assert.ok(undone > 1, String(undone));

    const interrupted = copy();
    const { code, stderr } = await execute([process.execPath, '--import', stopping, main, ...next], {
      cwd: join(interrupted, place),
      env: { STOPPED_AT: 'SIGINT 30' },
    });
    assert.equal(code, 130, stderr);
    assert.deepEqual(files(interrupted), first);
  });

  it('is created with its pipelines or not at all, when that is interrupted', async () => {
    const root = repository();
    const { code, stderr } = await execute(
      [process.execPath, '--import', stopping, main, 'new', 'services/api', '--yes', both],
      { cwd: root, env: { STOPPED_AT: 'SIGINT 20' } },
    );
    assert.equal(code, 130, stderr);
    assert.deepEqual(files(root), {});
  });

  it('does not follow links out of its folder to write pipelines, and writes nothing then', async () => {
    const [root, elsewhere] = [repository(), mkdtempSync(join(folder, 'e-'))];
    const cwd = await projectIn(root, 'services/api');
    for (const [link, target] of [
      ['.github', elsewhere],
      ['.github', join(root, 'shared')],
      [workflow, join(root, 'services/api/README.md')],
    ] as const) {
      mkdirSync(join(root, 'shared'), { recursive: true });
      mkdirSync(dirname(join(root, link)), { recursive: true });
      symlinkSync(target, join(root, link));
      const before = files(root);
      const { code, stderr } = await command(['ci', 'github', '--force'], { cwd });
      assert.equal(code, 2, stderr);
      assert.match(stderr, /is a symbolic link to|is reached through a symbolic link/);
      assert.deepEqual(files(root), before);
      assert.deepEqual(treeOf(elsewhere), {});
      rmSync(join(root, '.github'), { recursive: true });
    }
  });

  it('counts from the root of its worktree or submodule', async () => {
    const root = repository();
    writeFileSync(join(root, 'file'), '');
    commitAll(root);
    const worktree = join(mkdtempSync(join(folder, 'w-')), 'tree');
    git(root, 'worktree', 'add', '--quiet', worktree);
    await projectIn(worktree, 'api', '--ci=github');
    assert.ok(existsSync(join(worktree, '.github/workflows/api.yml')));

    const outer = repository();
    git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', root, 'libs/inner');
    await projectIn(outer, 'libs/inner/api', '--ci=github');
    assert.ok(existsSync(join(outer, 'libs/inner/.github/workflows/api.yml')));
    await projectIn(outer, 'libs/inner', '--ci=github', '--name=inner');
    assert.ok(existsSync(join(outer, 'libs/inner/.github/workflows/ci.yml')), 'the root of its own repository');
    assert.ok(!existsSync(join(outer, '.github')));
  });

  it('counts no repository that somebody else has put above', async function () {
    if (process.geteuid?.() !== 0) this.skip();
    const root = repository();
    chownSync(join(root, '.git'), 12345, 12345);
    await projectIn(root, 'api', '--ci=github');
    assert.ok(existsSync(join(root, 'api/.github/workflows/ci.yml')));
    assert.ok(!existsSync(join(root, '.github')));
  });

  it('has no pipelines in a folder whose name would be a pattern', async () => {
    const root = repository();
    for (const place of ['my service*', "it's", 'ünï']) {
      const { code, stderr } = await command(['new', place, '--name=api', '--yes', '--ci=github'], { cwd: root });
      assert.equal(code, 2);
      assert.match(stderr, /Rename its folders/);
    }
    assert.deepEqual(files(root), {});
    await projectIn(root, 'my service', '--name=api');
  });

  it('gets a pipeline that no provider reads out of its folder, by update', async () => {
    const root = repository();
    const cwd = await projectIn(root, 'services/api', '--ci=github');
    // As it was written before.
    const dead = join(cwd, '.github/workflows/ci.yml');
    mkdirSync(dirname(dead), { recursive: true });
    writeFileSync(dead, 'name: CI\n');
    rmSync(join(root, '.github'), { recursive: true });
    const above = [`../../${workflow}`];
    const { [above[0] as string]: _, ...texts } = Object.fromEntries(
      readRecord(read(cwd, recordPath), recordPath, above),
    );
    writeFileSync(
      join(cwd, recordPath),
      packRecord(new Map([...Object.entries(texts), ['.github/workflows/ci.yml', 'name: CI\n']])),
    );
    const doctor = await command(['doctor'], { cwd });
    assert.match(
      doctor.stdout,
      /\.github\/workflows\/ci\.yml is not in the root of the repository.*\n +fix: .* update/,
    );
    const { code, stderr } = await command(['update', '--force'], { cwd });
    assert.equal(code, 0, stderr);
    assert.ok(!existsSync(dead));
    assert.match(read(root, workflow), /bazel test/);
  });

  it('has a record that cannot name any other file above', async () => {
    const root = repository();
    const cwd = await projectIn(root, 'services/api', '--ci=github');
    writeFileSync(join(root, 'mine'), 'x\n');
    mkdirSync(join(root, 'lib'));
    const other = '../../.github/workflows/other.yml';
    writeFileSync(join(cwd, other), 'x\n');
    const record = read(cwd, recordPath);
    const texts = [...readRecord(record, recordPath, [`../../${workflow}`])];
    writeFileSync(join(cwd, recordPath), packRecord(new Map([...texts, ['../../mine', 'x\n']])));
    const refused = await command(['update', '--force'], { cwd });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /is damaged/);
    writeFileSync(join(cwd, recordPath), packRecord(new Map([...texts, [other, 'x\n']])));
    const { code, stderr } = await command(['update', '--force'], { cwd });
    assert.equal(code, 0, stderr);
    assert.equal(read(cwd, other), 'x\n');
    assert.equal(read(root, 'mine'), 'x\n');
  });

  it('is looked for from any folder, also one that cannot be', async () => {
    const root = repository();
    writeFileSync(join(root, 'file'), '');
    symlinkSync('loop', join(root, 'loop'));
    symlinkSync('nowhere', join(root, 'broken'));
    for (const place of ['file/sub', 'loop/sub', 'broken/sub']) {
      for (const flags of [['--dry-run'], []]) {
        const { code, stderr } = await command(['new', place, '--name=api', '--yes', both, ...flags], { cwd: root });
        assert.notEqual(code, 0);
        assert.doesNotMatch(stderr, /Internal error/);
      }
    }
    assert.ok(!existsSync(join(root, '.github')));
  });

  it('is found again after it was moved in its repository', async () => {
    const root = repository();
    await projectIn(root, 'api', '--ci=github');
    commitAll(root);
    mkdirSync(join(root, 'services'));
    git(root, 'mv', 'api', 'services/api');
    commitAll(root);
    const { code, stderr } = await command(['update'], { cwd: join(root, 'services/api') });
    assert.equal(code, 0, stderr);
    assert.match(read(root, workflow), /services\/api/);
    git(root, 'mv', 'services/api', 'web');
    commitAll(root);
    const back = await command(['update'], { cwd: join(root, 'web') });
    assert.equal(back.code, 0, back.stderr);
    assert.match(read(root, '.github/workflows/web.yml'), /"web"/);
  });
});
