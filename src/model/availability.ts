import { candidates } from './package-names.ts';
import { packageCatalog } from '../catalog/packages.ts';
import { packageAt, packageNamed, setFor } from '../catalog/python-sets.ts';
import { findRelease } from '../catalog/releases.ts';
import type { Pin } from '../pin/pin.ts';

/** A pip package as a nixpkgs has it for one Python. */
export interface NixpkgsPackage {
  readonly attribute: string;
  /** Empty if it has none. */
  readonly version: string;
  /** Whether nix/python.nix finds it without an entry in its attribute table. */
  readonly unaided: boolean;
  /** The extras that it has (normalised); undefined if that is not known. */
  readonly extras?: readonly string[];
  /** Why it gives no derivation, for the end of a sentence; undefined if it gives one. */
  readonly fault?: string;
}

/** What Nix says of pip packages (normalised after PEP 503): null if the pinned nixpkgs lacks one for the chosen Python. */
export type Availability = ReadonlyMap<string, NixpkgsPackage | null>;

/** The attribute of an interpreter in nixpkgs: `python313` for `3.13`. */
export const interpreterOf = (python: string): string => `python${python.replace('.', '')}`;

/** Which nixpkgs a sentence is about, as exactly as the pin can tell. */
export function pinned({ release, locked }: Pin): string {
  const which = release ?? (locked.type === 'github' ? locked.rev.slice(0, 12) : undefined);
  return `the pinned nixpkgs${which ? ` (${which})` : ''}`;
}

/** What the catalog says of one package, and which nixpkgs that is about. */
export interface CatalogAnswer {
  readonly label: string;
  /** Null if that nixpkgs lacks it. */
  readonly found: NixpkgsPackage | null;
}

/**
 * What the catalog says of a package at a pin, by the set of its commit or the nearest one; undefined if it has no set for it.
 * @param entered the attribute that a project's user has set for it
 */
export function catalogued(
  name: string,
  python: string,
  {
    pin,
    release,
    entered,
  }: { readonly pin: Pin | undefined; readonly release: string | undefined; readonly entered?: string | undefined },
): CatalogAnswer | undefined {
  const set = setFor(pin, findRelease(release ?? ''));
  if (!set) return undefined;
  const label = set.exact && pin ? pinned(pin) : set.label;
  const tried = entered === undefined ? candidates(name, release, packageCatalog()) : [entered];
  const held =
    first(tried, attribute => packageAt(set, attribute)) ??
    (entered === undefined ? packageNamed(set, name) : undefined);
  if (!held) return { label, found: null };
  const { attribute, version, extras, failsOn } = held;
  const fault = failsOn.includes(python) ? `does not evaluate for Python ${python}` : undefined;
  const unaided = [name, name.replaceAll('-', '_')].includes(attribute);
  return { label, found: { attribute, version, unaided, extras, ...(fault ? { fault } : {}) } };
}

function first<From, To>(items: readonly From[], map: (item: From) => To | undefined): To | undefined {
  for (const item of items) {
    const found = map(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
