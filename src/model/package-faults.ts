import { type AskedOf, interpreterOf, type Problem, type Source } from './availability.ts';

/** What is wrong with one requirement in one nixpkgs. */
export interface PackageFault {
  /**
   * `missing`: nixpkgs has no such package; `never`: no nixpkgs ever has; `version`, `extra`: it has another version, or not this
   * extra; `not-derivation`: it has the package, which does not evaluate.
   */
  readonly kind: 'missing' | 'version' | 'extra' | 'not-derivation' | 'never';
  /** Normalised (PEP 503). */
  readonly name: string;
  /** The requirement as pyproject.toml lists it. */
  readonly requirement: string;
  /** The range, or the extra, that is not there. */
  readonly wanted: string;
  /** What nixpkgs has, as far as it is known. */
  readonly attribute?: string;
  readonly version?: string;
  /** Its extras, of `extra`. */
  readonly offered?: readonly string[];
  /** Why it does not evaluate, of `not-derivation`. */
  readonly problem?: Problem;
  /** Why nixpkgs never has it, and what to do, of `never`. */
  readonly reason?: string;
  readonly fix?: string;
  /** What says so, and how messages name it: `the pinned nixpkgs (26.05)`, `nixpkgs of July 2026`. */
  readonly source: Source;
  readonly where: string;
  /** The releases that are known to have it in a version that suits, oldest first. */
  readonly otherReleases: readonly { readonly release: string; readonly version?: string }[];
  /** Names that may have been meant. */
  readonly suggestions: readonly string[];
}

type Kind = Exclude<PackageFault['kind'], 'not-derivation'> | Problem['kind'];

/** The words for faults of one kind. `where` is the nixpkgs they are about. */
interface Wording {
  /** The sentence for one fault, without its full stop. */
  readonly one: (fault: PackageFault, where: string, asked: AskedOf) => string;
  /** The heading of a list of several. */
  readonly several: (where: string, asked: AskedOf, first: PackageFault) => string;
  /** A line of that list. */
  readonly item: (fault: PackageFault) => string;
  readonly fix: string;
}

const nameOnly = ({ name }: PackageFault): string => name;

const wordings: Readonly<Record<Kind, Wording>> = {
  missing: {
    one: ({ name, source }, where, { python }) =>
      source.kind === 'names'
        ? `the catalog does not know ${name}, and ${where} may lack it`
        : `${where} has no package ${name} for ${interpreterOf(python)}`,
    several: (where, { python }, { source }) =>
      `${source.kind === 'names' ? 'not known to be' : 'not found'} in ${where} for ${interpreterOf(python)}`,
    item: ({ name, suggestions, otherReleases }) =>
      `${name}${inBrackets([question(suggestions), other(otherReleases)])}`,
    fix: 'If nixpkgs has it under another attribute, set that in [tool.nixpkgs.attributes] of pyproject.toml; else remove it.',
  },
  never: {
    one: ({ name, reason }) => `nixpkgs has no package ${name}: ${reason}`,
    several: () => 'nixpkgs never has these packages',
    item: ({ name, reason }) => `${name}: ${reason}`,
    fix: 'Remove what it never has.',
  },
  version: {
    one: ({ name, version, requirement }, where) =>
      `${where} has ${name} ${version || 'without a version'}, which "${requirement}" does not allow`,
    several: where => `${where} has other versions`,
    item: ({ requirement, version, otherReleases }) =>
      `${requirement}: it has ${version || 'no version'}${inBrackets([other(otherReleases)])}`,
    fix: 'Change the range, or choose another nixpkgs.',
  },
  extra: {
    one: ({ name, wanted, offered }, where) =>
      `${where} has ${name} without the extra ${wanted} (it has ${listed(offered)})`,
    several: where => `${where} lacks these extras`,
    item: ({ name, wanted, offered }) => `${name}[${wanted}]: it has ${listed(offered)}`,
    fix: 'Remove the extra, or list its packages by name.',
  },
  insecure: {
    one: ({ name }, where) => `${where} marks ${name} as insecure`,
    several: where => `${where} marks these packages as insecure`,
    item: allowance,
    fix: 'Choose another package, or allow it in permittedInsecurePackages of nix/overrides.nix.',
  },
  unfree: {
    one: ({ name }, where) => `${where} marks ${name} as unfree`,
    several: where => `${where} marks these packages as unfree`,
    item: allowance,
    fix: 'Choose another package, or allow it in unfreePackages of nix/overrides.nix.',
  },
  broken: {
    one: ({ name }, where) => `${where} marks ${name} as broken`,
    several: where => `${where} marks these packages as broken`,
    item: nameOnly,
    fix: 'Choose another package, or set allowBroken in nix/overrides.nix.',
  },
  unsupported: {
    one: ({ name }, where) => `${where} does not have ${name} for this system`,
    several: where => `${where} does not have these packages for this system`,
    item: nameOnly,
    fix: 'Remove it.',
  },
  disabled: {
    one: ({ name }, where, { python }) => `${where} does not have ${name} for Python ${python}`,
    several: (where, { python }) => `${where} does not have these packages for Python ${python}`,
    item: nameOnly,
    fix: 'Choose another Python, or remove it.',
  },
  fails: {
    one: ({ name, problem }, where, { python }) =>
      `${name} does not evaluate in ${where} on Python ${python}${problem?.message ? `: ${problem.message}` : ''}`,
    several: (where, { python }) => `these packages do not evaluate in ${where} on Python ${python}`,
    item: ({ name, problem }) => `${name}${problem?.message ? `: ${problem.message}` : ''}`,
    fix: 'Choose another Python, or remove it.',
  },
};

/** The order in which kinds are named. */
const kinds = Object.keys(wordings) as Kind[];

const kindOf = ({ kind, problem }: PackageFault): Kind =>
  kind === 'not-derivation' ? (problem?.kind ?? 'fails') : kind;

/**
 * Puts faults into words: one warning for each kind of fault. It has one sentence for one fault, and a list for several.
 * @param asked the nixpkgs that was checked
 */
export function describeFaults(faults: readonly PackageFault[], asked: AskedOf): string[] {
  return kinds.flatMap(kind => {
    const group = faults.filter(fault => kindOf(fault) === kind);
    const [first, ...more] = group;
    if (!first) return [];
    const { one, several, item, fix } = wordings[kind];
    const { where } = first;
    if (more.length === 0) return [`packages: ${[`${one(first, where, asked)}.`, ...hints(first), fix].join(' ')}`];
    const lines = group.map(fault => `\n  ${item(fault)}`).join('');
    return [`packages: ${several(where, asked, first)}:${lines}\n  ${fix}`];
  });
}

/** One fault in one sentence. */
export function sentenceOf(fault: PackageFault, python: string): string {
  return `${wordings[kindOf(fault)].one(fault, fault.where, { pin: undefined, release: undefined, python })}.`;
}

/** What a sentence about one fault goes on with: what may have been meant, and where it is. */
function hints(fault: PackageFault): string[] {
  const { suggestions, otherReleases, problem } = fault;
  return [
    question(suggestions).replace(/^d/, 'D'),
    otherReleases.length > 0 ? `It is in ${other(otherReleases)}.` : '',
    problem?.allowedAs ? `Its name there is "${problem.allowedAs}".` : '',
  ].filter(Boolean);
}

function allowance({ name, problem }: PackageFault): string {
  return `${name}${problem?.allowedAs ? `, there called "${problem.allowedAs}"` : ''}`;
}

const question = (names: readonly string[]): string => (names.length > 0 ? `did you mean ${names.join(' or ')}?` : '');

/** The newest three, as none needs to know all. */
const other = (found: PackageFault['otherReleases']): string =>
  found.length === 0
    ? ''
    : found
        .slice(-3)
        .map(
          ({ release, version }) =>
            `${/^\d/.test(release) ? 'nixpkgs ' : ''}${release}${version ? ` (${version})` : ''}`,
        )
        .join(' or ');

const inBrackets = (parts: readonly string[]): string => {
  const present = parts.filter(Boolean);
  return present.length > 0 ? ` (${present.join('; ')})` : '';
};

const listed = (names: readonly string[] = []): string => (names.length > 0 ? names.join(', ') : 'none');

/** The faults of several requirements as a table: the requirement, and what nixpkgs has instead. */
export function faultTable(faults: readonly PackageFault[]): string {
  const rows = faults.map(fault => [fault.requirement, instead(fault)] as const);
  const width = Math.min(40, Math.max(...rows.map(([requirement]) => requirement.length)));
  return rows.map(([requirement, found]) => `  ${requirement.padEnd(width)}  ${found}`).join('\n');
}

function instead({ kind, version, wanted, problem, reason, otherReleases, suggestions }: PackageFault): string {
  switch (kind) {
    case 'missing':
      return ['not there', question(suggestions), other(otherReleases)].filter(Boolean).join('; ');
    case 'never':
      return `never there: ${reason ?? ''}`;
    case 'version':
      return [version || 'no version', other(otherReleases)].filter(Boolean).join('; ');
    case 'extra':
      return `${version ?? ''}, without the extra ${wanted}`;
    case 'not-derivation':
      return `${version ? `${version}, which ` : ''}${problem ? whyNot(problem) : reasons.fails}`;
  }
}

function whyNot({ kind, message, allowedAs }: Problem): string {
  if (message !== undefined) return `${reasons[kind]}: ${message}`;
  const isAllowable = kind === 'insecure' || kind === 'unfree' || kind === 'broken';
  return `${reasons[kind]}${isAllowable ? `; nix/overrides.nix can allow ${allowedAs ?? 'it'}` : ''}`;
}

/** Why a package gives no derivation, in a few words. */
export const reasons: Readonly<Record<Problem['kind'], string>> = {
  insecure: 'is marked as insecure',
  unfree: 'is marked as unfree',
  broken: 'is marked as broken',
  unsupported: 'is not for this system',
  disabled: 'is not for this Python',
  fails: 'does not evaluate on this Python',
};
