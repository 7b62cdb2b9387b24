import type { LockFile } from './lock-file.ts';

/** What became of a package in a lock file. */
export interface LockChange {
  readonly name: string;
  /** Its versions before and after; undefined where it is not in the lock. */
  readonly before?: string;
  readonly after?: string;
}

/** The packages whose versions differ between two lock files, by name. */
export function lockChanges(before: LockFile | undefined, after: LockFile): LockChange[] {
  const [old, now] = [versionsIn(before), versionsIn(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .filter(name => old.get(name) !== now.get(name))
    .map(name => ({
      name,
      ...(old.has(name) ? { before: old.get(name) as string } : {}),
      ...(now.has(name) ? { after: now.get(name) as string } : {}),
    }));
}

/** The versions of each package: several, where they differ between systems. */
function versionsIn(lock: LockFile | undefined): Map<string, string> {
  const versions = new Map<string, string>();
  for (const { name, version } of lock?.packages ?? []) {
    const other = versions.get(name);
    versions.set(name, other === undefined || other === version ? version : `${other}, ${version}`);
  }
  return versions;
}

/** The changes, a line each. */
export const describeLockChanges = (changes: readonly LockChange[]): string =>
  changes.map(change => `${describeLockChange(change)}\n`).join('');

/** A change in one line: `+ redis 5.2.1`, `~ flask 3.0.0 → 3.1.0`, `- six 1.17.0`. */
export const describeLockChange = ({ name, before, after }: LockChange): string =>
  before === undefined
    ? `+ ${name} ${after}`
    : after === undefined
      ? `- ${name} ${before}`
      : `~ ${name} ${before} → ${after}`;
