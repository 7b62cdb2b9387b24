import { Failure } from '../errors/failure.ts';
import { evaluateMarker, type MarkerEnvironment } from './marker.ts';
import { isSource, requirementOfSource, splitMarker, withoutSecrets } from './package-source.ts';
import { nameIn, parseRequirement, type Requirement } from './requirement.ts';

/** The list of a project that a package belongs in: that of the image, or that of development and tests alone. */
export type Group = 'runtime' | 'dev';

/** A package that a file asks for. */
export interface PlacedRequirement {
  readonly requirement: Requirement;
  /** File and line: `requirements.txt:3`. */
  readonly place: string;
  readonly group: Group;
  /** Whether the name may be that of something else than a Python package: it comes from conda. */
  readonly isGuess?: true;
}

/** A line or entry that is not carried over, and why. */
export interface SkippedLine {
  /** As it is in the file, joined if it went over several lines, and shortened; user, password and query of URLs are hidden. */
  readonly line: string;
  readonly place: string;
  /** The end of a sentence that begins with the line. */
  readonly reason: string;
}

/** What a file that lists packages comes to, whatever its format. */
export interface ParsedRequirements {
  /** In the order of the file; a package may come more than once. */
  readonly requirements: readonly PlacedRequirement[];
  readonly skipped: readonly SkippedLine[];
  /** Sentences about what is carried over in part; what many entries have in common is said once for the file. */
  readonly notes: readonly string[];
}

/** Where the packages of a project come from, which is why some lines are left out. */
export type Origin = 'nixpkgs' | 'pypi';

const titles: Readonly<Record<Origin, string>> = { nixpkgs: 'nixpkgs', pypi: 'PyPI' };

/** What is said once for a whole file, with the names of the packages it is about. */
const summaries = {
  hashes: (names, _, origin) => `the hashes of ${count(names)} are not carried over; ${reasons[origin].hashes}.`,
  buildSettings: (names, _, origin) =>
    `the build settings of ${count(names)} are not carried over; ${reasons[origin].build}.`,
  indexes: (names, _, origin) =>
    `the package indexes of ${count(names)} are not carried over; ${reasons[origin].index}.`,
  otherOptions: names => `the options after ${list(names)} are not carried over.`,
  paths: (names, _, origin) =>
    `packages listed by a path of another machine are taken from ${titles[origin]}, by name: ${list(names)}.`,
  optionalGroups: (groups, file) =>
    `optional groups are left out: ${list(groups)}. To take one, name the file as ${file}[${groups[0]?.split(' ')[0]}].`,
  otherEnvironments: names => `packages for other environments are left out: ${list(names)}.`,
  programs: names => `programs and libraries of conda are left out: ${list(names)}.`,
  someMachines: names => `packages for certain machines only are taken for all: ${list(names)}.`,
} as const satisfies Record<string, (names: readonly string[], file: string, origin: Origin) => string>;
export type Summary = keyof typeof summaries;

/** Why settings of pip, and paths, are left out, by where packages come from. */
const reasons = {
  nixpkgs: {
    index: 'packages come from nixpkgs, not from an index',
    build: 'nixpkgs builds packages with its own settings',
    hashes: 'nixpkgs verifies its own sources',
    versions: 'nixpkgs has one version of each package',
    path: 'packages come from nixpkgs, by name',
  },
  pypi: {
    index: 'name the index in the configuration of pip or uv (pip.conf, PIP_INDEX_URL)',
    build: 'wheels are installed as they are',
    hashes: 'lock writes those of all wheels',
    versions: 'state the range with the package',
    path: 'build a wheel of it into the folder wheels/ of the project, and add it by name',
  },
} as const satisfies Record<Origin, Record<string, string>>;
export type Reason = keyof (typeof reasons)[Origin];

const count = ({ length }: readonly string[]): string => (length === 1 ? '1 package' : `${length} packages`);
const list = (names: readonly string[]): string =>
  names.length > 10 ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more` : names.join(', ');

/** Why a marker leaves a package out. */
const markerReasons = {
  nowhere: 'its environment marker does not hold here',
  unknown: 'its environment marker cannot be evaluated here',
} as const;

/** The Linux machines that images are built for, as `platform_machine` calls them. */
const machines = ['x86_64', 'aarch64'];

/** How an entry is added. */
export interface AddOptions {
  /** `runtime` unless it says otherwise. */
  readonly group?: Group;
  /** The whole entry, for messages, if the text is a part of it. */
  readonly line?: string;
  readonly isGuess?: true;
  /** It is from a lock for all environments: those whose markers do not hold are summed up. */
  readonly isLocked?: boolean;
}

/** Gathers what one file lists. Nothing that an entry says refuses the others: it is skipped, with the reason. */
export class RequirementsBuilder {
  readonly #requirements: PlacedRequirement[] = [];
  readonly #skipped: SkippedLine[] = [];
  readonly #notes: string[] = [];
  readonly #summaries = new Map<Summary, Set<string>>();

  readonly #file: string;
  readonly #environment: MarkerEnvironment;
  readonly #origin: Origin;

  /**
   * @param file its path, for messages
   * @param environment what markers are evaluated for
   * @param origin where the packages are to come from
   */
  constructor(file: string, environment: MarkerEnvironment = {}, origin: Origin = 'nixpkgs') {
    this.#file = file;
    this.#environment = environment;
    this.#origin = origin;
  }

  /**
   * Adds an entry as PEP 508 and pip write it: a name with extras, range, marker, or a URL or path in the place of a range.
   * @returns the package's name, undefined if it was skipped
   */
  addText(
    text: string,
    place: string,
    { group = 'runtime', line = text, isGuess, isLocked = false }: AddOptions = {},
  ): string | undefined {
    const { stated, marker } = splitMarker(text);
    const holds = marker === undefined ? 'everywhere' : this.#evaluate(marker, place);
    if (holds === 'nowhere' && isLocked) {
      this.summarise('otherEnvironments', nameIn(stated));
      return undefined;
    }
    if (holds !== 'everywhere' && holds !== 'somewhere') {
      this.skip(line, place, holds instanceof Failure ? reasonIn(holds, place) : markerReasons[holds]);
      return undefined;
    }
    const requirement = isSource(stated) ? this.#fromSource(stated, place, line) : parsed(stated, place);
    if (requirement === undefined) return undefined;
    if (requirement instanceof Failure) {
      this.skip(line, place, reasonIn(requirement, place));
      return undefined;
    }
    if (holds === 'somewhere') this.summarise('someMachines', requirement.name);
    this.#requirements.push({ requirement, place, group, ...(isGuess ? { isGuess } : {}) });
    return requirement.name;
  }

  /** Why something is left out that is about where packages come from. */
  reason(reason: Reason): string {
    return reasons[this.#origin][reason];
  }

  skip(line: string, place: string, reason: string): void {
    this.#skipped.push({ line: shown(line), place, reason: withoutSecrets(reason) });
  }

  /** @param note a sentence */
  note(note: string): void {
    this.#notes.push(`${this.#file}: ${withoutSecrets(note)}`);
  }

  summarise(summary: Summary, name: string): void {
    this.#summaries.set(summary, (this.#summaries.get(summary) ?? new Set()).add(name));
  }

  result(): ParsedRequirements {
    const summed = [...this.#summaries].map(
      ([summary, names]) => `${this.#file}: ${summaries[summary]([...names], this.#file, this.#origin)}`,
    );
    return { requirements: this.#requirements, skipped: this.#skipped, notes: [...this.#notes, ...summed] };
  }

  /** Where a marker holds, as far as is known; a failure if it is not valid. */
  #evaluate(marker: string, place: string): 'everywhere' | 'somewhere' | keyof typeof markerReasons | Failure {
    const truths = attempt(() =>
      machines.map(machine => evaluateMarker(marker, { machine, ...this.#environment }, place)),
    );
    if (truths instanceof Failure) return truths;
    if (truths.every(truth => truth === true)) return 'everywhere';
    if (truths.includes(true)) return 'somewhere';
    return truths.includes(undefined) ? 'unknown' : 'nowhere';
  }

  /** The package that a URL or path names: that is taken, and where it came from is said. */
  #fromSource(stated: string, place: string, line: string): Requirement | undefined {
    const source = requirementOfSource(stated);
    if (source === undefined) {
      this.skip(line, place, `it names no package; ${this.reason('path')}`);
      return undefined;
    }
    const { requirement, isPath } = source;
    if (isPath) this.summarise('paths', requirement.name);
    else {
      this.#notes.push(
        `${place}: ${requirement.name} is taken from ${titles[this.#origin]}, by name, in place of ${shown(line)}`,
      );
    }
    return requirement;
  }
}

/** An entry as messages show it. */
function shown(line: string): string {
  const harmless = withoutSecrets(line);
  return harmless.length > longestShown ? `${harmless.slice(0, longestShown)}…` : harmless;
}
const longestShown = 200;

const parsed = (text: string, place: string): Requirement | Failure => attempt(() => parseRequirement(text, place));

/** The result, or the failure. */
function attempt<Result>(work: () => Result): Result | Failure {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** The message of a failure as the end of a sentence: without the place that it begins with. */
const reasonIn = ({ message }: Failure, place: string): string => message.replace(`${place}: `, '').replace(/\.$/, '');
