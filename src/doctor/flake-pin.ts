import { defaultRelease, isEndOfLife } from '../catalog/releases.ts';
import { readLockedNixpkgs } from '../pin/flake-lock.ts';
import { type FlakeOriginal, referenceOf } from '../pin/pin.ts';
import { failed, type Finding, ok, warning } from './finding.ts';
import { edit } from './project-files.ts';
import type { ProjectFacts } from './project-facts.ts';
import type { Findings } from './run-checks.ts';

/** The age in days from which a pin of a supported release is old. */
const maxAge = 180;

/** Assesses what flake.lock pins, and how old that is. */
export function assessLock({ texts, pin, release }: ProjectFacts, today: Date): Finding {
  const text = texts.get('flake.lock');
  if (text === undefined) return failed('flake.lock, which pins nixpkgs, is missing', 'nix-python-container new .');
  const update = `nix-python-container update --nixpkgs ${defaultRelease(today).name}`;
  if (!pin) {
    const nixpkgs = readLockedNixpkgs(text);
    if (nixpkgs.kind === 'invalid') {
      const fix = nixpkgs.isFetched === false ? edit('flake.nix') : update;
      return failed(`flake.lock ${nixpkgs.problem}`, fix);
    }
    const from = nixpkgs.kind === 'other' ? nixpkgs.from : '';
    return ok(`flake.lock takes nixpkgs from ${from}: this generator reads that, and changes it only if asked to`);
  }
  const { locked, original } = pin;
  if (locked.type === 'tarball') return ok(`flake.lock pins nixpkgs at ${locked.url}`);
  const date = new Date(locked.lastModified * 1000);
  const which = release ? ` ${release.name}` : original.type === 'github' && original.ref ? ` ${original.ref}` : '';
  const message = `flake.lock pins nixpkgs${which} at ${locked.rev.slice(0, 12)} of ${date.toISOString().slice(0, 10)}`;
  const days = Math.floor((today.getTime() - date.getTime()) / 86_400_000);
  // After the end of life of its release there is nothing newer to update to.
  if (days <= maxAge || (release && isEndOfLife(release, today))) return ok(message);
  const nixpkgs = original.type === 'github' && original.ref ? original.ref : defaultRelease(today).name;
  return warning(`${message}: ${days} days without security fixes`, `nix-python-container update --nixpkgs ${nixpkgs}`);
}

/** The URL of the input `nixpkgs` in a flake.nix; undefined if it is not found. */
export const inputIn = (text: string): string | undefined =>
  /\bnixpkgs\s*(?:\.\s*url\s*=\s*|=\s*\{[^{}]*\burl\s*=\s*)"([^"]+)"/.exec(text.replace(/^[ \t]*#[^\n]*/gm, ''))?.[1];

/** Assesses whether flake.nix and flake.lock agree: nix-shell uses the lock alone, while `nix develop` updates it. */
export function assessFlake({ texts, pin }: ProjectFacts): Findings {
  const text = texts.get('flake.nix');
  if (text === undefined) {
    return warning('flake.nix is missing: nix-shell works, nix develop does not', 'nix-python-container new .');
  }
  if (!pin) return [];
  const input = inputIn(text);
  if (input === undefined) return warning('flake.nix has no input nixpkgs.url to compare with flake.lock');
  if (isSame(input, pin.original)) return ok('flake.nix and flake.lock agree on nixpkgs');
  const locked = referenceOf(pin.original);
  return warning(
    `flake.nix asks for ${input}, but flake.lock pins ${locked}: nix develop and nix-shell differ`,
    'nix --extra-experimental-features "nix-command flakes" flake lock',
  );
}

function isSame(input: string, original: FlakeOriginal): boolean {
  if (original.type === 'tarball') return [original.url, `tarball+${original.url}`].includes(input);
  const [, owner, repo, which] = /^github:([^/?]+)\/([^/?]+)(?:\/([^?]+))?$/.exec(input) ?? [];
  return owner === original.owner && repo === original.repo && which === (original.ref ?? original.rev);
}
