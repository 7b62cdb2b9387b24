import { attributeOf } from '../catalog/packages.ts';
import { labelOf, type PackageFault, pythonSets, type SetEntry, setOfPin } from '../catalog/python-sets.ts';
import { badRequest } from '../errors/failure.ts';
import { normaliseName } from '../packaging/requirement.ts';
import type { Pin } from '../pin/pin.ts';
import { candidates, findInSet, spellings } from './package-names.ts';

/** Why a package does not evaluate to a derivation. */
export interface Problem {
  /** Its mark in nixpkgs; `disabled`: not for this Python; `fails`: for another reason, often a dependency. */
  readonly kind: PackageFault | 'disabled';
  /** What Nix said, in one line; undefined if it was not asked. */
  readonly message?: string;
  /** The name by which nix/overrides.nix allows an insecure or unfree package. */
  readonly allowedAs?: string;
}

/** A pip package in nixpkgs. What is undefined is not known. */
export interface NixpkgsPackage {
  readonly attribute: string;
  /** Empty if the package has none. */
  readonly version: string | undefined;
  /** Its extras, normalised (PEP 503). */
  readonly extras: readonly string[] | undefined;
  /** nix/python.nix finds it without an entry in [tool.nixpkgs.attributes]. */
  readonly unaided: boolean;
  readonly problem?: Problem;
}

/** Where the answer about packages comes from, the most reliable first. */
export type Source =
  | { readonly kind: 'nix' }
  /** The catalog has the packages of exactly this commit. */
  | { readonly kind: 'exact'; readonly label: string }
  /** The catalog has those of a commit from about the same time: `nixpkgs of July 2026`. */
  | { readonly kind: 'near'; readonly label: string }
  /** The catalog has only names. */
  | { readonly kind: 'names' };

/** What a pinned nixpkgs has for one Python. */
export interface Availability {
  readonly source: Source;
  /** By pip name (normalised, PEP 503): null if nixpkgs lacks it for this Python. It has every name that was asked for. */
  readonly packages: ReadonlyMap<string, NixpkgsPackage | null>;
  /** The minor versions of Python, and the major ones of Bazel, that the pin has; undefined if Nix was not asked. */
  readonly interpreters?: { readonly pythons: readonly string[]; readonly bazels: readonly string[] };
}

/** Which nixpkgs is asked. */
export interface AskedOf {
  /** Undefined if it is not known. */
  readonly pin: Pin | undefined;
  /** The release that the pin belongs to (`26.05`); undefined if it is not known. */
  readonly release: string | undefined;
  /** Minor version of Python: `3.13`. */
  readonly python: string;
  /** The attributes that the user set in pyproject.toml, by package: they override every other. */
  readonly entered?: ReadonlyMap<string, string> | undefined;
}

/** The attribute of an interpreter in nixpkgs: `python313` for `3.13`. */
export const interpreterOf = (python: string): string => `python${python.replace('.', '')}`;

/** The pinned nixpkgs as messages name it, with its release or commit. */
export function pinned(pin: Pin | undefined): string {
  const { release, locked } = pin ?? {};
  const which = release ?? (locked?.type === 'github' ? locked.rev.slice(0, 12) : undefined);
  return `the pinned nixpkgs${which ? ` (${which})` : ''}`;
}

/** How messages name the nixpkgs that a source is about. */
export const nameOfSource = (source: Source, pin: Pin | undefined): string =>
  source.kind === 'near' ? source.label : pinned(pin);

/** What the catalog knows of packages in a pinned nixpkgs. */
export function catalogAvailability(names: readonly string[], asked: AskedOf): Availability {
  const chosen = setOfPin(asked.pin, asked.release);
  if (!chosen)
    return { source: { kind: 'names' }, packages: new Map(names.map(name => [name, knownByName(name, asked)])) };
  const { set, exact } = chosen;
  const packages = names.map(name => {
    const entry = findInSet(set, name, asked.release, asked.entered?.get(name));
    return [name, entry ? inSet(entry, name, asked) : null] as const;
  });
  return { source: { kind: exact ? 'exact' : 'near', label: labelOf(set) }, packages: new Map(packages) };
}

function inSet(entry: SetEntry, name: string, { python, entered }: AskedOf): NixpkgsPackage {
  const { attribute, version, extras } = entry;
  const fault = entry.faultOn(python);
  const found = { attribute, version, extras: extras.map(normaliseName), unaided: isUnaided(name, attribute, entered) };
  if (fault === undefined) return found;
  return { ...found, problem: { kind: fault } };
}

/** Of a release that the catalog has no packages of, only names are known: its own from a table, else those of other times. */
function knownByName(name: string, { release, entered }: AskedOf): NixpkgsPackage | null {
  const byUser = entered?.get(name);
  if (byUser !== undefined) return unverified(byUser);
  const attribute = attributeOf(name, release);
  if (attribute === null) return null;
  if (attribute === undefined && !pythonSets().some(set => findInSet(set, name, release))) return null;
  const [first = name] = spellings(name);
  return { ...unverified(attribute ?? first), unaided: isUnaided(name, attribute ?? first, entered) };
}

const unverified = (attribute: string): NixpkgsPackage => ({
  attribute,
  version: undefined,
  extras: undefined,
  unaided: true,
});

/** Whether nix/python.nix finds an attribute, with or without an entry that the user has set. */
export const isUnaided = (name: string, attribute: string, entered: AskedOf['entered']): boolean =>
  entered?.get(name) === attribute || spellings(name).includes(attribute);

/** The attributes to try for a package, the best first. */
export const attributesToTry = (name: string, { release, entered }: Pick<AskedOf, 'release' | 'entered'>): string[] => {
  const attribute = entered?.get(name);
  return attribute === undefined ? candidates(name, release) : [attribute];
};

/**
 * Refuses a Python or a Bazel that the pin lacks, if Nix has said so.
 * @throws Failure (exit code 2) that names those it has
 */
export function checkInterpreters(
  { interpreters }: Availability,
  { pin, python, bazel }: { readonly pin: Pin; readonly python: string; readonly bazel: string },
): void {
  if (!interpreters) return;
  const { pythons, bazels } = interpreters;
  for (const [question, program, version, offered] of [
    ['python', 'Python', python, pythons],
    ['bazel', 'Bazel', bazel, bazels],
  ] as const) {
    if (offered.includes(version)) continue;
    throw badRequest(
      `${question}: ${pinned(pin)} has no ${program} ${version}.`,
      offered.length > 0 ? `Choose ${program} ${offered.join(', ')}, or another nixpkgs.` : 'Choose another nixpkgs.',
    );
  }
}
