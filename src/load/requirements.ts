import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { badRequest, Failure } from '../errors/failure.ts';
import { isInAnySet, reasonNever } from '../model/package-names.ts';
import { formatOf } from '../packaging/formats/formats.ts';
import {
  type Group,
  type Origin,
  type ParsedRequirements,
  type PlacedRequirement,
  RequirementsBuilder,
} from '../packaging/parsed-requirements.ts';
import { formatRequirement, mergeRequirements, normaliseName, quote } from '../packaging/requirement.ts';
import { readRequirements } from '../packaging/requirements-file.ts';
import { isTestTool } from '../packaging/test-tools.ts';
import { readListFile } from './list-file.ts';
import { parseList } from './parse-list.ts';

/** The packages (PEP 508) that files list, by the list of a project that they belong in; each is in one of the two. */
export interface ListedPackages extends Readonly<Record<Group, readonly string[]>> {
  /** Those of `runtime` that are tools for tests and development. */
  readonly testTools: readonly string[];
}

/** How many packages are read. Whole environments have some hundreds. */
const mostPackages = 5000;

/** How many lines that are left out are listed: a file of another kind may have nothing else. */
const mostSkipped = 50;

/**
 * The packages that several files list. What is not carried over is added to `warnings`.
 * @param files their paths; one with groups of optional dependencies may be followed by those to take: `pyproject.toml[postgres]`
 * @param target the minor version of Python, for environment markers, and where the packages are to come from
 * @throws Failure (exit code 2) if a file cannot be read, or has a format that is not read
 */
export async function readRequirementsFiles(
  files: readonly string[],
  target: { readonly python: string; readonly packagesFrom: Origin },
  folder: string,
  warnings: string[],
): Promise<ListedPackages> {
  const placed: PlacedRequirement[] = [];
  for (const file of files) {
    const { requirements, skipped, notes } = await readList(file, target, folder, warnings);
    placed.push(...requirements);
    warnings.push(...notes);
    warnings.push(
      ...skipped.slice(0, mostSkipped).map(({ place, line, reason }) => `${place}: left out "${line}": ${reason}.`),
    );
    if (skipped.length > mostSkipped) warnings.push(`${file}: ${skipped.length - mostSkipped} more are left out.`);
    if (requirements.length === 0) warnings.push(`${file} lists no packages that can be added.`);
  }
  if (placed.length > mostPackages) {
    throw badRequest(
      `${files.join(', ')}: ${placed.length} packages; at most ${mostPackages} are read.`,
      'Remove lines you do not need.',
    );
  }
  const merged = mergePlaced(
    placed.filter(item => isPossible(item, target.packagesFrom, warnings)),
    warnings,
  );
  const ofGroup = (group: Group): string[] =>
    merged.filter(item => item.group === group).map(({ requirement }) => formatRequirement(requirement));
  const runtime = merged.filter(({ group }) => group === 'runtime').map(({ requirement }) => requirement.name);
  return { runtime: ofGroup('runtime'), dev: ofGroup('dev'), testTools: runtime.filter(isTestTool) };
}

/** A warning about tools for tests that would go into the image. */
export const testToolsWarning = ({ testTools }: ListedPackages): readonly string[] =>
  testTools.length === 0
    ? []
    : [
        `${testTools.join(', ')}: tools for tests and development, which go into the image from this list. ` +
          'Move them with `remove`, then `add --dev`.',
      ];

/** What can never be had must not refuse all the rest. */
function isPossible(
  { requirement: { name }, place, isGuess }: PlacedRequirement,
  origin: Origin,
  warnings: string[],
): boolean {
  if (isInAnySet(name)) return true;
  const never = reasonNever(name);
  if (origin === 'pypi') {
    if (!never?.isForPyPI) return true;
    warnings.push(`${place}: left out ${name}: ${never.reason}.`);
    return false;
  }
  if (never) {
    warnings.push(`${place}: left out ${name}. nixpkgs does not have it: ${never.reason}.`);
  } else if (isGuess) {
    warnings.push(`${place}: left out ${name}: no Python package of nixpkgs is known by this name of conda.`);
  } else return true;
  return false;
}

/**
 * Each package once, with all its ranges and extras; one whose version contradicts what stands before it is left out. A package of
 * both groups is one of the runtime, which the tests have as well.
 */
function mergePlaced(placed: readonly PlacedRequirement[], warnings: string[]): readonly PlacedRequirement[] {
  const merged = new Map<string, PlacedRequirement>();
  for (const next of placed) {
    const { name } = next.requirement;
    const before = merged.get(name) ?? next;
    try {
      const [requirement = next.requirement] = mergeRequirements([before.requirement, next.requirement]);
      const group = [before.group, next.group].includes('runtime') ? 'runtime' : 'dev';
      merged.set(name, { ...before, requirement, group });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const kept = `${formatRequirement(before.requirement)} (${before.place})`;
      warnings.push(`${next.place}: left out "${formatRequirement(next.requirement)}": it contradicts ${kept}.`);
    }
  }
  return [...merged.values()];
}

async function readList(
  written: string,
  { python, packagesFrom }: { readonly python: string; readonly packagesFrom: Origin },
  folder: string,
  warnings: string[],
): Promise<ParsedRequirements> {
  const environment = { pythonVersion: python };
  const { file, selected } = splitSelection(written, folder);
  const below = relative(folder, resolve(folder, file));
  const path = below === '' || below.startsWith('..') ? file : below;
  const texts = new Map<string, string>();
  const read = (name: string): string => {
    const known = texts.get(name);
    if (known !== undefined) return known;
    const { text, guessed } = readListFile(resolve(folder, name), name);
    if (guessed) warnings.push(`${name}: not UTF-8; read as ${guessed}.`);
    texts.set(name, text);
    return text;
  };
  const text = read(path);
  const format = formatOf(path, text);
  if (format && 'convert' in format) {
    throw badRequest(`${path} is ${format.title}, which is not read.`, `Make a list of it: ${format.convert}`);
  }
  if (!format) {
    if (selected.size === 0) return readRequirements(path, read, environment, packagesFrom);
    throw badRequest(`${path} has no groups of optional dependencies.`, 'Name the file alone.');
  }
  const { value, lineOf } = await parseList(text, path, format);
  const found = new RequirementsBuilder(path, environment, packagesFrom);
  const place = (...keys: readonly (string | number)[]): string => {
    const line = lineOf(keys);
    return line === undefined ? path : `${path}:${line}`;
  };
  const groups = new Set<string>();
  format.read({ file: path, value, place, selected, groups }, found);
  const unknown = [...selected].find(name => !groups.has(name));
  if (unknown !== undefined) {
    throw badRequest(
      `${path} has no optional group ${quote(unknown)}.`,
      groups.size > 0 ? `Its groups: ${[...groups].join(', ')}.` : 'Name the file alone.',
    );
  }
  return found.result();
}

/** Takes apart `pyproject.toml[postgres,redis]`, unless a file has that name. */
function splitSelection(
  written: string,
  folder: string,
): { readonly file: string; readonly selected: ReadonlySet<string> } {
  const [, file, groups] = /^([^[\]]+)\[([^[\]]*)\]$/.exec(written) ?? [];
  if (file === undefined || groups === undefined || existsSync(resolve(folder, written))) {
    return { file: written, selected: new Set() };
  }
  return { file, selected: new Set(groups.split(',').map(group => normaliseName(group.trim()))) };
}
