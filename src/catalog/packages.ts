import { read } from './read.ts';

/** packages.json. Names are normalised (PEP 503). */
export interface PackageCatalog {
  /**
   * Per pip package the attribute in nixpkgs' Python package set, by the release from which on it holds; null: not there.
   * The first entry also holds for older releases; where there is none, the attribute is the name.
   */
  readonly packages: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
  /** Pip packages that nixpkgs has as programs, outside of Python's package set. */
  readonly tools: Readonly<Record<string, string>>;
  /** Pip packages that nixpkgs will not have, with the reason; a name may end in `*`. */
  readonly never: Readonly<Record<string, string>>;
}

let loaded: PackageCatalog | undefined;

/** catalog/packages.json: pip packages and their attributes in nixpkgs. Read once, when first asked for. */
export function packageCatalog(): PackageCatalog {
  loaded ??= read('packages.json') as PackageCatalog;
  return loaded;
}

/** The attribute of a package at a release (`24.05`; undefined: the newest); null: not there; undefined: not in the catalog. */
export function attributeOf(
  name: string,
  release?: string,
  catalog: PackageCatalog = packageCatalog(),
): string | null | undefined {
  const changes = own(catalog.packages, name);
  if (!changes) return undefined;
  const releases = Object.keys(changes).sort();
  const since = releases.findLast(from => release === undefined || from <= release) ?? releases[0];
  return since === undefined ? name : changes[since];
}

/** By catalog and release: one is asked for each package that is unknown, and for each letter that is typed. */
const wellKnown = new WeakMap<PackageCatalog, Map<string | undefined, readonly string[]>>();

/** The packages that the catalog knows to be in a release, sorted. */
export function wellKnownNames(release?: string, catalog: PackageCatalog = packageCatalog()): readonly string[] {
  const known = wellKnown.get(catalog) ?? new Map<string | undefined, readonly string[]>();
  wellKnown.set(catalog, known);
  let names = known.get(release);
  if (!names) {
    names = Object.keys(catalog.packages)
      .filter(name => attributeOf(name, release, catalog))
      .sort();
    known.set(release, names);
  }
  return names;
}

/** The entry of a table for a name: a package may be called "constructor". */
export const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
