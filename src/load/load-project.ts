import { join } from 'node:path';
import { findRelease, releaseFollowedBy, releaseOfPin } from '../catalog/releases.ts';
import type { AnswerSource, GatheredAnswers } from '../model/answers.ts';
import { gatherAnswers } from '../model/interview.ts';
import { type Checked, storedFramework } from '../model/project.ts';
import type { StoredAnswers } from '../model/stored-answers.ts';
import { pinOfLock } from '../pin/flake-lock.ts';
import type { Pin } from '../pin/pin.ts';
import { versionIn, versionPlaces } from '../plan/merge-files.ts';
import { outdatedAttributes, type Updated } from '../plan/plan-update.ts';
import type { Rendered } from '../render/render.ts';
import { fromFlags } from './answer-sources.ts';
import { checkWithNix } from './check-with-nix.ts';
import type { Context } from './context.ts';
import type { ExistingProject } from './find-project.ts';
import type { ProjectFiles } from './project-files.ts';
import { pinFor, readLockedPin } from './project-pin.ts';
import { type PyprojectAnswers, readPyprojectAnswers } from './pyproject-source.ts';

/** A project as its files are: users change packages and Python in pyproject.toml, Bazel in shell.nix, the pin in flake.lock. */
export interface LoadedProject {
  readonly name: string;
  readonly stored: StoredAnswers;
  /** Its answers, by precedence, highest first. */
  readonly sources: readonly AnswerSource[];
  /** What pyproject.toml lists; undefined without one. */
  readonly listed: PyprojectAnswers | undefined;
  /** The pin in flake.lock; undefined if it is not of a kind that this generator writes. */
  readonly locked: Pin | undefined;
  /** The pin in the flake.lock that was generated last. */
  readonly lastPin: Pin | undefined;
  /** The path of its folder in its git repository; see `Project`. */
  readonly place: string;
  /** The path of its nix/overrides.nix, if it has one. */
  readonly overrides: string | undefined;
}

/** A change of a project. What it leaves open stays. */
export interface ProjectChange {
  /** New answers, from flags. */
  readonly values?: AnswerSource['values'];
  /** The names of its further services. */
  readonly services?: readonly string[];
  /** The commands of its further processes, by name. */
  readonly processes?: Readonly<Record<string, string>>;
  /** Whether to ask Nix about the packages; by default true. */
  readonly askNix?: boolean;
}

/** A project with a change made, checked. */
export interface ChangedProject extends Checked, Pick<GatheredAnswers, 'answers'>, Updated {}

/**
 * Reads an existing project.
 * @param recorded the last generated state; undefined if it is not recorded
 * @throws Failure (exit code 2) if pyproject.toml is invalid
 */
export function loadProject({ name, stored, files }: ExistingProject, recorded: Rendered | undefined): LoadedProject {
  const listed = readPyprojectAnswers(files, storedFramework(stored.values));
  const locked = readLockedPin(files);
  const sources = [
    ...versionSources(files),
    ...releaseSource(files, locked, stored),
    ...(listed ? [listed.source] : []),
    stored,
  ];
  const lastPin = pinOfLock(recorded?.get('flake.lock') ?? '');
  const { place } = files;
  return { name, stored, sources, listed, locked, lastPin, place, overrides: files.pathIfExists('nix/overrides.nix') };
}

/**
 * Makes a change to a project, and checks the result. Nothing is written.
 * @throws Failure (exit code 2) if the answers are invalid or contradict each other, 1 if a pin cannot be resolved
 */
export async function changeProject(
  loaded: LoadedProject,
  { values = {}, services = loaded.stored.services, processes = loaded.stored.processes, askNix = true }: ProjectChange,
  context: Context,
): Promise<ChangedProject> {
  const { gathered, warnings } = await gather(loaded, values, context);
  const { entered, outdated } = attributesFor(gathered, loaded);
  const development = loaded.listed ? { development: loaded.listed.development } : {};
  // What a lock of another kind pins is not known, and so Nix is not asked about it.
  const isPinKnown = values.nixpkgs !== undefined || loaded.locked !== undefined;
  const { adopted } = loaded.stored;
  const decided = { ...gathered, ...development, services, processes, adopted, entered, place: loaded.place };
  const options = { askNix: askNix && isPinKnown, overrides: loaded.overrides };
  const checked = await checkWithNix(decided, context, options);
  const { answers } = gathered;
  return {
    project: checked.project,
    answers,
    outdated,
    faults: checked.faults,
    warnings: [...warnings, ...pythonWarnings(loaded, answers.python), ...checked.warnings],
  };
}

async function gather(
  { name, stored, sources, locked, lastPin }: LoadedProject,
  values: AnswerSource['values'],
  context: Context,
): Promise<{ gathered: GatheredAnswers; warnings: string[] }> {
  const warnings: string[] = [];
  const currentPin = values.nixpkgs === undefined ? (locked ?? lastPin) : undefined;
  const pin = async (nixpkgs: string): Promise<Pin> => {
    if (currentPin) return currentPin;
    if (!locked || !isAhead(locked, nixpkgs)) return pinFor(nixpkgs, undefined, undefined, context);
    warnings.push(`nixpkgs: kept the commit in flake.lock, which is later than this generator's for ${nixpkgs}.`);
    return locked;
  };
  const gathered = await gatherAnswers(
    [fromFlags(values), ...sources],
    { defaults: true, pin },
    { today: context.today, folder: name, hasCode: Boolean(stored.values.app), storedName: name },
  );
  return { gathered, warnings };
}

/** The versions that users change by hand, where they change them. */
function versionSources({ folder, text }: ProjectFiles): AnswerSource[] {
  const answers = { 'pyproject.toml': 'python', 'shell.nix': 'bazel' } as const;
  return (Object.keys(versionPlaces) as (keyof typeof versionPlaces)[]).flatMap(path => {
    const version = versionIn(path, text(path) ?? '');
    return version === undefined ? [] : [{ place: () => join(folder, path), values: { [answers[path]]: version } }];
  });
}

/** The release whose branch flake.lock follows, if it is not the stored one. */
function releaseSource({ folder }: ProjectFiles, locked: Pin | undefined, { values }: StoredAnswers): AnswerSource[] {
  const release = locked && releaseFollowedBy(locked);
  if (!release || release.name === values.nixpkgs) return [];
  return [{ place: () => join(folder, 'flake.lock'), values: { nixpkgs: release.name } }];
}

/** Whether flake.lock has been moved along the branch of a release, past the pin in the catalog. */
function isAhead(pin: Pin, nixpkgs: string): boolean {
  const release = findRelease(nixpkgs);
  if (!release || pin.locked.type !== 'github') return false;
  return releaseFollowedBy(pin)?.name === release.name && pin.locked.lastModified > release.pin.lastModified;
}

/** The attributes in pyproject.toml that stay, and the packages whose attribute does not fit the new pin any more. */
function attributesFor(
  { pin, answers }: GatheredAnswers,
  { listed, stored }: LoadedProject,
): { entered: ReadonlyMap<string, string>; outdated: ReadonlySet<string> } {
  const attributes = listed?.attributes ?? new Map<string, string>();
  const from = findRelease(String(stored.values.nixpkgs));
  const to = releaseOfPin(pin, answers.nixpkgs);
  const outdated = outdatedAttributes(attributes, from?.name, to?.name);
  return { entered: new Map([...attributes].filter(([name]) => !outdated.has(name))), outdated };
}

const pythonWarnings = ({ listed }: LoadedProject, python: string): string[] =>
  listed && listed.python === undefined
    ? [`pyproject.toml: requires-python must name one Python for nix/python.nix, as in "==${python}.*".`]
    : [];
