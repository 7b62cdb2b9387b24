import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Release, releaseOfPin, releases } from '../catalog/releases.ts';
import { pinned } from '../model/availability.ts';
import type { Pin } from '../pin/pin.ts';
import { findNixpkgs, type NixpkgsTree } from './find-nixpkgs.ts';
import { type Nix, NixUnavailable } from './run-nix.ts';

/** Whether the installed Nix can evaluate a nixpkgs. */
export interface NixSupport {
  /** The version of the installed Nix. */
  readonly installed: string;
  /** What it lacks, as in `Nix 2.18 or later`; empty if it can. */
  readonly missing: readonly string[];
}

/**
 * Where nixpkgs says which Nix it needs; its default.nix aborts accordingly. lib/minver.nix is a version. lib/minfeatures.nix, in
 * newer trees, is a list of features and whether the evaluating Nix has them.
 */
const requirementFiles = ['lib/minver.nix', 'lib/minfeatures.nix'] as const;
const longestRequirement = 2 ** 16;

/** The requirement of a tree that has none of these files, or of an older release: no Nix in use is older. */
const anyNix = '"2.0"';

/** The first release that needs a newer Nix than projects are tested with, and which (its lib/minver.nix). */
const raised = { release: '25.11', nix: '2.18' } as const;

/**
 * Asks the installed Nix whether it can evaluate a pinned nixpkgs. It reads the tree itself if that is on this machine; else it
 * takes what the release of the pin needs.
 * @param tree if it was looked for already, where it is
 * @returns undefined if that is not known, or there is no Nix
 */
export async function nixSupport(pin: Pin, nix: Nix, tree?: NixpkgsTree): Promise<NixSupport | undefined> {
  try {
    const found = tree ?? (await findNixpkgs(pin, nix));
    const requirement = found ? await requirementOf(found) : requirementOfRelease(pin);
    return requirement === undefined ? undefined : await evaluate(requirement, nix);
  } catch (error) {
    if (error instanceof NixUnavailable) return undefined;
    throw error;
  }
}

/** The same by the release of a commit of nixpkgs alone, for which nothing is looked for: one short process of Nix, or none. */
export async function supportOfRelease(pin: Pin, nix: Nix): Promise<NixSupport | undefined> {
  const requirement = pin.locked.type === 'github' ? requirementOfRelease(pin) : undefined;
  if (requirement === undefined || requirement === anyNix) return undefined;
  try {
    return await evaluate(requirement, nix);
  } catch (error) {
    if (error instanceof NixUnavailable) return undefined;
    throw error;
  }
}

/** Why the installed Nix cannot evaluate a pinned nixpkgs, as a sentence without a full stop; undefined if it can. */
export const tooOld = ({ installed, missing }: NixSupport, pin: Pin): string | undefined =>
  missing.length === 0
    ? undefined
    : `Nix ${installed} is too old for ${pinned(pin)}, which needs ${missing.join(' and ')}`;

/** A Nix expression: what a tree says it needs. */
async function requirementOf(tree: NixpkgsTree): Promise<string> {
  if ('url' in tree) {
    const { readFromArchive } = await import('../download/read-from-archive.ts');
    const limits = { folder: 'lib', paths: requirementFiles, maxLength: longestRequirement };
    // A damaged archive is reported when it is unpacked.
    const found = await readFromArchive(tree.url, limits).catch(() => undefined);
    return found?.text ?? anyNix;
  }
  for (const path of requirementFiles.map(file => join(tree.tree, file))) {
    const size = await stat(path).then(
      found => found.size,
      () => undefined,
    );
    if (size !== undefined && size <= longestRequirement) return readFile(path, 'utf8');
  }
  return anyNix;
}

function requirementOfRelease(pin: Pin): string | undefined {
  const release = releaseOfPin(pin);
  if (release ? needsNewer(release) : isLaterThanOldReleases(pin)) return JSON.stringify(raised.nix);
  return release && anyNix;
}

/** Rolling channels have no end of life. */
const needsNewer = ({ name, eol }: Release): boolean => eol === undefined || name >= raised.release;

/** Whether a commit of nixpkgs was made after the end of life of all releases that an older Nix can evaluate. */
function isLaterThanOldReleases({ locked }: Pin): boolean {
  if (locked.type !== 'github' || `${locked.owner}/${locked.repo}`.toLowerCase() !== 'nixos/nixpkgs') return false;
  const ends = releases().flatMap(release => (needsNewer(release) ? [] : [Date.parse(release.eol ?? '')]));
  return locked.lastModified * 1000 > Math.max(...ends) + 86_400_000;
}

async function evaluate(requirement: string, nix: Nix): Promise<NixSupport | undefined> {
  const expression = `
    let requirement = (${requirement}
    ); in {
      installed = builtins.nixVersion;
      missing =
        if builtins.isString requirement
        then if builtins.compareVersions builtins.nixVersion requirement < 0 then [ "Nix \${requirement} or later" ] else [ ]
        else map (feature: feature.description) requirement.missing;
    }`;
  // The tree is not trusted, and not yet checked against its hash: it may read no files.
  const flags = ['--eval', '--strict', '--json', '--option', 'restrict-eval', 'true'];
  return parse(await nix('nix-instantiate', ...flags, '--expr', expression));
}

function parse(printed: string): NixSupport | undefined {
  try {
    const { installed, missing } = JSON.parse(printed) as Partial<Record<keyof NixSupport, unknown>>;
    if (!isWord(installed) || !Array.isArray(missing) || !missing.every(isWord)) return undefined;
    return { installed, missing: missing.map(inWords) };
  } catch {
    return undefined;
  }
}

/** Whether a value may be printed on a terminal: the tree is not trusted. */
const isWord = (value: unknown): value is string => typeof value === 'string' && /^[ -~]{1,200}$/.test(value);

const inWords = (missing: string): string =>
  missing.replace(/^`builtins\.nixVersion` reports at least (\S+)$/, 'Nix $1 or later');
