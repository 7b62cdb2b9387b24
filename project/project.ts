import type { Pin } from './pin.ts';

/**
 * A project that can be rendered: every value has been checked, against the catalog and against each other.
 * `checkProject` is the only way to one.
 */
export interface Project {
  /** Distribution, image and folder name: `my-service`. */
  readonly name: string;
  /** The Python module, and the Bazel target, of the app: `my_service`. */
  readonly module: string;
  readonly pin: Pin;
  /** The answer that led to the pin: `26.05`, `nixos-unstable`, a commit or a URL. */
  readonly nixpkgs: string;
  /** Minor version of Python: `3.13`. */
  readonly python: string;
  /** The user's packages as PEP 508 texts, in their order, without those that every project has. */
  readonly packages: readonly string[];
  /** pip name to nixpkgs attribute, for the packages that nixpkgs keeps under another name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Major version of Bazel: `8`. */
  readonly bazel: string;
  /** URL of Bazel's remote cache. */
  readonly remoteCache?: string;
}
