import { join } from 'node:path';
import { findRelease, releaseFollowedBy, releaseOfPin } from '../catalog/releases.ts';
import { gatherAnswers, type GatheredAnswers, type AnswerSource } from '../model/answers.ts';
import { versionIn, versionPlaces } from '../plan/merge-files.ts';
import type { Pin } from '../pin/pin.ts';
import type { Rendered } from '../plan/plan.ts';
import type { Checked } from '../model/project.ts';
import { pinOfLock } from '../pin/flake-lock.ts';
import { outdated, type Updated } from '../plan/plan-update.ts';
import type { ExistingProject } from './find-project.ts';
import { checkWithNix } from './check-with-nix.ts';
import { readPyprojectAnswers } from './pyproject-source.ts';
import { readLockedPin, pinFor } from './project-pin.ts';
import { fromFlags } from './answer-sources.ts';
import type { Context } from './context.ts';
import type { ProjectFiles } from './project-files.ts';

/** What is asked of a project that is there. */
export interface Wanted {
  /** New answers, from flags; what they leave open is as the project has it. */
  readonly values: AnswerSource['values'];
  /** What was generated last: the pin of a flake.lock that has one of another kind by now. */
  readonly base: Rendered | undefined;
  /** Its further services, if they are not those that are stored. */
  readonly services?: readonly string[];
  /** Ask Nix about the packages: true unless it is said. */
  readonly queryPackages?: boolean;
}

/** A project as it is to be. */
export interface LoadedProject extends Checked, Pick<GatheredAnswers, 'answers'>, Updated {}

/**
 * A project with new answers: the rest is read where its users change it (packages and Python in pyproject.toml, Bazel in
 * shell.nix, the pin in flake.lock) before the answers of the last run count.
 * @throws Failure (exit code 2) if the answers do not fit together, 1 if a pin cannot be looked up
 */
export async function loadProject(
  { name, stored, files }: ExistingProject,
  { values, base, services = stored.services, queryPackages = true }: Wanted,
  context: Context,
): Promise<LoadedProject> {
  const listed = readPyprojectAnswers(files);
  const moved = movedIn(files, stored);
  const sources = [fromFlags(values), ...placesIn(files), moved, ...(listed ? [listed.source] : []), stored];
  const warnings: string[] = [];
  const locked = readLockedPin(files);
  const lastLock = pinOfLock(base?.get('flake.lock') ?? '');
  const pin = async (nixpkgs: string): Promise<Pin> => {
    if (values.nixpkgs === undefined) return locked ?? lastLock ?? pinFor(nixpkgs, undefined, undefined, context);
    if (locked && isAhead(locked, nixpkgs)) {
      warnings.push(`nixpkgs: flake.lock has a later commit of ${nixpkgs} than this generator knows: it stays.`);
      return locked;
    }
    return pinFor(nixpkgs, undefined, undefined, context);
  };
  const gathered = await gatherAnswers(sources, { defaults: true, pin }, { today: context.today, folder: name });
  const attributes = listed?.attributes ?? new Map<string, string>();
  const to = releaseOfPin(gathered.pin, gathered.answers.nixpkgs)?.name;
  const old = outdated(attributes, findRelease(String(stored.values.nixpkgs))?.name, to);
  const entered = new Map([...attributes].filter(([name]) => !old.has(name)));
  const decided = { ...gathered, ...(listed ? { development: listed.development } : {}), services, entered };
  // A lock of another kind: what it leads to is not known, so Nix is not asked about it.
  const known = values.nixpkgs !== undefined || locked !== undefined;
  const { project, warnings: ofProject } = await checkWithNix(decided, context, queryPackages && known);
  const { answers } = decided;
  if (listed && listed.python === undefined) {
    const python = `"==${answers.python}.*"`;
    warnings.push(`pyproject.toml: requires-python must name one Python for nix/python.nix, as in ${python}.`);
  }
  return { project, answers, outdated: old, warnings: [...warnings, ...ofProject] };
}

/** The versions that stand at their places in the project. */
function placesIn({ folder, text }: ProjectFiles): AnswerSource[] {
  const answers = { 'pyproject.toml': 'python', 'shell.nix': 'bazel' } as const;
  return (Object.keys(versionPlaces) as (keyof typeof versionPlaces)[]).map(path => {
    const version = versionIn(path, text(path) ?? '');
    return { place: () => join(folder, path), values: version ? { [answers[path]]: version } : {} };
  });
}

/** The release whose branch flake.lock follows by now, if that is another one than was answered. */
function movedIn(files: ProjectFiles, { values }: AnswerSource): AnswerSource {
  const stored = String(values.nixpkgs);
  const locked = readLockedPin(files);
  const release = locked && releaseFollowedBy(locked);
  const moved = release && release.name !== stored ? { nixpkgs: release.name } : {};
  return { place: () => join(files.folder, 'flake.lock'), values: moved };
}

/** Has flake.lock been moved along the branch of a release, past the pin of the catalog? */
function isAhead(pin: Pin, nixpkgs: string): boolean {
  const release = findRelease(nixpkgs);
  if (!release || pin.locked.type !== 'github') return false;
  return releaseFollowedBy(pin)?.name === release.name && pin.locked.lastModified > release.pin.lastModified;
}
