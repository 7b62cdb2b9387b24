import { readTextIfExists } from '../fs/text-file.ts';
import { join } from 'node:path';
import { type Release, releaseOfPin, withRelease } from '../catalog/releases.ts';
import type { AnswerSource } from '../model/answers.ts';
import { Failure } from '../errors/failure.ts';
import { files } from '../render/files.ts';
import { versionIn } from '../plan/merge-files.ts';
import { moduleOf } from '../model/name.ts';
import type { Pin } from '../pin/pin.ts';
import { type Pyproject, readPyproject } from '../pyproject/pyproject.ts';
import { pinOfLock } from '../pin/flake-lock.ts';
import type { Machine } from './run-program.ts';

/** What a folder of a project holds, as far as its checks look at it. */
export interface ProjectFiles {
  /** The answers of the last run; none if .yo-rc.json cannot be read. */
  readonly values: AnswerSource['values'];
  /** Why .yo-rc.json cannot be read. */
  readonly fault?: Failure | undefined;
  /** Every generated file that is there, and what a user puts beside them, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** A project, and what its own files say. */
export interface ProjectFacts extends ProjectFiles {
  /** Undefined if flake.lock holds none of the kinds that this generator writes. */
  readonly pin: Pin | undefined;
  /** The release that the pin belongs to; undefined if it is not known. */
  readonly release: Release | undefined;
  /** A failure says why it cannot be read. */
  readonly pyproject: Pyproject | Failure | undefined;
  /** Minor version of Python: that of pyproject.toml, else the answer. */
  readonly python: string | undefined;
  /** Major version of Bazel: that of shell.nix, else the answer. */
  readonly bazel: string | undefined;
}

/** A project on a machine. */
export interface DoctorContext extends Machine {
  readonly today: Date;
  readonly facts: ProjectFacts;
  /** Called before Nix is asked for packages, which may take seconds. */
  readonly onEvaluation?: () => void;
}

/** Files that are looked at and that no template makes. */
export const besides: readonly string[] = ['user.bazelrc', '.bazelversion', 'WORKSPACE.bazel'];

/**
 * Reads what a folder of a project holds. Whatever cannot be read counts as not there.
 * @param services the modules of its further services
 */
export function readProjectFiles(
  folder: string,
  { name }: AnswerSource['values'],
  services: readonly string[],
): ReadonlyMap<string, string> {
  const module = typeof name === 'string' ? [moduleOf(name)] : [];
  const paths = files.flatMap(({ path, service }) =>
    path.includes('%') ? (service ? services : module).map(replacement => path.replaceAll('%', replacement)) : [path],
  );
  const read = [...new Set([...paths, ...besides])].map(path => [path, readTextIfExists(join(folder, path))] as const);
  return new Map(read.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** What the files of a project say, which counts for more than what was answered once. */
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
    return text === undefined ? undefined : readPyproject(text, 'pyproject.toml');
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
