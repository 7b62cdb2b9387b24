import { diff3Merge } from 'node-diff3';
import { conflictMarkers } from '../text/conflict-markers.ts';

/** The sides of a merge of one file. */
export interface Sides {
  /** What was generated last; undefined if the file was not generated. */
  readonly base: string | undefined;
  /** The text on disk. */
  readonly yours: string;
  /** What is generated now. */
  readonly generated: string;
}

/** A merged text, with conflict markers around `conflicts` of its regions. */
export interface Merged {
  readonly text: string;
  readonly conflicts: number;
}

/**
 * Merges line by line what a user made of a generated text with what is generated now, and keeps the user's line ends. Where
 * both changed the same lines, both versions stay between git's conflict markers.
 */
export function mergeText({ base, yours, generated }: Sides): Merged {
  const eol = lineEndOf(yours);
  const theirs = withLineEnds(generated, eol);
  const last = base === undefined ? undefined : withLineEnds(base, eol);
  if (yours === theirs || theirs === last) return { text: yours, conflicts: 0 };
  if (yours === last) return { text: theirs, conflicts: 0 };
  const regions = diff3Merge(linesOf(yours), linesOf(last ?? ''), linesOf(theirs), { excludeFalseConflicts: true });
  const conflicts = regions.filter(({ conflict }) => conflict).length;
  const text = regions.map(({ ok, conflict }) =>
    conflict ? marked(conflict.a, conflict.b, eol) : (ok ?? []).join(''),
  );
  return { text: text.join(''), conflicts };
}

/** A conflict between its markers; common lines at its ends are moved out of it. */
function marked(yours: readonly string[], theirs: readonly string[], eol: string): string {
  const most = Math.min(yours.length, theirs.length);
  let head = 0;
  while (head < most && yours[head] === theirs[head]) head++;
  let tail = 0;
  while (tail < most - head && yours.at(-1 - tail) === theirs.at(-1 - tail)) tail++;
  const side = (lines: readonly string[]): string => {
    const text = lines.slice(head, lines.length - tail).join('');
    return text === '' || text.endsWith('\n') ? text : text + eol;
  };
  const parts = [
    conflictMarkers.begin + eol,
    side(yours),
    conflictMarkers.middle + eol,
    side(theirs),
    conflictMarkers.end + eol,
  ];
  return [...yours.slice(0, head), ...parts, ...yours.slice(yours.length - tail)].join('');
}

/** The lines of a text, with their line ends. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** The line end of most lines: with the other one, all of them would count as changed. */
const lineEndOf = (text: string): string =>
  text.split('\r\n').length > text.split(/(?<!\r)\n/).length ? '\r\n' : '\n';

const withLineEnds = (text: string, eol: string): string => (eol === '\n' ? text : text.replaceAll('\n', eol));
