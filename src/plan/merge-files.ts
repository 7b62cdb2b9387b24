import { type Merged, mergeText, type Sides } from './merge-text.ts';
import type { Mergers } from './plan-merge.ts';
import { mergeStoredAnswers } from '../model/stored-answers.ts';
import { pinOfLock, withPinOf } from '../pin/flake-lock.ts';

/** Where users change a version by hand: the text before it, and the version. */
export const versionPlaces = {
  'pyproject.toml': /^([ \t]*requires-python[ \t]*=[ \t]*["']==)(3\.\d+)(?=\.\*["'])/m,
  'shell.nix': /^([^#\n\r\u2028\u2029]*\bbazel_)(\d+)\b/m,
} as const;

/** The version in a text; undefined if it is written in another way. */
export const versionIn = (path: keyof typeof versionPlaces, text: string): string | undefined =>
  versionPlaces[path].exec(text)?.[2];

/** How the files are merged that users and commands change too. */
export const mergers: Mergers = {
  '.yo-rc.json': ({ yours, generated }) => withoutConflicts(mergeStoredAnswers(yours, generated)),
  'flake.lock': sides => withoutConflicts(mergeLock(sides)),
  'pyproject.toml': sides => mergeWithVersion('pyproject.toml', sides),
  'shell.nix': sides => mergeWithVersion('shell.nix', sides),
};

const withoutConflicts = (text: string): Merged => ({ text, conflicts: 0 });

/** Merges a text with a version that users may change by hand: it always becomes the generated one. */
function mergeWithVersion(path: keyof typeof versionPlaces, { base, yours, generated }: Sides): Merged {
  const [version, next] = [versionIn(path, yours), versionIn(path, generated)];
  const withVersion = (text: string, replacement: string): string =>
    text.replace(versionPlaces[path], `$1${replacement}`);
  if (version === undefined || next === undefined) return mergeText({ base, yours, generated });
  const { text, conflicts } = mergeText({
    base: base === undefined ? undefined : withVersion(base, version),
    yours,
    generated: withVersion(generated, version),
  });
  return { text: withVersion(text, next), conflicts };
}

/**
 * Replaces the pin of nixpkgs in flake.lock; other inputs of the flake stay. So does a pin of a kind that is never generated,
 * until a new one is requested.
 */
const mergeLock = ({ base, yours, generated }: Sides): string =>
  base === generated && pinOfLock(yours) === undefined ? yours : withPinOf(generated, yours);
