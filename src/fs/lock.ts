import { join } from 'node:path';
import { failed, type Failure } from '../errors/failure.ts';
import { lstat, mkdir, readBytes, readdir, readlink, rmdir, symlink, unlink } from './calls.ts';
import { codeOf, ifExists, ignoreCodes } from './fs-error.ts';

/** When a process started, in clock ticks since boot (proc(5), field 22); `dead` for a zombie; undefined without /proc. */
async function startTimeOf(pid: number): Promise<string | undefined> {
  const stat = (await ifExists(readBytes(`/proc/${pid}/stat`)))?.toString();
  // The second field is the name of the program in parentheses, which may itself have parentheses and blanks.
  const [state, ...rest] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return state === 'Z' || state === 'X' ? 'dead' : rest[18];
}

/** The namespace in which process ids count: that of a container, for example; undefined without /proc. */
async function pidNamespace(): Promise<string | undefined> {
  return /\d+/.exec((await ifExists(readlink('/proc/self/ns/pid'))) ?? '')?.[0];
}

/**
 * A new id for the owner of a lock: process id, start time of the process, a random number, which need not be secret, and the
 * namespace of the process id.
 */
export async function newOwnerId(): Promise<string> {
  const random = Math.floor(Math.random() * 2 ** 48);
  const [start, namespace] = [await startTimeOf(process.pid), await pidNamespace()];
  return `${process.pid}.${start ?? 0}.${random.toString(16).padStart(12, '0')}.${namespace ?? 0}`;
}

/** What owner ids look like. */
export const ownerIdPattern = /^\d+\.\d+\.[0-9a-f]{12}(\.\d+)?$/;

/** How long a claim from another namespace counts, in milliseconds: its process cannot be looked for, and a run is a matter of seconds. */
const trustedFor = 60_000;

/**
 * Whether the process of an owner still runs. Its start time is compared too, since process ids are reused.
 * @param claim the file that the owner has claimed with
 */
export async function isAlive(owner: string, claim: string): Promise<boolean> {
  const [pid, start, , namespace] = owner.split('.').map(Number);
  if (!pid) return false;
  if (namespace && String(namespace) !== (await pidNamespace())) {
    const stats = await ifExists(lstat(claim));
    return stats !== undefined && Date.now() - stats.mtimeMs < trustedFor;
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  const started = await startTimeOf(pid);
  return started === undefined || started === String(start);
}

/** The claims on a folder: ticket to owner id. A claim is a symbolic link whose target is that id, since links are created atomically. */
async function claimsOn(folder: string): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  for (const name of (await ifExists(readdir(folder))) ?? []) {
    const ticket = /^owner\.(\d+)$/.exec(name)?.[1];
    const owner = ticket && (await ifExists(readlink(join(folder, name))));
    if (owner) found.set(Number(ticket), owner);
  }
  return found;
}

const claimOf = (folder: string, ticket: number): string => join(folder, `owner.${ticket}`);

/** The id of the running process that holds the lock of a folder; undefined if none does. */
export async function lockHolder(folder: string): Promise<string | undefined> {
  for (const [ticket, owner] of await claimsOn(folder)) {
    if (await isAlive(owner, claimOf(folder, ticket))) return owner.split('.')[0];
  }
  return undefined;
}

const sameClaims = (a: ReadonlyMap<number, string>, b: ReadonlyMap<number, string>): boolean =>
  a.size === b.size && [...a].every(([ticket, owner]) => b.get(ticket) === owner);

const otherRun = (folder: string, owner: string): Failure =>
  failed(
    `Another run is in progress in ${folder} (process ${owner.split('.')[0]})`,
    'Wait until it has finished, then run this again.',
  );

/** Claims the folder with the next ticket. Returns whether that worked: another process may have been faster. */
async function tryLock(folder: string, owner: string): Promise<boolean> {
  const seen = await claimsOn(folder);
  for (const [ticket, other] of seen) if (await isAlive(other, claimOf(folder, ticket))) throw otherRun(folder, other);
  const ticket = Math.max(0, ...seen.keys()) + 1;
  const file = claimOf(folder, ticket);
  try {
    await symlink(owner, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  // Meanwhile another run may have finished and deleted the folder: then this claim is in a new one, with other claims.
  if (!sameClaims(new Map([...seen, [ticket, owner]]), await claimsOn(folder))) {
    await ifExists(unlink(file));
    return false;
  }
  // Nobody can take this ticket while its claim exists, so those of dead processes can be removed.
  for (const old of seen.keys()) await ifExists(unlink(claimOf(folder, old)));
  return true;
}

/** Removes the claims of an owner, and the folder if it is empty then. */
async function releaseLock(folder: string, owner: string): Promise<void> {
  for (const [ticket, other] of await claimsOn(folder)) {
    if (other === owner) await ifExists(unlink(claimOf(folder, ticket)));
  }
  await ignoreCodes(['ENOTEMPTY', 'EEXIST', 'ENOENT'], rmdir(folder));
}

/**
 * Holds the lock of `folder` while `work` is done. Creates the folder if necessary, and removes it if it is empty afterwards.
 * The claim of a dead process is overridden by the next ticket, and removed only then: two processes that removed it first
 * could both claim the folder.
 * @throws Failure if a running process holds the lock
 */
export async function withLock(folder: string, work: () => Promise<void>): Promise<void> {
  const owner = await newOwnerId();
  try {
    let locked = false;
    while (!locked) {
      await ignoreCodes(['EEXIST'], mkdir(folder, { mode: 0o700 }));
      const stats = await ifExists(lstat(folder));
      if (stats && !stats.isDirectory()) throw failed(`${folder} is not a folder`, 'Move it away, then run it again.');
      locked = await tryLock(folder, owner);
    }
    await work();
  } finally {
    // A claim that cannot be removed is dead once this process has ended.
    await releaseLock(folder, owner).catch(() => undefined);
  }
}
