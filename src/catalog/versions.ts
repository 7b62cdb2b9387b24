import { read } from './read.ts';

/** versions.json: the version in each release, by pip package. Only evaluated versions. */
export type Versions = Readonly<Record<string, Readonly<Record<string, string>>>>;

let loaded: Versions | undefined;

/**
 * The versions of a pip package (normalised name, PEP 503) by release, oldest first. For a release that is absent, nothing is
 * known.
 */
export function versionsOf(name: string): Readonly<Record<string, string>> {
  loaded ??= read('versions.json') as Versions;
  return Object.hasOwn(loaded, name) ? (loaded[name] ?? {}) : {};
}
