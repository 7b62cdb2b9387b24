import { withoutByteOrderMark } from '../text/byte-order-mark.ts';
import { badRequest } from '../errors/failure.ts';
import { type Merged, mergeText, type Sides } from './merge-text.ts';
import type { Mergers } from './plan-merge.ts';
import { mergeStoredAnswers } from '../model/stored-answers.ts';
import { nixpkgsNode, pinOfLock } from '../pin/flake-lock.ts';

/** Where users are told to change a version by hand: what stands before it, and the version. */
export const versionPlaces = {
  'pyproject.toml': /^([ \t]*requires-python[ \t]*=[ \t]*["']==)(3\.\d+)(?=\.\*["'])/m,
  'shell.nix': /^([^#\n]*\bbazel_)(\d+)\b/m,
} as const;

/** The version that stands at its place in a text; undefined if it is written in another way. */
export const versionIn = (path: keyof typeof versionPlaces, text: string): string | undefined =>
  versionPlaces[path].exec(text)?.[2];

/** The mergers of a project whose packages and answers are in those files. */
export const mergers: Mergers = {
  '.yo-rc.json': ({ yours, generated }) => settled(mergeStoredAnswers(yours, generated)),
  'flake.lock': sides => settled(mergeLock(sides)),
  'pyproject.toml': sides => mergeAround('pyproject.toml', sides),
  'shell.nix': sides => mergeAround('shell.nix', sides),
};

const settled = (text: string): Merged => ({ text, conflicts: 0 });

/** Merges a text in which one version may have been changed by hand since: it becomes the generated one in any case. */
function mergeAround(path: keyof typeof versionPlaces, { base, yours, generated }: Sides): Merged {
  const [version, next] = [versionIn(path, yours), versionIn(path, generated)];
  const withVersion = (text: string, version: string): string => text.replace(versionPlaces[path], `$1${version}`);
  if (version === undefined || next === undefined) return mergeText({ base, yours, generated });
  const { text, conflicts } = mergeText({
    base: base === undefined ? undefined : withVersion(base, version),
    yours,
    generated: withVersion(generated, version),
  });
  return { text: withVersion(text, next), conflicts };
}

interface Lock {
  readonly nodes: Record<string, { locked?: object; original?: object; inputs?: Record<string, unknown> }>;
  readonly root: string;
}

/**
 * flake.lock with the pin of nixpkgs replaced; the other inputs that a user gave the flake stay. So does a pin of a kind that
 * is never generated, until another one is asked for.
 */
function mergeLock({ base, yours, generated }: Sides): string {
  if (base === generated && pinOfLock(yours) === undefined) return yours;
  const ours = JSON.parse(generated) as Lock;
  const theirs = ours.nodes[nixpkgsNode(ours)];
  try {
    const lock = JSON.parse(withoutByteOrderMark(yours)) as Lock;
    const name = nixpkgsNode(lock);
    const { locked, original, ...more } = lock.nodes[name] as Lock['nodes'][string];
    if (JSON.stringify({ locked, original }) === JSON.stringify(theirs)) return yours;
    const nodes = { ...lock.nodes, [name]: { ...more, ...theirs } };
    return `${JSON.stringify({ ...lock, nodes }, undefined, 2)}\n`;
  } catch (error) {
    throw badRequest(
      'flake.lock holds no pin of nixpkgs.',
      'Take it from an older commit: nix-python-container reads the pin there.',
      error,
    );
  }
}
