import { runProcess } from '../../src/process/run-process.ts';
import { failed } from '../../src/errors/failure.ts';

/** An attribute of nixpkgs that evaluates to a package. `pname` is what the package calls itself, null if it has no name. */
export interface NixpkgsAttribute {
  readonly attribute: string;
  readonly version: string;
  readonly pname: string | null;
}

/** What release.nix says of a tree of nixpkgs, in the order of the attributes. */
export interface NixpkgsTree {
  /** The release that the tree says it is (`26.05`); null if it does not say. */
  readonly release: string | null;
  readonly defaultPython: string;
  readonly pythons: readonly NixpkgsAttribute[];
  readonly bazels: readonly NixpkgsAttribute[];
  /** The packages of the default Python. */
  readonly packages: readonly NixpkgsAttribute[];
}

/**
 * Evaluates a tree of nixpkgs with real Nix (2.8 or newer). Takes minutes for a real one, and 4 GB of memory.
 * @param expression path of release.nix
 * @param nixpkgs absolute path of the tree, or URL of a tarball with, if it is known, its `narHash`
 * @throws Failure (exit code 1) if there is no Nix or the evaluation fails as a whole.
 */
export async function readTree(expression: string, nixpkgs: string, narHash?: string): Promise<NixpkgsTree> {
  const known = narHash === undefined ? [] : ['--argstr', 'narHash', narHash];
  const flags = ['--eval', '--strict', '--json', expression, '--argstr', 'nixpkgs', nixpkgs, ...known];
  const { stdout, stderr, fault, cause } = await runProcess('nix-instantiate', flags, {
    environment: process.env,
    maxOutput: 2 ** 28,
  });
  if (fault === 'not-found') throw failed('nix-instantiate is not on PATH.', 'Install Nix, then try again.', cause);
  if (fault !== undefined) throw failed(`Nix could not evaluate ${nixpkgs}.`, stderr.trim() || String(cause), cause);
  return JSON.parse(stdout) as NixpkgsTree;
}
