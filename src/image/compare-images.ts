import { isUtf8 } from 'node:buffer';
import type { Image, Layer } from './open-image.ts';
import { contentsIn, entriesOf, type Entry } from './tar-entries.ts';

/** In what two builds of an image differ. */
export interface Difference {
  /** What differs: of a file its contents, mode …; `missing` if one of them lacks it; a setting; the order of files. */
  readonly kind: keyof Entry | 'missing' | 'setting' | 'layers' | 'order' | 'compression' | 'unreadable';
  /** The position of the layer, from 1. */
  readonly layer?: number;
  /** The path of the file in the image, or of the setting in its configuration. */
  readonly path?: string;
  /** The line of a text from which on it differs, from 1. */
  readonly line?: number;
  /** Both values, as far as they fit in a line; an empty one is absent. */
  readonly first: string;
  readonly second: string;
}

const longest = 120;
const shortened = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

/** All in which two images differ; nothing if they have the same digest. */
export async function compareImages(first: Image, second: Image): Promise<Difference[]> {
  if (first.digest === second.digest) return [];
  const differences = settingsThatDiffer(first.config, second.config);
  if (first.layers.length !== second.layers.length) {
    const counts = [first, second].map(({ layers }) => String(layers.length));
    differences.push({ kind: 'layers', first: counts[0] as string, second: counts[1] as string });
  }
  for (const [position, layer] of first.layers.entries()) {
    const other = second.layers[position];
    if (other && other.digest !== layer.digest) differences.push(...(await compareLayers(layer, other, position + 1)));
  }
  if (differences.length > 0) return differences;
  return [{ kind: 'compression', first: first.digest, second: second.digest }];
}

/** Those of the configuration, but not the digests of layers, whose contents say more, nor the history, which follows from them. */
function settingsThatDiffer(first: unknown, second: unknown, path = ''): Difference[] {
  if (/^(rootfs|history)$/.test(path)) return [];
  const isTable = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (isTable(first) && isTable(second)) {
    const names = new Set([...Object.keys(first), ...Object.keys(second)]);
    return [...names].flatMap(name =>
      settingsThatDiffer(first[name], second[name], path === '' ? name : `${path}.${name}`),
    );
  }
  const [one, other] = [first, second].map(value => (value === undefined ? '' : JSON.stringify(value)));
  if (one === other) return [];
  return [{ kind: 'setting', path, first: shortened(one ?? ''), second: shortened(other ?? '') }];
}

/** What of an entry is compared, in this order: a size that differs follows from the contents. */
const parts = ['type', 'target', 'content', 'mode', 'owner', 'time'] as const;

const shown: Readonly<Record<(typeof parts)[number], (entry: Entry) => string>> = {
  type: ({ type }) => type,
  target: ({ target }) => target,
  content: ({ size }) => `${size} bytes`,
  mode: ({ mode }) => `0${mode.toString(8)}`,
  owner: ({ owner }) => owner,
  time: ({ time }) => new Date(time * 1000).toISOString(),
};

/** How many files of a layer are looked into, and how far. */
const texts = { most: 50, bytes: 2 ** 20 };

async function compareLayers(first: Layer, second: Layer, layer: number): Promise<Difference[]> {
  if (!first.open || !second.open) {
    return [{ kind: 'unreadable', layer, first: first.digest, second: second.digest }];
  }
  const [ours, theirs] = [await entriesOf(first.open()), await entriesOf(second.open())];
  const names = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  const differences = names.flatMap((path): Difference[] => {
    const [one, other] = [ours.get(path), theirs.get(path)];
    if (!one || !other) {
      return [{ kind: 'missing', layer, path, first: one?.type ?? '', second: other?.type ?? '' }];
    }
    return parts
      .filter(part => one[part] !== other[part])
      .map(kind => ({ kind, layer, path, first: shown[kind](one), second: shown[kind](other) }));
  });
  if (differences.length === 0) {
    const [one, other] = [[...ours.keys()], [...theirs.keys()]];
    const at = one.findIndex((name, position) => name !== other[position]);
    const [before = '', after = ''] = [one[at], other[at]];
    return [{ kind: 'order', layer, first: before, second: after }];
  }
  const changed = new Set(
    differences.flatMap(({ kind, path }) => (kind === 'content' && path ? path : [])).slice(0, texts.most),
  );
  if (changed.size === 0) return differences;
  const before = await contentsIn(first.open(), changed, texts.bytes);
  const after = await contentsIn(second.open(), changed, texts.bytes);
  return differences.map(difference => {
    const { kind, path = '' } = difference;
    const [one, other] = [before.get(path), after.get(path)];
    return kind === 'content' && one && other ? { ...difference, ...firstLine(one, other) } : difference;
  });
}

/** The first line in which two texts differ; nothing if one of them is no text. */
function firstLine(one: Buffer, other: Buffer): Pick<Difference, 'line' | 'first' | 'second'> | undefined {
  if (!isUtf8(one) || !isUtf8(other) || one.includes(0) || other.includes(0)) return undefined;
  const [ours, theirs] = [one, other].map(text => text.toString('utf8').split('\n')) as [string[], string[]];
  const at = ours.findIndex((line, position) => line !== theirs[position]);
  const line = at < 0 ? ours.length : at;
  return { line: line + 1, first: shortened(ours[line] ?? ''), second: shortened(theirs[line] ?? '') };
}

/** What usually makes each kind of difference, and where to look. */
const causes: readonly { readonly of: (difference: Difference) => boolean; readonly says: string }[] = [
  {
    of: ({ kind, path }) => kind === 'setting' && path === 'created',
    says: 'The image is given the time of its build. Set `created` in nix/image.nix to a fixed date, or leave it out.',
  },
  {
    of: ({ kind }) => kind === 'time',
    says: 'Files are given the time of the build. Set a fixed one where they are packed, such as time=0 or SOURCE_DATE_EPOCH.',
  },
  {
    of: ({ kind, path = '' }) => kind === 'content' && /\.pyc$/.test(path),
    says: 'Compiled Python holds the time of its source. Compile it with --invalidation-mode unchecked-hash.',
  },
  {
    of: ({ kind, path = '' }) => kind === 'content' && !/\.pyc$/.test(path),
    says:
      'Usual causes: the date, the host name, the user or the folder of the build, random numbers, a download, and the order of a ' +
      'set or of the files in a folder. Look at the rule or the derivation that makes the file.',
  },
  {
    of: ({ kind }) => kind === 'order' || kind === 'missing',
    says: 'Which files there are, or their order, depends on the machine. Sort them, and list those that are meant.',
  },
  {
    of: ({ kind }) => kind === 'mode' || kind === 'owner',
    says: 'Permissions follow the umask or the user of the build. Set mode and owner where the files are packed.',
  },
  {
    of: ({ kind }) => kind === 'compression',
    says: 'The same files, compressed in another way: by other versions of the tools, or with a time in the header (gzip -n).',
  },
];

/** The usual causes of some differences, each once. */
export const causesOf = (differences: readonly Difference[]): string[] =>
  causes.filter(cause => differences.some(difference => cause.of(difference))).map(({ says }) => says);
