// Every command that writes, with a failing system call and with a kill at each call that changes files, found by counting.
import { atCalls } from '../fs/calls.ts'; // First: it wraps the functions of node:fs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recover } from '../../src/fs/commit.ts';
import { journalName } from '../../src/fs/locate.ts';
import { execute, treeOf } from '../commands/process.ts';
import { standInResolver } from '../commands/resolver.ts';
import { changing } from './changing.ts';
import { inProcess } from './in-process.ts';

/** The commands that write; in a project, but for `new`. */
export const writers = {
  'new in a new folder': ['new', 'made', '--yes', '--name=made'],
  'new in an existing folder': ['new', '.', '--yes', '--force', '--name=shop', '--ci=github'],
  add: ['add', 'redis', 'pillow'],
  'add --dev': ['add', '--dev', 'hypothesis'],
  remove: ['remove', 'requests'],
  ci: ['ci', 'github', 'gitlab'],
  service: ['service', 'worker', 'mail'],
  'service --remove': ['service', '--remove', 'old'],
  update: ['update', '--python=3.12', '--bazel=7', '--force'],
  lock: ['lock', '--upgrade'],
} as const;
export type Writer = keyof typeof writers;

/** What the faults of one command came to. */
export interface Faults {
  /** The calls that change files in one run. */
  readonly calls: number;
  /** How many of the runs with a failing call, and of the killed ones, ended in the old state, and in the new one. */
  readonly failed: { readonly old: number; readonly new: number };
  readonly killed: { readonly old: number; readonly new: number };
}

type Tree = Readonly<Record<string, string>>;

/** The paths at which two trees differ. */
const differing = (a: Tree, b: Tree): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(path => a[path] !== b[path]);

type Act = (call: string, n: number) => void;

/** Projects and stand-ins in a scratch folder, in which commands are disturbed. */
export class FaultBench {
  readonly #scratch: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #index: ReturnType<typeof standInResolver>['index'];

  constructor(scratch: string) {
    this.#scratch = scratch;
    const { env, index } = standInResolver(join(scratch, 'stand-ins'));
    this.#index = index;
    this.#env = env;
  }

  /** Makes the projects that are copied. */
  async prepare(): Promise<void> {
    this.#index({ requests: ['2.32'] });
    for (const source of ['nixpkgs', 'pypi'] as const) {
      const folder = join(this.#scratch, source);
      mkdirSync(folder);
      await this.#run(['new', 'shop', '--yes', '--packages=requests', `--packages-from=${source}`], folder);
      const shop = join(folder, 'shop');
      if (source === 'pypi') await this.#run(['lock'], shop);
      await this.#run(['service', 'old'], shop);
      // What a command must never lose.
      appendFileSync(join(shop, 'shop.py'), '# mine\n');
      writeFileSync(join(shop, 'notes.txt'), 'mine\n');
    }
    // There is something to upgrade to.
    this.#index({ requests: ['2.33'] });
  }

  /** Disturbs a command at each of its calls. @throws AssertionError if a state is neither the old nor the new one */
  async disturb(writer: Writer): Promise<Faults> {
    const [before, after, states, calls] = await this.#states(writer);
    const outcome = (tree: Tree, note: string): 'old' | 'new' => {
      const isNew = differing(tree, after).length === 0;
      if (!isNew)
        assert.deepEqual(differing(tree, before), [], `${writer}, ${note}: neither the old nor the new state`);
      return isNew ? 'new' : 'old';
    };
    const killed = { old: 0, new: 0 };
    for (const [n, state] of states.entries()) {
      await recover(this.#target(writer, state));
      killed[outcome(treeOf(state), `killed at call ${n + 1}`)] += 1;
      rmSync(state, { recursive: true });
    }
    const failed = { old: 0, new: 0 };
    for (let n = 1; n <= calls; n += 1) {
      const cwd = this.#copy(writer);
      const fail: Act = (_call, at) => {
        if (at === n) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
      };
      const { code, stderr } = await this.#disturbed(writer, cwd, fail);
      assert.ok(code === 0 || code === 1, `${writer}, call ${n} failed: exit code ${code}\n${stderr}`);
      // This process still runs, so its claims would count as alive.
      const target = this.#target(writer, cwd);
      rmSync(join(target, journalName, 'owner.1'), { force: true });
      for (const name of readdirSync(cwd).filter(each => each.startsWith('.made.')))
        rmSync(join(cwd, name), { recursive: true });
      await recover(target);
      const state = outcome(treeOf(cwd), `call ${n} failed, exit code ${code}`);
      if (code === 0) assert.equal(state, 'new', `${writer}, call ${n} failed`);
      failed[state] += 1;
      rmSync(cwd, { recursive: true });
    }
    return { calls, failed, killed };
  }

  /** The old state, the new one, copies of the folder at each call, and the number of calls. */
  async #states(writer: Writer): Promise<readonly [Tree, Tree, readonly string[], number]> {
    const cwd = this.#copy(writer);
    const before = treeOf(cwd);
    const copies = mkdtempSync(join(this.#scratch, 'copies-'));
    const script = fileURLToPath(new URL('states.js', import.meta.url));
    const { code, stderr } = await execute([process.execPath, script, cwd, copies, ...writers[writer]], {
      cwd,
      env: this.#env,
    });
    assert.equal(code, 0, stderr);
    const calls = readdirSync(copies).length;
    const states = Array.from({ length: calls }, (_, n) => join(copies, String(n + 1)));
    const after = treeOf(cwd);
    assert.notDeepEqual(differing(after, before), []);
    return [before, after, states, calls];
  }

  /** Runs a command, and `act` before each of its calls that change files. */
  async #disturbed(writer: Writer, cwd: string, act: Act): Promise<{ code: number | null; stderr: string }> {
    let calls = 0;
    let ended: Awaited<ReturnType<typeof inProcess>> | undefined;
    await atCalls(
      call => {
        if (changing.test(call)) act(call, (calls += 1));
      },
      async () => {
        ended = await inProcess(writers[writer], cwd, this.#env);
      },
    );
    return ended ?? assert.fail();
  }

  #copy(writer: Writer): string {
    const cwd = mkdtempSync(join(this.#scratch, 'run-'));
    if (writer === 'new in a new folder') return cwd;
    const source = writer === 'lock' ? 'pypi' : 'nixpkgs';
    execFileSync('cp', ['-a', `${join(this.#scratch, source, 'shop')}/.`, cwd]);
    return cwd;
  }

  #target(writer: Writer, cwd: string): string {
    const made = join(cwd, 'made');
    return writer === 'new in a new folder' && !existsSync(made) ? made : cwd;
  }

  async #run(args: readonly string[], cwd: string): Promise<void> {
    const { code, stderr } = await inProcess(args, cwd, this.#env);
    assert.equal(code, 0, stderr);
  }
}
