import { Failure } from '../errors/failure.ts';
import { type LockFile, lockKinds, lockPaths, parseLock } from '../lock/lock-file.ts';
import { lockProblems } from '../lock/lock-problems.ts';
import type { MarkerEnvironment } from '../packaging/marker.ts';
import { requirementsToLock } from '../pyproject/lock-inputs.ts';
import { failed, messageOf, ok } from './finding.ts';
import type { DoctorContext, ProjectFacts } from './project-facts.ts';
import type { Findings } from './run-checks.ts';

const lock = 'nix-python-container lock';

/** Checks whether the lock files of a project whose packages come from PyPI fit its pyproject.toml and this machine. */
export const checkLockFiles = ({ facts }: DoctorContext): Promise<Findings> =>
  assessLockFiles(facts, process.arch === 'arm64' ? 'aarch64' : 'x86_64');

/**
 * Assesses the lock files of a project. Nix refuses to build with one that does not fit.
 * @param machine `x86_64` or `aarch64`
 */
export async function assessLockFiles(
  { values, pyproject, python, texts }: ProjectFacts,
  machine: string,
): Promise<Findings> {
  // The check of the answers reports a pyproject.toml that cannot be read.
  if (values.packagesFrom !== 'pypi' || !pyproject || pyproject instanceof Failure) return [];
  const missing = Object.values(lockPaths).filter(path => !texts.has(path));
  if (missing.length > 0) return failed(`${missing.join(' and ')} cannot be read: the packages are not locked`, lock);
  const environment: MarkerEnvironment = { pythonVersion: python, machine };
  try {
    const [runtime, development] = (await Promise.all(
      lockKinds.map(kind => parseLock(texts.get(lockPaths[kind]) ?? '', lockPaths[kind])),
    )) as [LockFile, LockFile];
    const problems = lockProblems(requirementsToLock(pyproject), { runtime, development }, environment);
    if (problems.length > 0) return problems.map(problem => failed(problem, lock));
    return ok(`The lock files hold all packages of pyproject.toml: ${development.packages.length} with what they need`);
  } catch (error) {
    if (error instanceof Failure) return failed(messageOf(error), lock);
    throw error;
  }
}
