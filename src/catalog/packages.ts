import * as packages from '../model/package-names.ts';
import { read } from './read.ts';

let loaded: packages.PackageCatalog | undefined;

/** catalog/packages.json: pip packages and their attributes in nixpkgs. Read once, when first asked for. */
export function packageCatalog(): packages.PackageCatalog {
  loaded ??= read('packages.json') as packages.PackageCatalog;
  return loaded;
}

/** The packages known to be in a release (`24.05`; undefined: the newest), sorted: what a search offers. */
export const wellKnownNames = (release?: string): readonly string[] =>
  packages.wellKnownNames(release, packageCatalog());

/** The attribute of a package at a release; null: not there; undefined: not in the catalog. */
export const attributeOf = (name: string, release?: string): string | null | undefined =>
  packages.attributeOf(name, release, packageCatalog());
