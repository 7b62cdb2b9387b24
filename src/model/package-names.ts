import { suggestions } from '../text/suggest.ts';
import { attributeOf, own, type PackageCatalog, wellKnownNames } from '../catalog/packages.ts';
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

/** Names of packages in a release that somebody may have meant by another name; at most three, the nearest first. */
export const nearMisses = (name: string, release: string | undefined, catalog: PackageCatalog): string[] =>
  nearest(name, wellKnownNames(release, catalog));

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
  if (why) {
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
  const near = nearMisses(name, release, catalog);
  const place = release ? `nixpkgs ${release}` : 'nixpkgs';
  const later = Object.entries(own(catalog.packages, name) ?? {}).find(
    ([from, has]) => has && release && from > release,
  );
  const message = later
    ? `packages: ${name} is in nixpkgs by ${later[0]} at the latest; whether ${release} has it is not known.`
    : `packages: ${name} is not among the packages known to be in ${place}.`;
  const guess = near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : '';
  return {
    kind: 'unknown',
    name,
    nearMisses: near,
    message,
    hint: `${guess}If nixpkgs lacks it, the build will say so.`,
  };
}

/** At most three names that may have been meant, also but for a `python-` before or after them. */
function nearest(name: string, names: readonly string[]): string[] {
  const reach = Math.min(3, Math.ceil(name.length / 3));
  const bare = name.replace(/^python-|-python$/, '');
  const renamed = [`python-${name}`, `${name}-python`, bare].filter(other => other !== name && names.includes(other));
  return [...new Set([...renamed, ...suggestions(name, names, { reach })])].slice(0, 3);
}

const spellings = (name: string): string[] => [name, name.replaceAll('-', '_')];

function familyOf(name: string, never: PackageCatalog['never']): string | undefined {
  const family = Object.keys(never).find(key => key.endsWith('*') && name.startsWith(key.slice(0, -1)));
  return family && never[family];
}
