import { Failure } from '../errors/failure.ts';
import { evaluateMarker, type MarkerEnvironment } from '../packaging/marker.ts';
import { requirementOfSource, splitMarker } from '../packaging/package-source.ts';
import { parseRequirement } from '../packaging/requirement.ts';
import { satisfies } from '../packaging/version.ts';
import { type LockFile, type LockFiles, lockKinds, lockPaths } from './lock-file.ts';

/** What a project asks of its lock files. */
export interface LockInputs {
  /** The requirements of each lock file (PEP 508). */
  readonly requirements: Readonly<Record<keyof LockFiles, readonly string[]>>;
  /** The packages that nixpkgs builds instead, normalised. */
  readonly fromNixpkgs: readonly string[];
}

/** Why the lock files do not fit a project, a sentence each without a full stop; as nix/python.nix checks it. */
export function lockProblems(inputs: LockInputs, locks: LockFiles, environment: MarkerEnvironment): string[] {
  return [
    ...lockKinds.flatMap(kind => problemsOf(inputs, kind, locks[kind], environment)),
    ...locks.runtime.packages
      .filter(({ name, version, marker }) => {
        const same = locks.development.packages.filter(other => other.name === name && other.marker === marker);
        return same.length > 0 && same.every(other => other.version !== version);
      })
      .map(({ name }) => `${lockPaths.runtime} and ${lockPaths.development} have different versions of ${name}`),
  ];
}

function problemsOf(
  { requirements, fromNixpkgs }: LockInputs,
  kind: keyof LockFiles,
  { environments, requiresPython, packages }: LockFile,
  environment: MarkerEnvironment,
): string[] {
  const path = lockPaths[kind];
  const holds = (marker: string): boolean | undefined => attempt(() => evaluateMarker(marker, environment, path));
  // What cannot be decided here is left to Nix.
  if (environments.length > 0 && environments.every(marker => holds(marker) === false)) {
    return [`${path} is not for this system: ${environments.join(', ')}`];
  }
  const { pythonVersion } = environment;
  if (requiresPython !== undefined && pythonVersion !== undefined && !hasPatch(pythonVersion, requiresPython)) {
    return [`${path} is for Python ${requiresPython}, not ${pythonVersion}`];
  }
  return requirements[kind].flatMap(text => {
    const { stated, marker } = splitMarker(text);
    if (marker !== undefined && holds(marker) !== true) return [];
    const requirement =
      requirementOfSource(stated)?.requirement ?? attempt(() => parseRequirement(stated, 'pyproject.toml'));
    if (!requirement || fromNixpkgs.includes(requirement.name)) return [];
    const { name, specifier } = requirement;
    const locked = packages.filter(each => each.name === name);
    if (locked.length === 0) return [`${path} lacks ${stated}`];
    const fits = locked.some(({ version }) => satisfies(version, specifier) === true);
    return fits ? [] : [`${path} has ${name} ${locked[0]?.version}, not ${stated}`];
  });
}

/** Whether a minor version of Python has, or may have, a patch version in a range. */
const hasPatch = (minor: string, range: string): boolean =>
  Array.from({ length: 100 }, (_, patch) => `${minor}.${patch}`).some(version => satisfies(version, range) !== false);

function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
