import { join } from 'node:path';
import { failed } from '../errors/failure.ts';
import { lstat, mkdir, readBytes, readdir, readlink, rmdir, symlink, unlink } from './calls.ts';
import { codeOf, ifExists, ignoring } from './fs-error.ts';

/** When a process started, in the kernel's ticks (proc(5), field 22), `dead` if it only waits to be reaped; undefined without /proc. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = (await ifExists(readBytes(`/proc/${pid}/stat`)))?.toString();
  // The second field is the program's name in brackets and may hold anything, brackets too.
  const [state, ...rest] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return state === 'Z' || state === 'X' ? 'dead' : rest[18];
}

/** A name for one piece of work of this process: its id, its start, and some chance, which need not be a secret. */
export async function signature(): Promise<string> {
  const chance = Math.floor(Math.random() * 2 ** 48);
  return `${process.pid}.${(await startOf(process.pid)) ?? 0}.${chance.toString(16).padStart(12, '0')}`;
}

/** The shape of a signature, for searching. */
export const signaturePattern = /^\d+\.\d+\.[0-9a-f]{12}$/;

/** Whether the process that signed still runs. Its start is compared too: after a reboot, ids are given out again. */
export async function isAlive(owner: string): Promise<boolean> {
  const [pid, start] = owner.split('.').map(Number);
  if (!pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  const started = await startOf(pid);
  return started === undefined || started === String(start);
}

/** Who claims the folder: turn to signature. A claim is a symbolic link to nothing: made in one step, text and all. */
async function claims(folder: string): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  for (const name of (await ifExists(readdir(folder))) ?? []) {
    const turn = /^owner\.(\d+)$/.exec(name)?.[1];
    const owner = turn && (await ifExists(readlink(join(folder, name))));
    if (owner) found.set(Number(turn), owner);
  }
  return found;
}

/** The id of the living process that holds a folder; undefined if none does. Claims nothing itself. */
export async function lockHolder(folder: string): Promise<string | undefined> {
  for (const owner of (await claims(folder)).values()) if (await isAlive(owner)) return owner.split('.')[0];
  return undefined;
}

const sameClaims = (a: ReadonlyMap<number, string>, b: ReadonlyMap<number, string>): boolean =>
  a.size === b.size && [...a].every(([turn, owner]) => b.get(turn) === owner);

const otherRun = (folder: string, owner: string) =>
  failed(
    `Another run is in progress in ${folder} (process ${owner.split('.')[0]})`,
    'Wait until it has ended, then run this again.',
  );

/** Tries to take the next turn; undefined if somebody else was faster. */
async function takeTurn(folder: string, owner: string): Promise<string | undefined> {
  const seen = await claims(folder);
  for (const other of seen.values()) if (await isAlive(other)) throw otherRun(folder, other);
  const turn = Math.max(0, ...seen.keys()) + 1;
  const file = join(folder, `owner.${turn}`);
  try {
    await symlink(owner, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  // In between, another run may have ended and taken the folder along: then this claim is in a folder not looked at.
  if (!sameClaims(new Map([...seen, [turn, owner]]), await claims(folder))) {
    await ifExists(unlink(file));
    return undefined;
  }
  // Nobody can take this turn again while its claim is there, so the dead ones can go.
  for (const old of seen.keys()) await ifExists(unlink(join(folder, `owner.${old}`)));
  return file;
}

/** Removes the claims of `owner`, and the folder if nothing else is left in it. */
async function releaseLock(folder: string, owner: string): Promise<void> {
  for (const [turn, other] of await claims(folder)) {
    if (other === owner) await ifExists(unlink(join(folder, `owner.${turn}`)));
  }
  await ignoring(['ENOTEMPTY', 'EEXIST', 'ENOENT'], rmdir(folder));
}

/**
 * Makes `folder` unless it is there, claims it for this process while `work` is done, and removes it if it is empty then.
 * Claims of dead processes are passed over by taking the next turn; they are never removed first, since two processes
 * that both saw a dead claim could then both come to own the folder.
 * Fails if a living process holds the folder.
 */
export async function withLock(folder: string, work: () => Promise<void>): Promise<void> {
  const owner = await signature();
  try {
    let turn: string | undefined;
    while (turn === undefined) {
      await ignoring(['EEXIST'], mkdir(folder, { mode: 0o700 }));
      const stats = await ifExists(lstat(folder));
      if (stats && !stats.isDirectory()) throw failed(`${folder} is not a folder`, 'Move it away, then run it again.');
      turn = await takeTurn(folder, owner);
    }
    await work();
  } finally {
    // What stays behind is a claim that dies with this process: the next run passes it over.
    await releaseLock(folder, owner).catch(() => undefined);
  }
}
