import { attributesIn, packageAt, pythonSets, setFor } from '../catalog/python-sets.ts';
import { findRelease } from '../catalog/releases.ts';
import type { Pin } from '../pin/pin.ts';
import { suggestions } from '../text/suggest.ts';
import { attributeOf, own, packageCatalog, type PackageCatalog, wellKnownNames } from '../catalog/packages.ts';
import type { Requirement } from '../packaging/requirement.ts';

/** What is known of a pip package in one release of nixpkgs, without asking Nix. */
export type Verdict =
  | { readonly kind: 'known'; readonly name: string; readonly attribute: string }
  /** The attribute is neither the name nor the name with `_` for `-`. */
  | { readonly kind: 'renamed'; readonly name: string; readonly attribute: string }
  /** No reason to refuse: a warning. */
  | {
      readonly kind: 'unknown';
      readonly name: string;
      readonly nearMisses: readonly string[];
      readonly message: string;
      readonly hint: string;
    }
  /** A reason to refuse. */
  | { readonly kind: 'never'; readonly name: string; readonly message: string; readonly hint: string };

/**
 * The attributes to look for a package under, the best first: the catalog's if nix/python.nix would not try it, then the
 * two spellings that it tries, then what the package was called at other times, for a revision between two releases.
 */
export function candidates(name: string, release: string | undefined, catalog: PackageCatalog): string[] {
  const now = attributeOf(name, release, catalog);
  const other = Object.values(own(catalog.packages, name) ?? {});
  const renamed = now && !spellings(name).includes(now) ? [now] : [];
  return [...new Set([...renamed, ...spellings(name), ...other])].filter(attribute => attribute !== null);
}

/**
 * Names of packages that may have been meant by one that a nixpkgs lacks: at most three, well-known ones first. Of ten thousand
 * names some are always near, so one typo in a short name, two in a long one are all that is believed.
 */
export function suggestPackages(
  name: string,
  pin: Pin | undefined,
  release: string | undefined,
  catalog: PackageCatalog = packageCatalog(),
): string[] {
  const set = setFor(pin, findRelease(release ?? ''));
  const wellKnown = wellKnownNames(release, catalog);
  const known = set ? attributesIn(set).map(attribute => attribute.replaceAll('_', '-')) : wellKnown;
  const bare = name.replace(/^python-|-python$/, '');
  const renamed = [`python-${name}`, `${name}-python`, bare].filter(other => other !== name && known.includes(other));
  const reach = name.length < 5 ? 1 : 2;
  const near = [...suggestions(name, wellKnown, { reach }), ...suggestions(name, known, { reach: 1 })];
  return [...new Set([...renamed, ...near])].slice(0, 3);
}

/** Tells a package that can be built from one that may be, and from one that never will. */
export function classify(
  { name }: Pick<Requirement, 'name'>,
  release: string | undefined,
  catalog: PackageCatalog,
): Verdict {
  const tool = own(catalog.tools, name);
  if (tool) {
    return {
      kind: 'never',
      name,
      message: `packages: nixpkgs has ${name} as a program, ${tool}, not as a Python package.`,
      hint: `Leave it out here and add ${tool} to the packages in shell.nix.`,
    };
  }
  const why = own(catalog.never, name) ?? familyOf(name, catalog.never);
  if (why && !isInSet(name)) {
    return { kind: 'never', name, message: `packages: nixpkgs has no package ${name}: ${why}.`, hint: 'Leave it out.' };
  }
  const attribute = attributeOf(name, release, catalog);
  if (attribute) return { kind: spellings(name).includes(attribute) ? 'known' : 'renamed', name, attribute };
  return unknown(name, release, catalog);
}

/** The line that a package needs in the attribute table of nix/python.nix, which tries the name and its `_` spelling by itself. */
export const attributeEntry = (verdict: Verdict): readonly [name: string, attribute: string] | undefined =>
  verdict.kind === 'renamed' ? [verdict.name, verdict.attribute] : undefined;

function unknown(name: string, release: string | undefined, catalog: PackageCatalog): Verdict {
  const near = suggestPackages(name, undefined, release, catalog);
  const place = release ? `nixpkgs ${release}` : 'nixpkgs';
  const later = Object.entries(own(catalog.packages, name) ?? {}).find(
    ([from, has]) => has && release && from > release,
  );
  const message = later
    ? `packages: ${name} is available since nixpkgs ${later[0]}; it may be missing from ${release}.`
    : `packages: ${name} is not among the packages known to be in ${place}.`;
  const guess = near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : '';
  return {
    kind: 'unknown',
    name,
    nearMisses: near,
    message,
    hint: `${guess}If nixpkgs lacks it, the build fails.`,
  };
}

/** A family of names (`nvidia-*`) may have members that nixpkgs has. */
const isInSet = (name: string): boolean => pythonSets().some(set => packageAt(set, name) !== undefined);

const spellings = (name: string): string[] => [name, name.replaceAll('-', '_')];

function familyOf(name: string, never: PackageCatalog['never']): string | undefined {
  const family = Object.keys(never).find(key => key.endsWith('*') && name.startsWith(key.slice(0, -1)));
  return family && never[family];
}
