import { read } from './read.ts';

/** The Bazel modules that MODULE.bazel depends on: versions by name in the Bazel Central Registry. */
export type Modules = Readonly<
  Record<'aspect_bazel_lib' | 'platforms' | 'rules_nixpkgs_core' | 'rules_oci' | 'rules_python' | 'tar.bzl', string>
>;

/** The archives that WORKSPACE downloads. */
export type Archives = Readonly<
  Record<'bazel_skylib' | 'io_bazel_rules_docker', Archive> &
    Record<'rules_nixpkgs_core' | 'rules_python', Archive & { readonly stripPrefix: string }>
>;

/** An archive for `http_archive`; `sha256` in hex is that of the archive itself. */
export interface Archive {
  readonly version: string;
  readonly sha256: string;
  readonly url: string;
}

/** How a workspace declares its dependencies: in MODULE.bazel (Bazel 7 and later) or WORKSPACE (before). */
export type Dialect = 'bzlmod' | 'workspace';

interface Rules {
  readonly bzlmod: { readonly bazels: readonly string[]; readonly modules: Modules };
  readonly workspace: { readonly bazels: readonly string[]; readonly archives: Archives };
}

let loaded: Rules | undefined;

/** The versions of the Bazel rules in rules.json. */
export function rules(): Rules {
  loaded ??= read('rules.json') as Rules;
  return loaded;
}

/** The dialect of a Bazel major version (`"8"`); undefined for an unsupported one. */
export function dialectOf(bazel: string): Dialect | undefined {
  return (['bzlmod', 'workspace'] as const).find(dialect => rules()[dialect].bazels.includes(bazel));
}
