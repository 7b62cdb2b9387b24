import { failed } from '../../src/errors/failure.ts';
import type { Packaged, Release } from '../../src/catalog/releases.ts';
import type { NixpkgsAttribute, NixpkgsTree } from './evaluate-nixpkgs.ts';

/** A release as catalog/releases.json holds it, below its name. */
export type Entry = Omit<Release, 'name'>;

/** What of an entry no tree can tell: its place in time and its pin. */
export type Known = Pick<Entry, 'codename' | 'released' | 'eol' | 'branch' | 'pin'>;

/**
 * The entry of a release, with the Pythons and Bazels that its tree has. Keys keep their order.
 * @param majors the major versions of Bazel to keep
 * @throws Failure (exit code 1) if the tree does not have the Python it calls its default.
 */
export function entryOf(known: Known, { defaultPython, ...tree }: NixpkgsTree, majors: readonly string[]): Entry {
  const pythons = tree.pythons.map(found => {
    const prerelease = /[a-z]/.test(found.version) ? { prerelease: true as const } : {};
    const unusable = found.fails.length > 0 ? { unusable: found.fails } : {};
    return [found.attribute.replace('python3', '3.'), { ...packaged(found), ...prerelease, ...unusable }] as const;
  });
  const bazels = tree.bazels.map(found => [found.attribute.replace('bazel_', ''), packaged(found)] as const);
  if (!pythons.some(([minor]) => minor === defaultPython)) {
    throw failed(`The tree has no attribute for its default Python, ${defaultPython}.`, 'Is it one of nixpkgs?');
  }
  return {
    ...known,
    defaultPython,
    pythons: Object.fromEntries(pythons.sort(([a], [b]) => minorOf(a) - minorOf(b))),
    bazels: Object.fromEntries(bazels.filter(([major]) => majors.includes(major))),
    confidence: 'exact',
  };
}

/**
 * The entry of a release that was not evaluated itself, with the Pythons marked that lack a package of every project.
 * @param unusable by minor version of Python, the packages that fail in a tree of about the same time
 */
export const withUnusable = (entry: Entry, unusable: Readonly<Record<string, readonly string[]>>): Entry => ({
  ...entry,
  pythons: Object.fromEntries(
    Object.entries(entry.pythons).map(([minor, { unusable: _, ...python }]) => {
      const fails = unusable[minor];
      return [minor, fails ? { ...python, unusable: fails } : python];
    }),
  ),
});

const packaged = ({ attribute, version }: NixpkgsAttribute): Packaged => ({ attribute, version });

/** 10 for `3.10`, which as a number would come before 3.9. */
const minorOf = (version: string): number => Number(version.slice('3.'.length));
