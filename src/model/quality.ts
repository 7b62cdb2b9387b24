import { readNames } from './listed-names.ts';
import type { Choice } from './choices.ts';
import type { Release } from '../catalog/releases.ts';
import { requireTool } from './require-tool.ts';

/** What keeps the quality of a project's code, by the names that users type, each with what it is. */
const parts = {
  checks: 'ruff, mypy and coverage, as tests of Bazel',
  'pre-commit': 'the checks before each commit',
  renovate: 'updates of nixpkgs, Bazel rules and actions',
} as const;

/** One of the parts. */
export type Quality = keyof typeof parts;

export const qualityNames = Object.keys(parts) as Quality[];

/** The parts as the choices of a prompt. */
export const qualityChoices: readonly Choice[] = qualityNames.map(name => ({
  value: name,
  label: `${name}: ${parts[name]}`,
}));

/** The files that are read in the root of a repository only. */
export const rootOnly = { 'pre-commit': '.pre-commit-config.yaml', renovate: 'renovate.json' } as const;

/**
 * Checks names of parts; one string may list several, separated by commas. `none` is no part; the hooks of pre-commit need the
 * checks.
 * @param release the release of nixpkgs, which must have the tools; undefined if it is not known
 * @returns each once, in the order of the table
 * @throws Failure (exit code 2) for an unknown part, and for a release without the tools
 */
export function parseQuality(texts: readonly string[], release: Release | undefined, where: string): Quality[] {
  const unknown = (name: string): string => `unknown part ${name}`;
  const named = readNames<Quality>(texts, { names: qualityNames, unknown, orNone: true }, where);
  if (named.has('pre-commit')) named.add('checks');
  if (named.has('checks')) requireTool('ruff', release, 'leave the checks out', where);
  return qualityNames.filter(name => named.has(name));
}
