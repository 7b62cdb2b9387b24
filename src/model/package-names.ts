import { suggestions } from '../text/suggest.ts';
import { attributeOf, own, type PackageCatalog, packageCatalog, wellKnownNames } from '../catalog/packages.ts';
import {
  attributesIn,
  findByProjectName,
  findEntry,
  type PythonSet,
  pythonSets,
  type SetEntry,
} from '../catalog/python-sets.ts';
import { packagesOfImport, takenByPython } from '../catalog/python-names.ts';

/** The attributes that nix/python.nix tries without being told: the name, and the name with `_` for `-`. */
export const spellings = (name: string): string[] => [...new Set([name, name.replaceAll('-', '_')])];

/**
 * The attributes that nixpkgs may have a pip package under, the best first: the catalog's for the release, those that
 * nix/python.nix tries without being told, what the package was called at other times, and those of packages that call themselves so.
 */
export function candidates(name: string, release: string | undefined): string[] {
  const atOtherTimes = Object.values(own(packageCatalog().packages, name) ?? {});
  const all = [attributeOf(name, release), ...spellings(name), ...atOtherTimes];
  const attributes = [...new Set(all)].filter(attribute => attribute !== null && attribute !== undefined);
  const named = pythonSets().flatMap(set => {
    if (attributes.some(attribute => findEntry(set, attribute))) return [];
    return findByProjectName(set, name)?.attribute ?? [];
  });
  return [...attributes, ...named];
}

/**
 * The package of a set for a pip name; undefined if the set lacks it.
 * @param entered the attribute that the user has set for it: no other counts
 */
export function findInSet(
  set: PythonSet,
  name: string,
  release: string | undefined,
  entered?: string,
): SetEntry | undefined {
  for (const attribute of entered === undefined ? candidates(name, release) : [entered]) {
    const entry = findEntry(set, attribute);
    if (entry) return entry;
  }
  return undefined;
}

/** Whether some nixpkgs is known to have a pip package. */
export const isInAnySet = (name: string): boolean =>
  pythonSets().some(set => findInSet(set, name, undefined) !== undefined);

/** Why a pip package can never be had. */
export interface NeverReason {
  readonly reason: string;
  /** What to do. */
  readonly fix: string;
  /** Whether it is of no use from PyPI either. */
  readonly isForPyPI: boolean;
}

/** Why nixpkgs never has a pip package, and what to do; undefined if it may have it. */
export function reasonNever(name: string): NeverReason | undefined {
  const { tools, never } = packageCatalog();
  const program = own(tools, name);
  if (program !== undefined) {
    return {
      reason: `it is a program, ${program}, not a Python package`,
      fix: `Remove ${name}, and add ${program} to the packages in shell.nix.`,
      isForPyPI: false,
    };
  }
  const reason = own(never, name) ?? familyReason(name, never);
  // Families are those whose libraries nixpkgs has elsewhere.
  return reason === undefined ? undefined : { reason, fix: `Remove ${name}.`, isForPyPI: own(never, name) === reason };
}

function familyReason(name: string, never: PackageCatalog['never']): string | undefined {
  const family = Object.keys(never).find(key => key.endsWith('*') && name.startsWith(key.slice(0, -1)));
  return family && never[family];
}

/**
 * The packages that may have been meant by an unknown name, at most three: those that are imported by it, those with `python-`
 * or `py` before it, and those that differ by a typo or two. The more packages are compared, the less may differ.
 */
export function suggestPackages(name: string, release: string | undefined, set: PythonSet | undefined): string[] {
  // The name of a module of Python is not a typo.
  if (takenByPython(name) === 'module') return [];
  const popular = wellKnownNames(release);
  const known = set ? attributesIn(set) : popular;
  const exists = (other: string): boolean => popular.includes(other) || known.includes(other);
  const bare = name.replace(/^(?:python|py)-?|-?(?:python|py)$/, '');
  const affixed = [`python-${bare}`, `py${bare}`, `${bare}-python`, bare].filter(
    other => bare.length > 2 && exists(other),
  );
  const likely = [...packagesOfImport(name), ...affixed].filter(other => other !== name && exists(other));
  const typos = [
    ...suggestions(name, popular, { reach: Math.min(2, Math.floor(name.length / 3)) }),
    ...suggestions(name, known, { reach: Math.min(2, Math.floor(name.length / 6)) }),
  ];
  return [...new Set([...likely, ...typos])].slice(0, 3);
}
