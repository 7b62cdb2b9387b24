import { badRequest } from '../errors/failure.ts';
import { withoutSecrets } from '../text/secrets.ts';
import { normaliseName } from '../packaging/requirement.ts';

/** One wheel of a package. */
export interface LockedWheel {
  /** Its file name. */
  readonly name: string;
  /** Where it is downloaded from; or else `path`. */
  readonly url?: string;
  /** Where it is, relative to the folder of the lock file. */
  readonly path?: string;
  /** In bytes. */
  readonly size?: number;
  /** Hex digests by algorithm. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** One package of a lock file. */
export interface LockedPackage {
  /** Normalised (PEP 503). */
  readonly name: string;
  readonly version: string;
  /** The environments that it is for (PEP 508); all, if undefined. */
  readonly marker?: string;
  readonly requiresPython?: string;
  readonly wheels: readonly LockedWheel[];
}

/** A lock file (PEP 751), as far as wheels are concerned. */
export interface LockFile {
  /** Markers: the lock holds for environments in which one of them is true; for all, if there is none. */
  readonly environments: readonly string[];
  readonly requiresPython?: string;
  readonly packages: readonly LockedPackage[];
}

/** The lock files of a project: of the image, and of the tests, which have the packages of the image too. */
export const lockPaths = { runtime: 'pylock.toml', development: 'pylock.dev.toml' } as const;

/** The names of the lock files in `lockPaths`. */
export const lockKinds = Object.keys(lockPaths) as (keyof typeof lockPaths)[];

/** The two lock files of a project, from one resolution. */
export type LockFiles = Readonly<Record<keyof typeof lockPaths, LockFile>>;

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const tablesIn = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isTable) : []);
const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * Parses a lock file, of this generator or of another tool. What is not about wheels is left out.
 * @param file its path, for messages
 * @throws Failure (exit code 2) if it is not a lock file
 */
export async function parseLock(text: string, file: string): Promise<LockFile> {
  const { parse } = await import('smol-toml');
  let lock: Record<string, unknown>;
  try {
    lock = parse(text);
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('\n');
    throw badRequest(`${file} is not valid TOML: ${reason.replace(/[.:]$/, '')}.`, relock, error);
  }
  const version = textIn(lock['lock-version']);
  if (!version?.startsWith('1.')) {
    throw badRequest(`${file} is not a lock file: it has lock-version ${version ?? 'none'}, not 1.0.`, relock);
  }
  const requiresPython = textIn(lock['requires-python']);
  return {
    environments: Array.isArray(lock.environments) ? lock.environments.filter(item => typeof item === 'string') : [],
    ...(requiresPython === undefined ? {} : { requiresPython }),
    packages: tablesIn(lock.packages).map(packageIn),
  };
}

const relock = 'Write it again: nix-python-container lock';

function packageIn(entry: Record<string, unknown>): LockedPackage {
  // What is required by URL is an archive, of any kind and without a version.
  const archives = [entry.archive].filter(isTable).map(wheelIn);
  const wheels = [...tablesIn(entry.wheels).map(wheelIn), ...archives.filter(({ name }) => name.endsWith('.whl'))];
  const marker = textIn(entry.marker);
  const requiresPython = textIn(entry['requires-python']);
  return {
    name: normaliseName(textIn(entry.name) ?? ''),
    version: textIn(entry.version) ?? wheels[0]?.name.split('-')[1] ?? '',
    ...(marker === undefined ? {} : { marker }),
    ...(requiresPython === undefined ? {} : { requiresPython }),
    wheels,
  };
}

function wheelIn(wheel: Record<string, unknown>): LockedWheel {
  const path = textIn(wheel.path);
  const url = textIn(wheel.url);
  const file = url === undefined ? (path ?? '') : decoded(url.replace(/[?#][^]*$/, ''));
  return {
    name: textIn(wheel.name) ?? file.replace(/^.*\//, ''),
    ...(path === undefined ? (url === undefined ? {} : { url: withoutSecrets(url).replace(/#[^]*$/, '') }) : { path }),
    ...(typeof wheel.size === 'number' ? { size: wheel.size } : {}),
    hashes: Object.fromEntries(
      Object.entries(isTable(wheel.hashes) ? wheel.hashes : {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
  };
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

/** Formats a lock file: sorted, a wheel a line, and without dates, so that few lines change with a package. */
export function formatLock({ environments, requiresPython, packages }: LockFile): string {
  const head = [
    '# Written by nix-python-container lock, from pyproject.toml.',
    'lock-version = "1.0"',
    ...(environments.length > 0 ? [`environments = [${environments.map(quoted).join(', ')}]`] : []),
    ...(requiresPython === undefined ? [] : [`requires-python = ${quoted(requiresPython)}`]),
    'created-by = "nix-python-container"',
  ];
  const sorted = packages.toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
  // PEP 751 wants the key even where there is nothing.
  const blocks = sorted.length > 0 ? sorted.map(formatPackage) : ['packages = []\n'];
  return [`${head.join('\n')}\n`, ...blocks].join('\n');
}

function formatPackage({ name, version, marker, requiresPython, wheels }: LockedPackage): string {
  const sorted = wheels.toSorted((a, b) => compare(a.name, b.name));
  return [
    '[[packages]]',
    `name = ${quoted(name)}`,
    `version = ${quoted(version)}`,
    ...(marker === undefined ? [] : [`marker = ${quoted(marker)}`]),
    ...(requiresPython === undefined ? [] : [`requires-python = ${quoted(requiresPython)}`]),
    'wheels = [',
    ...sorted.map(wheel => `    ${formatWheel(wheel)},`),
    ']',
    '',
  ].join('\n');
}

function formatWheel({ name, url, path, size, hashes }: LockedWheel): string {
  const digests = Object.entries(hashes).sort(([a], [b]) => compare(a, b));
  const place = path === undefined ? `url = ${quoted(url ?? '')}` : `path = ${quoted(path)}`;
  const bytes = size === undefined ? '' : `size = ${size}, `;
  return `{ name = ${quoted(name)}, ${place}, ${bytes}hashes = { ${digests.map(([key, value]) => `${key} = ${quoted(value)}`).join(', ')} } }`;
}

/** A basic string of TOML: JSON's escapes are TOML's too. */
const quoted = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f');
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
