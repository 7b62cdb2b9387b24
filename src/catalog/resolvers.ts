import { read } from './read.ts';
import { releases } from './releases.ts';

/** A program that writes lock files (PEP 751). */
export interface ResolverEntry {
  /** The first version that does: pip by `pip lock` (changelog of 25.1), uv by `uv pip compile -o pylock.toml` (changelog of 0.6.15). */
  readonly minimum: string;
  /** The first release of nixpkgs with such a version. */
  readonly since: string;
}

/** The name of a resolver. */
export type ResolverName = 'pip' | 'uv';

let loaded: Readonly<Record<ResolverName, ResolverEntry>> | undefined;

/** The resolvers in resolvers.json. */
export function resolvers(): Readonly<Record<ResolverName, ResolverEntry>> {
  loaded ??= read('resolvers.json') as Readonly<Record<ResolverName, ResolverEntry>>;
  return loaded;
}

/** Whether a release of nixpkgs has a resolver. Releases are sorted: rolling channels, the last, have one. */
export function hasResolver(release: string): boolean {
  const names = releases().map(({ name }) => name);
  const first = Math.min(...Object.values(resolvers()).map(({ since }) => names.indexOf(since)));
  return names.indexOf(release) >= first;
}

/** What a resolver is needed for, and where there is one: for messages. */
export function resolverHint(): string {
  const { pip, uv } = resolvers();
  return (
    `It takes uv ${uv.minimum} or later on PATH, or a nixpkgs that has it (${uv.since} and later), ` +
    `or one with pip ${pip.minimum} (${pip.since} and later).`
  );
}
