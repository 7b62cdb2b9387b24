import { relative, resolve } from 'node:path';
import { packageCatalog } from '../catalog/packages.ts';
import { Failure } from '../errors/failure.ts';
import { classify } from '../model/package-names.ts';
import type { ParsedRequirements, PlacedRequirement } from '../packaging/parsed-requirements.ts';
import { formatRequirement, mergeRequirements, type Requirement } from '../packaging/requirement.ts';
import { readRequirements } from '../packaging/requirements-file.ts';
import { isTestTool } from '../packaging/test-tools.ts';
import { readOtherFormat } from '../pyproject/requirement-formats.ts';
import { readListFile } from './list-file.ts';

/** How many lines that are left out are listed: a file of another kind may have nothing else. */
const mostSkipped = 50;

/**
 * The packages that several files list, each once. What is not carried over is added to `warnings`, and so are test tools, which
 * belong in the dev group.
 * @param python minor version, for environment markers
 * @throws Failure (exit code 2) if a file cannot be read
 */
export function readRequirementsFiles(
  files: readonly string[],
  python: string,
  folder: string,
  warnings: string[],
): string[] {
  const read = files.map(file => readRequirementsFile(file, python, folder, warnings));
  for (const [at, { requirements: placed, skipped, notes }] of read.entries()) {
    warnings.push(...notes);
    warnings.push(
      ...skipped.slice(0, mostSkipped).map(({ place, line, reason }) => `${place}: left out "${line}": ${reason}.`),
    );
    if (skipped.length > mostSkipped) warnings.push(`${files[at]}: ${skipped.length - mostSkipped} more are left out.`);
    if (placed.length === 0) warnings.push(`${files[at]} lists no packages that can be taken.`);
  }
  const requirements = mergePlaced(
    read.flatMap(({ requirements: placed }) => placed).filter(placed => isPossible(placed, warnings)),
    warnings,
  );
  const tools = requirements.filter(({ name }) => isTestTool(name)).map(({ name }) => name);
  if (tools.length > 0) {
    warnings.push(
      `${tools.join(', ')}: tools for tests and development, which go into the image from this list. ` +
        'Move them with remove and add --dev.',
    );
  }
  return requirements.map(formatRequirement);
}

/** What nixpkgs never has must not refuse all the rest. */
function isPossible({ requirement, place }: PlacedRequirement, warnings: string[]): boolean {
  const verdict = classify(requirement, undefined, packageCatalog());
  if (verdict.kind !== 'never') return true;
  warnings.push(`${place}: left out ${requirement.name}. ${verdict.message.replace(/^packages: /, '')}`);
  return false;
}

/** Each package once, with all its ranges and extras; one whose version contradicts what stands before it is left out. */
function mergePlaced(placed: readonly PlacedRequirement[], warnings: string[]): Requirement[] {
  const merged = new Map<string, PlacedRequirement>();
  for (const next of placed) {
    const { name } = next.requirement;
    const before = merged.get(name);
    try {
      const [both = next.requirement] = mergeRequirements(
        before ? [before.requirement, next.requirement] : [next.requirement],
      );
      merged.set(name, { ...(before ?? next), requirement: both });
    } catch (error) {
      if (!(error instanceof Failure) || !before) throw error;
      const kept = `${formatRequirement(before.requirement)} (${before.place})`;
      warnings.push(`${next.place}: left out "${formatRequirement(next.requirement)}": it contradicts ${kept}.`);
    }
  }
  return [...merged.values()].map(({ requirement }) => requirement);
}

function readRequirementsFile(file: string, python: string, folder: string, warnings: string[]): ParsedRequirements {
  const path = relative(folder, resolve(folder, file)) || file;
  const read = (name: string): string => {
    const { text, guessed } = readListFile(resolve(folder, name), name);
    if (guessed) warnings.push(`${name}: not UTF-8; read as ${guessed}.`);
    return text;
  };
  const text = read(path);
  const readOnce = (name: string): string => (name === path ? text : read(name));
  return readOtherFormat(path, text) ?? readRequirements(path, readOnce, { pythonVersion: python });
}
