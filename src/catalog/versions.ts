import { read } from './read.ts';

/** catalog/versions.json: by pip package, the version that each release pins. Holds what was evaluated, and nothing else. */
export type Versions = Readonly<Record<string, Readonly<Record<string, string>>>>;

let loaded: Versions | undefined;

/**
 * The versions of a pip package (name normalised after PEP 503) by release, oldest first: what to name when the pinned
 * version misses a range. A release that is absent is not known to have the package, nor to lack it.
 */
export function versionsOf(name: string): Readonly<Record<string, string>> {
  loaded ??= read('versions.json') as Versions;
  return Object.hasOwn(loaded, name) ? (loaded[name] ?? {}) : {};
}
