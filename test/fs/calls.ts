// Stands between the code and node:fs, so that a test can act ahead of every call into the file system.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import '../../src/fs/apply-changes.ts'; // Loaded now: what Node reads to load it is no call of the code.

type Wrapped = Record<string, unknown>;
const names = [
  ...['accessSync', 'linkSync', 'lstatSync', 'mkdirSync', 'readdirSync', 'readFileSync', 'readlinkSync', 'renameSync'],
  ...['rmSync', 'rmdirSync', 'symlinkSync', 'unlinkSync'],
  ...['openSync', 'writeFileSync', 'fchownSync', 'fchmodSync', 'fsync', 'closeSync'],
];

/** Calls that change what is on the disk, as opposed to looking at it and waiting for it. */
export const changing = /^(mkdir|open .* wx|writeFile|chmod|symlink|link|rename|unlink|rmdir|rm) /;

let ahead: ((call: string) => void) | undefined;

/** What a test does ahead of a call is no call of the code. */
function announce(name: string, args: readonly unknown[]): void {
  const act = ahead;
  ahead = undefined;
  try {
    act?.(
      `${name.replace(/^f?(\w+)Sync$/, '$1').replace('fsync', 'sync')} ${args.filter(arg => typeof arg === 'string').join(' ')}`,
    );
  } finally {
    ahead = act;
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

/** Does `work`, with `act` ahead of each of its calls into the file system; an error that `act` throws becomes the call's. */
export async function atCalls(act: (call: string) => void, work: () => Promise<unknown>): Promise<void> {
  ahead = act;
  try {
    await work();
  } finally {
    ahead = undefined;
  }
}

/**
 * Does `work`, with `act` ahead of its `n`th call into the file system (from 1) among those that `which` matches.
 * Gives whether there were that many calls.
 */
export async function atCall(n: number, act: () => void, work: () => Promise<unknown>, which = /^/): Promise<boolean> {
  let calls = 0;
  await atCalls(call => {
    if (which.test(call) && ++calls === n) act();
  }, work);
  return calls >= n;
}

/** Tries `attempt` with n = 1, 2, 3… until it says that there were fewer calls than n. Gives the number of calls. */
export async function atEveryCall(attempt: (n: number) => Promise<boolean>): Promise<number> {
  let n = 1;
  while (await attempt(n)) n++;
  return n - 1;
}
