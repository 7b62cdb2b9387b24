import { runProcess } from '../../src/process/run-process.ts';
import type { PackageFault } from '../../src/catalog/python-sets.ts';
import { defaultFramework } from '../../src/catalog/frameworks.ts';
import { everyProject } from '../../src/model/project.ts';
import { failed } from '../../src/errors/failure.ts';

/** An attribute of nixpkgs that evaluates to a derivation. */
export interface NixpkgsAttribute {
  readonly attribute: string;
  readonly version: string;
}

/** What release.nix prints for a tree of nixpkgs, in the order of the attributes. */
export interface NixpkgsTree {
  /** The release that the tree says it is (`26.05`), and its commit; null if it does not say. */
  readonly release: string | null;
  readonly revision: string | null;
  readonly defaultPython: string;
  /** `fails`: the packages of every project that do not evaluate. */
  readonly pythons: readonly (NixpkgsAttribute & { readonly fails: readonly string[] })[];
  readonly bazels: readonly NixpkgsAttribute[];
}

/** A package of one Python. */
export interface NixpkgsPackage {
  readonly version: string;
  /** What the package calls itself; null if it does not say. */
  readonly pname: string | null;
  readonly extras: readonly string[];
  /** Null if it evaluates to a derivation. */
  readonly fault: PackageFault | null;
}

/** A tree of nixpkgs: an absolute path, or the URL of a tarball with its `narHash`. */
export interface Source {
  readonly nixpkgs: string;
  readonly narHash?: string;
}

/**
 * Evaluates what a tree of nixpkgs has. Takes 2 seconds and 0.5 GB of memory for a real one.
 * @param expression path of release.nix
 * @throws Failure (exit code 1) if there is no Nix or it fails; trees of 2026 need Nix 2.18 or newer
 */
export const readTree = (expression: string, source: Source): Promise<NixpkgsTree> =>
  evaluate(expression, source, {
    base: JSON.stringify(everyProject(defaultFramework).map(({ name }) => name)),
  }) as Promise<NixpkgsTree>;

/**
 * Evaluates the packages of one Python (`python313`), by attribute. Takes about 20 seconds and 1.1 GB of memory for a real tree.
 * @param skip packages that are listed and not evaluated to a derivation: those whose error Nix cannot catch
 * @throws Failure (exit code 1) as above
 */
export async function readPackages(
  expression: string,
  source: Source,
  python: string,
  skip: readonly string[],
): Promise<Map<string, NixpkgsPackage>> {
  const found = await evaluate(expression, source, { python, skip: JSON.stringify(skip) });
  const entries = Object.entries(found as Record<string, NixpkgsPackage | null>);
  return new Map(entries.filter((entry): entry is [string, NixpkgsPackage] => entry[1] !== null));
}

async function evaluate(expression: string, source: Source, request: Record<string, string>): Promise<unknown> {
  const given = Object.entries({ ...source, ...request }).flatMap(([name, value]) => ['--argstr', name, value]);
  const flags = ['--eval', '--strict', '--json', '--show-trace', expression, ...given];
  const { stdout, stderr, fault, message, cause } = await runProcess('nix-instantiate', flags, {
    environment: process.env,
    maxOutput: 2 ** 28,
  });
  if (fault === 'not-found') throw failed('nix-instantiate is not on PATH.', 'Install Nix, then try again.', cause);
  if (fault === undefined) return JSON.parse(stdout);
  const [, attribute] = /in the package ([A-Za-z_][\w'-]*)/.exec(stderr) ?? [];
  const skip = attribute === undefined ? '' : `Skip it: --skip ${attribute}\n`;
  throw failed(`Nix could not evaluate ${source.nixpkgs}.`, skip + message, cause);
}
