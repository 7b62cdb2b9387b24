// Two commands on one project at the same time, as processes of their own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Ended, treeOf } from '../commands/process.ts';
import { standInResolver } from '../commands/resolver.ts';
import { shippedCommand } from './check.ts';

type Arguments = readonly string[];

/** Pairs of commands; in a project, but for the first. */
export const pairs = {
  'new, new': [
    ['new', '.', '--yes', '--name=shop', '--python=3.12'],
    ['new', '.', '--yes', '--name=shop', '--python=3.13'],
  ],
  'add, add': [
    ['add', 'redis'],
    ['add', 'pillow'],
  ],
  'add, add --dev': [
    ['add', 'redis'],
    ['add', '--dev', 'hypothesis'],
  ],
  'add, remove': [
    ['add', 'redis'],
    ['remove', 'requests'],
  ],
  'add, update': [
    ['add', 'redis'],
    ['update', '--python=3.12'],
  ],
  'update, update': [
    ['update', '--python=3.12'],
    ['update', '--bazel=7'],
  ],
  'update, ci': [
    ['update', '--python=3.12'],
    ['ci', 'github'],
  ],
  'ci, ci': [
    ['ci', 'github'],
    ['ci', 'gitlab'],
  ],
  'service, service': [
    ['service', 'worker'],
    ['service', 'mail'],
  ],
  'service, service --remove': [
    ['service', 'worker'],
    ['service', '--remove', 'old'],
  ],
  'service --remove, update': [
    ['service', '--remove', 'old'],
    ['update', '--bazel=7'],
  ],
  'lock, add': [
    ['lock', '--upgrade'],
    ['add', 'redis'],
  ],
} as const satisfies Record<string, readonly [Arguments, Arguments]>;
export type Pair = keyof typeof pairs;

/** How the rounds of a pair ended: both were done, one after the other, or one of them was refused. */
export interface Rounds {
  readonly both: number;
  readonly refused: number;
}

/** An end that is right: exit codes, and what is on the disk. */
interface End {
  readonly codes: readonly (number | null)[];
  readonly tree: Readonly<Record<string, string>>;
}

/** How the command refuses that another one is or was at work; `new` may see the first files that another one has written. */
const refusal =
  /^error: (Another run is in progress in|.* was modified while this command ran\.$|.* is built by Bazel already: )/m;

/** Projects in a scratch folder, on which two commands at once are tried. */
export class PairBench {
  readonly #scratch: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(scratch: string) {
    this.#scratch = scratch;
    const { env, index } = standInResolver(join(scratch, 'stand-ins'));
    this.#env = env;
    index({ requests: ['2.32'], redis: ['5.0'] });
    this.upgrade = () => index({ requests: ['2.33'], redis: ['5.0'] });
  }

  readonly upgrade: () => void;

  /** Makes the projects that are copied. */
  async prepare(): Promise<void> {
    mkdirSync(join(this.#scratch, 'empty/shop'), { recursive: true });
    for (const source of ['nixpkgs', 'pypi'] as const) {
      const folder = join(this.#scratch, source);
      mkdirSync(folder);
      await this.#done(['new', 'shop', '--yes', '--packages=requests', `--packages-from=${source}`], folder);
      const shop = join(folder, 'shop');
      if (source === 'pypi') await this.#done(['lock'], shop);
      await this.#done(['service', 'old'], shop);
    }
    this.upgrade();
  }

  /**
   * Starts both commands of a pair together, some times, the one a little before the other.
   * @throws AssertionError if the project is not as after one order of both, or after one of them if the other was refused
   */
  async race(pair: Pair, rounds: number): Promise<Rounds> {
    const [first, second] = pairs[pair];
    const started = performance.now();
    const one = await this.#inOrder(pair, [first]);
    const duration = performance.now() - started;
    const other = await this.#inOrder(pair, [second]);
    const orders = [await this.#inOrder(pair, [first, second]), await this.#inOrder(pair, [second, first], true)];
    const outcome = { both: 0, refused: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const lag = ((round + 0.5) / rounds - 0.5) * duration;
      const cwd = this.#copy(pair);
      const [a, b] = await Promise.all([
        this.#after(Math.max(0, -lag), first, cwd),
        this.#after(Math.max(0, lag), second, cwd),
      ]);
      const tree = treeOf(cwd);
      const about = `${pair}, ${Math.round(lag)} ms apart: ${a.code} and ${b.code}\n${a.stderr}\n${b.stderr}`;
      const isAs = ({ codes, tree: wanted }: End) =>
        codes[0] === a.code && codes[1] === b.code && differing(tree, wanted).length === 0;
      if (orders.some(isAs)) outcome.both += 1;
      else {
        const [refused, done] = a.code === 0 ? [b, one] : [a, other];
        assert.match(refused.stderr, refusal, about);
        const [succeeded, code] = [a.code, b.code].sort();
        assert.ok(succeeded === 0 && code === (refused.stderr.includes('built by Bazel already') ? 2 : 1), about);
        assert.deepEqual(differing(tree, done.tree), [], about);
        outcome.refused += 1;
      }
      rmSync(cwd, { recursive: true });
    }
    return outcome;
  }

  async #inOrder(pair: Pair, commands: readonly Arguments[], reversed = false): Promise<End> {
    const cwd = this.#copy(pair);
    const codes: (number | null)[] = [];
    for (const args of commands) codes.push((await shippedCommand(args, cwd, this.#env)).code);
    const tree = treeOf(cwd);
    rmSync(cwd, { recursive: true });
    return { codes: reversed ? codes.reverse() : codes, tree };
  }

  async #after(lag: number, args: Arguments, cwd: string): Promise<Ended> {
    await setTimeout(lag);
    return shippedCommand(args, cwd, this.#env);
  }

  async #done(args: Arguments, cwd: string): Promise<void> {
    const { code, stderr } = await shippedCommand(args, cwd, this.#env);
    assert.equal(code, 0, stderr);
  }

  #copy(pair: Pair): string {
    const cwd = mkdtempSync(join(this.#scratch, 'run-'));
    const source = pair === 'new, new' ? 'empty' : pair === 'lock, add' ? 'pypi' : 'nixpkgs';
    execFileSync('cp', ['-a', `${join(this.#scratch, source, 'shop')}/.`, cwd]);
    return cwd;
  }
}

const differing = (a: End['tree'], b: End['tree']): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(path => a[path] !== b[path]);
