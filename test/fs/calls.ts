// Wraps the functions of node:fs, so that a test can act before any call of the file system.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import '../../src/fs/apply-changes.ts'; // Loaded first: the calls that Node makes to load it do not count.

type Wrapped = Record<string, unknown>;
const names = [
  ...['accessSync', 'linkSync', 'lstatSync', 'mkdirSync', 'readdirSync', 'readFileSync', 'readlinkSync', 'renameSync'],
  ...['rmSync', 'rmdirSync', 'symlinkSync', 'unlinkSync'],
  ...['openSync', 'writeFileSync', 'fchownSync', 'fchmodSync', 'fsync', 'closeSync'],
];

/** The calls that change what is on disk. */
export const changing = /^(mkdir|open .* wx|writeFile|chmod|symlink|link|rename|unlink|rmdir|rm) /;

let before: ((call: string) => void) | undefined;

/** The calls that the test itself makes meanwhile do not count. */
function announce(name: string, args: readonly unknown[]): void {
  const act = before;
  before = undefined;
  try {
    act?.(
      `${name.replace(/^f?(\w+)Sync$/, '$1').replace('fsync', 'sync')} ${args.filter(arg => typeof arg === 'string').join(' ')}`,
    );
  } finally {
    before = act;
  }
}

function wrap(owner: Wrapped, name: string): void {
  const original = owner[name] as (...args: unknown[]) => unknown;
  owner[name] = function (this: unknown, ...args: unknown[]) {
    announce(name, args);
    return original.apply(this, args);
  };
}
for (const name of names) wrap(fs as unknown as Wrapped, name);
wrap(fs.realpathSync as unknown as Wrapped, 'native');
syncBuiltinESMExports();

/** Does `work`, and `act` before each of its calls of the file system; an error of `act` becomes that of the call. */
export async function atCalls(act: (call: string) => void, work: () => Promise<unknown>): Promise<void> {
  before = act;
  try {
    await work();
  } finally {
    before = undefined;
  }
}

/**
 * Does `work`, and `act` before the `n`th (from 1) of its calls of the file system that match.
 * @returns whether there were that many
 */
export async function atCall(n: number, act: () => void, work: () => Promise<unknown>, which = /^/): Promise<boolean> {
  let calls = 0;
  await atCalls(call => {
    if (which.test(call) && ++calls === n) act();
  }, work);
  return calls >= n;
}

/** Calls `attempt` with n = 1, 2, 3… until it returns false: there were fewer than n calls. Returns the number of calls. */
export async function atEveryCall(attempt: (n: number) => Promise<boolean>): Promise<number> {
  let n = 1;
  // Of the hundreds of mutants, each would take a minute.
  while (await attempt(n)) n += process.env.MUTATION_GROUP ? 3 : 1;
  return n - 1;
}
