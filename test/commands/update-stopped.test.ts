import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command, type Ended, execute, main, scratch, treeOf } from './process.ts';
import { edit, project, read, undoCommand } from './projects.ts';

const stopping = fileURLToPath(new URL('stopping.js', import.meta.url));
const next = ['update', '--nixpkgs=25.11', '--bazel=8', '--python=3.13'];

describe('an interrupted update', function () {
  this.timeout(120_000);
  const folder = scratch();
  let old: string;
  let first: Record<string, string>;
  let last: Record<string, string>;

  const copy = (): string => {
    const cwd = join(mkdtempSync(join(folder, 'd-')), 'hello');
    cpSync(old, cwd, { recursive: true });
    return cwd;
  };
  const stopped = (cwd: string, at: string): Promise<Ended> =>
    execute([process.execPath, '--import', stopping, main, ...next], { cwd, env: { STOPPED_AT: at } });

  before(async () => {
    old = await project(folder, '--nixpkgs=24.05', '--bazel=6', '--python=3.11', '--ci=github');
    edit(old, 'BUILD.bazel', text => `# mine\n${text}`);
    first = treeOf(old);
    const cwd = copy();
    assert.equal((await command(next, { cwd })).code, 0);
    last = treeOf(cwd);
  });

  it('by SIGKILL is done completely or not at all, and the next one works', async () => {
    const outcomes: string[] = [];
    for (let n = 1; outcomes.at(-1) !== 'whole'; n += 29) {
      const cwd = copy();
      const { code } = await stopped(cwd, `SIGKILL ${n}`);
      const left = existsSync(join(cwd, '.nix-python-container'));
      const { code: ended, stdout, stderr } = await command(next, { cwd });
      assert.equal(ended, 0, stderr);
      const again = !/update|create/.test(stdout);
      outcomes.push(code === 0 ? 'whole' : again ? 'done' : left ? 'undone' : 'not begun');
      assert.deepEqual(treeOf(cwd), last, `killed at ${n}`);
      if (again) continue;
      const { code: back } = await execute(['sh', '-c', undoCommand(stderr)], { cwd });
      assert.equal(back, 0);
      rmSync(join(cwd, '.nix-python-container.undo'));
      assert.deepEqual(treeOf(cwd), first, `killed at ${n}, done again and taken back`);
    }
    assert.ok(outcomes.filter(outcome => outcome === 'undone').length > 1, String(outcomes));
  });

  it('by SIGKILL while .yo-rc.json is moved away does not hide the project from any command', async () => {
    for (const [args, within] of [
      [['new'], '.'],
      [['add', 'requests'], 'nix'],
      [['ci', 'github'], '.'],
      [['service', 'worker'], 'nix'],
      [['update'], 'nix'],
    ] as const) {
      const cwd = copy();
      const { code } = await stopped(cwd, 'SIGKILL 2 hello/.yo-rc.json');
      assert.equal(code, null);
      assert.ok(!existsSync(join(cwd, '.yo-rc.json')));
      const { code: ended, stderr } = await command(args, { cwd: join(cwd, within) });
      assert.notEqual(ended, 2, stderr);
      assert.match(read(cwd, '.yo-rc.json'), /"nixpkgs": "24\.05"/);
    }
  });

  it('by Ctrl-C ends with 130 and changes nothing, until the change is committed', async () => {
    let interrupted = 0;
    for (let n = 1; ; n += 23) {
      const cwd = copy();
      const { code, stdout, stderr } = await stopped(cwd, `SIGINT ${n}`);
      if (code === 0) {
        assert.deepEqual(treeOf(cwd), last, `interrupted at ${n}`);
        break;
      }
      interrupted++;
      assert.equal(code, 130, stderr);
      assert.match(stderr, /^Interrupted: nothing was changed\.$/m);
      assert.equal(stdout, '');
      assert.deepEqual(treeOf(cwd), first, `interrupted at ${n}`);
    }
    assert.ok(interrupted > 1, String(interrupted));
  });
});
