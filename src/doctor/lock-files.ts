import { Failure } from '../errors/failure.ts';
import { type LockFile, lockKinds, lockPaths, parseLock } from '../lock/lock-file.ts';
import { lockProblems } from '../lock/lock-problems.ts';
import type { MarkerEnvironment } from '../packaging/marker.ts';
import { requirementsToLock } from '../pyproject/lock-inputs.ts';
import { machine } from '../resolve/resolve.ts';
import { failed, messageOf, ok } from './finding.ts';
import type { DoctorContext, ProjectFacts } from './project-facts.ts';
import type { Findings } from './run-checks.ts';

const lock = 'nix-python-container lock';

/** Checks whether the lock files of a project whose packages come from PyPI fit its pyproject.toml and this machine. */
export const checkLockFiles = ({ facts }: DoctorContext): Promise<Findings> =>
  assessLockFiles(facts, { machine, system: process.platform === 'darwin' ? 'darwin' : 'linux' });

/**
 * Assesses the lock files of a project. Nix refuses to build with one that does not fit.
 * @param host the machine, without its Python
 */
export async function assessLockFiles(
  { values, pyproject, python, texts }: ProjectFacts,
  host: Omit<MarkerEnvironment, 'pythonVersion'>,
): Promise<Findings> {
  // The check of the answers reports a pyproject.toml that cannot be read.
  if (values.packagesFrom !== 'pypi' || !pyproject || pyproject instanceof Failure) return [];
  const missing = Object.values(lockPaths).filter(path => !texts.has(path));
  if (missing.length > 0) return failed(`${missing.join(' and ')} cannot be read: the packages are not locked`, lock);
  const environment: MarkerEnvironment = { ...host, pythonVersion: python };
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
