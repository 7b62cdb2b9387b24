import { gunzipSync, gzipSync } from 'node:zlib';
import { badRequest } from '../errors/failure.ts';
import type { Rendered } from './plan.ts';

/** The file that holds what was generated last: the base of the three-way merges of later runs. */
export const recordPath = '.nix-python-container.generated';

/** The patch that takes an update back where git cannot. */
export const undoPath = '.nix-python-container.undo';

/** With a NUL git takes the file for binary, and shows none of it in its diffs. */
const heading =
  '# What nix-python-container generated last, to merge from. Commit it, do not edit it. (base64, gzip, JSON)\0\n';

/** Merged by its keys, without a base. */
const unrecorded: readonly string[] = ['.yo-rc.json'];

/**
 * Packs generated texts into one text of a few kilobytes.
 * @param before the record on disk: it is given back if it holds the same, as gzip's bytes differ between machines
 */
export function packRecord(rendered: Rendered, before?: string): string {
  const texts = [...rendered].filter(([path]) => !unrecorded.includes(path)).sort(([a], [b]) => (a < b ? -1 : 1));
  const json = JSON.stringify(Object.fromEntries(texts));
  if (before !== undefined && unpacked(before) === json) return before;
  const packed = gzipSync(json, { level: 9 }).toString('base64');
  return `${heading}${packed.replaceAll(/.{1,100}/g, '$&\n')}`;
}

/**
 * The texts that a record holds, by path.
 * @param file its path, for messages
 * @throws Failure (exit code 2) if it is damaged
 */
export function readRecord(text: string, file: string): Rendered {
  try {
    const texts = JSON.parse(unpacked(text) ?? '') as Record<string, unknown>;
    if (Array.isArray(texts)) throw new TypeError('it holds a list');
    const entries = Object.entries(texts).map(([path, text]) => {
      if (typeof text !== 'string') throw new TypeError(`${path} is no text`);
      // The record may have come with somebody's project, and names files that may be deleted.
      if (path.split('/').some(name => /^(\.{0,2}|\.git)$/i.test(name)))
        throw new TypeError(`no file of a project: ${path}`);
      return [path, text] as const;
    });
    return new Map(entries);
  } catch (error) {
    throw badRequest(
      `${file} is damaged: nobody knows what was generated last.`,
      'Take it from an older commit, or from either side of a git merge.',
      error,
    );
  }
}

/** The JSON in a record; undefined if there is none to be found. */
function unpacked(text: string): string | undefined {
  const packed = text.replaceAll(/^#.*$/gm, '');
  // Node would skip the marks of a conflict, and read the first side.
  if (/[^\w+/=\s]/.test(packed)) return undefined;
  try {
    return gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: 2 ** 26 }).toString('utf8');
  } catch {
    return undefined;
  }
}
