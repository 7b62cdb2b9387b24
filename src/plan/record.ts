import { gunzipSync, gzipSync } from 'node:zlib';
import { badRequest } from '../errors/failure.ts';
import { isPipelineAbove } from '../model/ci-providers.ts';
import type { Rendered } from '../render/render.ts';

/** The file that records the last generated state: the base of later three-way merges. */
export const recordPath = '.nix-python-container.generated';

/** The patch that undoes an update where git cannot. */
export const undoPath = '.nix-python-container.undo';

/** Because of the NUL, git treats the file as binary and leaves it out of diffs. */
const heading =
  '# What nix-python-container generated last, to merge from. Commit it, do not edit it. (base64, gzip, JSON)\0\n';

/** Merged by keys, without a base. */
const unrecorded: readonly string[] = ['.yo-rc.json'];

/**
 * Packs generated files into one text of a few kilobytes.
 * @param before the record on disk: returned if its content is the same, since the bytes of gzip differ between machines
 */
export function packRecord(rendered: Rendered, before?: string): string {
  const texts = [...rendered].filter(([path]) => !unrecorded.includes(path)).sort(([a], [b]) => (a < b ? -1 : 1));
  const json = JSON.stringify(Object.fromEntries(texts));
  if (before !== undefined && unpacked(before) === json) return before;
  const packed = gzipSync(json, { level: 9 }).toString('base64');
  return `${heading}${packed.replaceAll(/.{1,100}/g, '$&\n')}`;
}

/**
 * The texts in a record, by path.
 * @param file its path, for messages
 * @param above the paths above the project that it may have; others are left out: the project was moved since
 * @throws Failure (exit code 2) if the record is damaged
 */
export function readRecord(text: string, file: string, above: readonly string[] = []): Rendered {
  try {
    const texts = JSON.parse(unpacked(text) ?? '') as Record<string, unknown>;
    if (Array.isArray(texts)) throw new TypeError('must be an object');
    const kept = Object.entries(texts).filter(([path]) => above.includes(path) || !isPipelineAbove(path));
    const entries = kept.map(([path, content]) => {
      if (typeof content !== 'string') throw new TypeError(`${path} must be a string`);
      // A record comes with projects from anywhere, and its paths may be deleted.
      if (above.includes(path)) return [path, content] as const;
      if (path.split('/').some(name => /^(\.{0,2}|\.git)$/i.test(name)))
        throw new TypeError(`not a path in the project: ${path}`);
      return [path, content] as const;
    });
    return new Map(entries);
  } catch (error) {
    throw badRequest(
      `${file} is damaged: the last generated state cannot be read.`,
      'Restore it from an older commit, or take one side of a git merge.',
      error,
    );
  }
}

/** The JSON in a record; undefined if it cannot be unpacked. */
function unpacked(text: string): string | undefined {
  const packed = text.replaceAll(/^#.*$/gm, '');
  // Node's base64 decoder would skip conflict markers and read the first side only.
  if (/[^\w+/=\s]/.test(packed)) return undefined;
  try {
    return gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: 2 ** 26 }).toString('utf8');
  } catch {
    return undefined;
  }
}
