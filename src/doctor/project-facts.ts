import { readTextIfExists } from '../fs/text-file.ts';
import { join } from 'node:path';
import { type Release, releaseOfPin, withRelease } from '../catalog/releases.ts';
import type { AnswerSource } from '../model/answers.ts';
import { Failure } from '../errors/failure.ts';
import { repositoryAround } from '../fs/repository.ts';
import { possiblePaths } from '../render/files.ts';
import { versionIn } from '../plan/merge-files.ts';
import { moduleOf } from '../model/name.ts';
import type { Pin } from '../pin/pin.ts';
import { lockPaths } from '../lock/lock-file.ts';
import { parsePyproject, type PyprojectDocument } from '../pyproject/pyproject.ts';
import { pinOfLock } from '../pin/flake-lock.ts';
import type { Machine } from './machine.ts';

/** The files of a project, as far as they are checked. */
export interface ProjectFiles {
  /** The answers of the last run; none if .yo-rc.json cannot be read. */
  readonly values: AnswerSource['values'];
  /** Why .yo-rc.json cannot be read. */
  readonly answersError?: Failure | undefined;
  /** The generated files that exist, and those of `userFiles`, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** A project, and what its files say about it. */
export interface ProjectFacts extends ProjectFiles {
  /** Undefined if flake.lock has no pin of a kind that this generator writes. */
  readonly pin: Pin | undefined;
  /** The release that the pin belongs to; undefined if it is not known. */
  readonly release: Release | undefined;
  /** A failure if it cannot be read. */
  readonly pyproject: PyprojectDocument | Failure | undefined;
  /** Minor version of Python (`3.13`): that of pyproject.toml, else the answer. */
  readonly python: string | undefined;
  /** Major version of Bazel (`8`): that of shell.nix, else the answer. */
  readonly bazel: string | undefined;
}

/** A project on a machine. */
export interface DoctorContext extends Machine {
  readonly today: Date;
  readonly facts: ProjectFacts;
  /** Called before Nix is asked about the packages, which may take seconds. */
  readonly onEvaluation?: () => void;
}

/** Files that are not generated, and checked if they exist. */
export const userFiles: readonly string[] = [
  ...['user.bazelrc', '.bazelversion', 'WORKSPACE.bazel'],
  ...Object.values(lockPaths),
];

/**
 * Reads the files of a project. A file that cannot be read counts as missing.
 * @param services the modules of its further services
 */
export function readProjectFiles(
  folder: string,
  { name }: AnswerSource['values'],
  services: readonly string[],
): ReadonlyMap<string, string> {
  const module = typeof name === 'string' ? moduleOf(name) : undefined;
  const paths = possiblePaths({ module, services }, repositoryAround(folder)?.place ?? '');
  const read = [...paths, ...userFiles].map(path => [path, readTextIfExists(join(folder, path))] as const);
  return new Map(read.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** What the files of a project say about it. They count for more than the stored answers. */
export function projectFacts(read: ProjectFiles): ProjectFacts {
  const { values, texts } = read;
  const pin = pinOfLock(texts.get('flake.lock') ?? '');
  const pyproject = pyprojectOf(texts.get('pyproject.toml'));
  const answer = (name: 'python' | 'bazel'): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    ...read,
    pin: pin && withRelease(pin),
    release: pin && releaseOfPin(pin),
    pyproject,
    python: (pyproject instanceof Failure ? undefined : pyproject?.python) ?? answer('python'),
    bazel: versionIn('shell.nix', texts.get('shell.nix') ?? '') ?? answer('bazel'),
  };
}

function pyprojectOf(text: string | undefined): ProjectFacts['pyproject'] {
  try {
    return text === undefined ? undefined : parsePyproject(text, 'pyproject.toml');
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
