import { Failure } from '../errors/failure.ts';
import { evaluateMarker, type MarkerEnvironment } from './marker.ts';
import { isSource, requirementOfSource, splitMarker } from './package-source.ts';
import { nameIn, parseRequirement, type Requirement } from './requirement.ts';
import { withoutSecrets } from '../text/secrets.ts';
import { shortened } from '../text/shown.ts';

/** Where a package belongs: in the image, or in development and tests only. */
export type Group = 'runtime' | 'dev';

/** A requirement from a file, with its location. */
export interface PlacedRequirement {
  readonly requirement: Requirement;
  /** File and line: `requirements.txt:3`. */
  readonly place: string;
  readonly group: Group;
  /** Set for a name from conda, which may belong to something other than a Python package. */
  readonly isGuess?: true;
}

/** A line or entry that is left out, and why. */
export interface SkippedLine {
  /** As in the file: continuation lines joined, shortened, and without user, password and query in URLs. */
  readonly line: string;
  readonly place: string;
  /** A clause for messages of the form "left out <line>: <reason>". */
  readonly reason: string;
}

/** The content of a file that lists packages, in any format. */
export interface ParsedRequirements {
  /** In file order; a package may occur more than once. */
  readonly requirements: readonly PlacedRequirement[];
  readonly skipped: readonly SkippedLine[];
  /** Sentences about partly imported entries; a remark that applies to many entries is made once per file. */
  readonly notes: readonly string[];
}

/** Where the packages of a project come from. */
export type Origin = 'nixpkgs' | 'pypi';

const titles: Readonly<Record<Origin, string>> = { nixpkgs: 'nixpkgs', pypi: 'PyPI' };

/** Remarks made once per file, with the names of the packages concerned. */
const summaries = {
  hashes: (names, _, origin) => `the hashes of ${count(names)} are not carried over; ${reasons[origin].hashes}.`,
  buildSettings: (names, _, origin) =>
    `the build settings of ${count(names)} are not carried over; ${reasons[origin].build}.`,
  indexes: (names, _, origin) =>
    `the package indexes of ${count(names)} are not carried over; ${reasons[origin].index}.`,
  otherOptions: names => `the options after ${list(names)} are not carried over.`,
  paths: (names, _, origin) =>
    `packages listed by a local path are installed from ${titles[origin]} by name: ${list(names)}.`,
  optionalGroups: (groups, file) =>
    `optional groups are left out: ${list(groups)}. To include one, pass the file as ${file}[${groups[0]?.split(' ')[0]}].`,
  otherEnvironments: names => `packages for other environments are left out: ${list(names)}.`,
  programs: names => `conda packages that are not Python packages are left out: ${list(names)}.`,
  someMachines: names => `packages with a marker for one platform are included for all platforms: ${list(names)}.`,
} as const satisfies Record<string, (names: readonly string[], file: string, origin: Origin) => string>;
export type Summary = keyof typeof summaries;

/** Why pip settings and paths are left out, by origin of the packages. */
const reasons = {
  nixpkgs: {
    index: 'packages come from nixpkgs, not from an index',
    build: 'nixpkgs builds packages with its own settings',
    hashes: 'nixpkgs verifies its own sources',
    versions: 'nixpkgs has one version of each package',
    path: 'packages come from nixpkgs, by name',
  },
  pypi: {
    index: 'configure the index in pip or uv (pip.conf, PIP_INDEX_URL)',
    build: 'wheels are not built',
    hashes: 'the lock command records the hashes of all wheels',
    versions: 'write the version range after the package name',
    path: "build a wheel into the project's wheels/ folder, and add the package by name",
  },
} as const satisfies Record<Origin, Record<string, string>>;
export type Reason = keyof (typeof reasons)[Origin];

const count = ({ length }: readonly string[]): string => (length === 1 ? '1 package' : `${length} packages`);
const list = (names: readonly string[]): string =>
  names.length > 10 ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more` : names.join(', ');

/** Why a package is left out because of its marker. */
const markerReasons = {
  nowhere: 'its environment marker does not match the target',
  unknown: 'its environment marker cannot be evaluated for the target',
} as const;

/** The values of `platform_machine` for which images are built. */
const machines = ['x86_64', 'aarch64'];

/** Options for adding an entry. */
export interface AddOptions {
  /** `runtime` by default. */
  readonly group?: Group;
  /** The whole entry, for messages, if the text is only part of it. */
  readonly line?: string;
  readonly isGuess?: true;
  /** Set for a lock file for all environments: packages whose marker does not match are summarised in one remark. */
  readonly isLocked?: boolean;
}

/** Collects the packages of one file. An invalid entry does not affect the others: it is skipped, with the reason. */
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
   * @param environment the environment for which markers are evaluated
   * @param origin where the packages will come from
   */
  constructor(file: string, environment: MarkerEnvironment = {}, origin: Origin = 'nixpkgs') {
    this.#file = file;
    this.#environment = environment;
    this.#origin = origin;
  }

  /**
   * Adds an entry in the syntax of PEP 508 and pip: a name with extras, range and marker, or a direct reference.
   * @returns the package's name; undefined if it was skipped
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

  /** Why an option or path does not apply, given where the packages come from. */
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

  /** Where a marker is true, as far as is known; a Failure if it is invalid. */
  #evaluate(marker: string, place: string): 'everywhere' | 'somewhere' | keyof typeof markerReasons | Failure {
    const truths = attempt(() =>
      machines.map(machine => evaluateMarker(marker, { machine, ...this.#environment }, place)),
    );
    if (truths instanceof Failure) return truths;
    if (truths.every(truth => truth === true)) return 'everywhere';
    if (truths.includes(true)) return 'somewhere';
    return truths.includes(undefined) ? 'unknown' : 'nowhere';
  }

  /** Adds the package named by a URL or path, and notes that the URL or path itself is not used. */
  #fromSource(stated: string, place: string, line: string): Requirement | undefined {
    const source = requirementOfSource(stated);
    if (source === undefined) {
      this.skip(line, place, `it does not name a package; ${this.reason('path')}`);
      return undefined;
    }
    const { requirement, isPath } = source;
    if (isPath) this.summarise('paths', requirement.name);
    else {
      this.#notes.push(
        `${place}: ${requirement.name} is installed from ${titles[this.#origin]} by name, not from ${shown(line)}`,
      );
    }
    return requirement;
  }
}

/** An entry shortened for messages, without secrets. */
const shown = (line: string): string => shortened(withoutSecrets(line), longestShown);
const longestShown = 200;

const parsed = (text: string, place: string): Requirement | Failure => attempt(() => parseRequirement(text, place));

/** Returns a thrown Failure instead of throwing it. */
function attempt<Result>(work: () => Result): Result | Failure {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** The message of a failure as a clause: without the leading location and the full stop. */
const reasonIn = ({ message }: Failure, place: string): string => message.replace(`${place}: `, '').replace(/\.$/, '');
