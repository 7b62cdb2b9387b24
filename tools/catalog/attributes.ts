import type { NixpkgsAttribute } from './evaluate-nixpkgs.ts';

/** What catalog/packages.json holds of a package: by the release from which on it holds, its attribute; null: not there. */
export type Attributes = Readonly<Record<string, string | null>>;

/**
 * The package of a tree that carries a pip package, if any does.
 * `recorded` is right for as long as it exists: not every package calls itself what PyPI calls it. Else what attributes
 * and packages are called decides, and of several (`torch`, `pytorch-bin`) the one called most like it.
 * @param name normalised after PEP 503
 */
export function findPackage(
  packages: readonly NixpkgsAttribute[],
  name: string,
  recorded: string | null,
): NixpkgsAttribute | undefined {
  const likely = [name.replaceAll('-', '_'), name, recorded];
  const likeness = ({ attribute }: NixpkgsAttribute): number => likely.lastIndexOf(attribute);
  return packages
    .filter(({ attribute, pname }) => attribute === recorded || [attribute, pname ?? ''].map(normalised).includes(name))
    .sort((a, b) => likeness(b) - likeness(a) || a.attribute.length - b.attribute.length)[0];
}

/** The attribute of a package at a release. The first entry also holds before it; where there is none, it is the name. */
export function attributeAt(attributes: Attributes, name: string, release: string): string | null {
  const releases = Object.keys(attributes).sort();
  const since = releases.findLast(from => from <= release) ?? releases[0];
  return since === undefined ? name : (attributes[since] ?? null);
}

/**
 * The attributes of a package with the one at a release corrected, and at no other.
 * Only changes are kept; `{}` says that the attribute has always been the name.
 * @param order the names of all releases, oldest first
 */
export function withAttribute(
  attributes: Attributes,
  name: string,
  release: string,
  attribute: string | null,
  order: readonly string[],
): Attributes {
  if (attributeAt(attributes, name, release) === attribute) return attributes;
  const at = order.indexOf(release);
  const neighbours = [order[at - 1], order[at + 1]].filter(neighbour => neighbour !== undefined);
  const all = {
    ...attributes,
    ...Object.fromEntries(neighbours.map(neighbour => [neighbour, attributeAt(attributes, name, neighbour)])),
    [release]: attribute,
  };
  const changes = Object.entries(all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .filter(([, value], index, sorted) => value !== sorted[index - 1]?.[1]);
  return changes.length === 1 && changes[0]?.[1] === name ? {} : Object.fromEntries(changes);
}

const normalised = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
