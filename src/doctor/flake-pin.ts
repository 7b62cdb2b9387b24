import { defaultRelease, isEndOfLife } from '../catalog/releases.ts';
import { readLockedNixpkgs } from '../pin/flake-lock.ts';
import { type FlakeOriginal, referenceOf } from '../pin/pin.ts';
import { fault, type Finding, ok, warning } from './finding.ts';
import { isOlder } from './nix-installation.ts';
import type { ProjectFacts } from './project-facts.ts';

/** Days after which a pin that still gets security fixes is said to be old. */
const longAgo = 180;

/** Judges what flake.lock pins, and how old it is. */
export function judgeLock({ texts, pin, release }: ProjectFacts, today: Date): Finding {
  const text = texts.get('flake.lock');
  if (text === undefined)
    return fault('flake.lock is missing: it is the pin of everything', 'nix-python-container new .');
  const update = `nix-python-container update --nixpkgs ${defaultRelease(today).name}`;
  if (!pin) {
    const nixpkgs = readLockedNixpkgs(text);
    return nixpkgs.kind === 'invalid'
      ? fault(`flake.lock ${nixpkgs.problem}`, update)
      : warning('flake.lock pins nixpkgs in a way that this generator never writes, and cannot check', update);
  }
  const { locked, original } = pin;
  if (locked.type === 'tarball') return ok(`flake.lock pins nixpkgs at ${locked.url}`);
  const date = new Date(locked.lastModified * 1000);
  const which = release ? ` ${release.name}` : original.type === 'github' && original.ref ? ` ${original.ref}` : '';
  const told = `flake.lock pins nixpkgs${which} at ${locked.rev.slice(0, 12)}, of ${date.toISOString().slice(0, 10)}`;
  const days = Math.floor((today.getTime() - date.getTime()) / 86_400_000);
  // Of a release that has ended, there is nothing newer.
  if (days <= longAgo || (release && isEndOfLife(release, today))) return ok(told);
  const moved = original.type === 'github' && original.ref ? original.ref : defaultRelease(today).name;
  return warning(`${told}: ${days} days without security fixes`, `nix-python-container update --nixpkgs ${moved}`);
}

/** The reference in the input `nixpkgs` of a flake.nix; undefined if it is not found. */
export const inputIn = (text: string): string | undefined =>
  /\bnixpkgs\s*(?:\.\s*url\s*=\s*|=\s*\{[^}]*\burl\s*=\s*)"([^"]+)"/.exec(text.replace(/^\s*#.*$/gm, ''))?.[1];

/** Judges whether flake.nix asks for what flake.lock holds: nix-shell goes by the lock alone, `nix develop` writes it again. */
export function judgeFlake({ texts, pin }: ProjectFacts): Finding | readonly Finding[] {
  const text = texts.get('flake.nix');
  if (text === undefined) {
    return warning('flake.nix is missing: nix-shell works, nix develop does not', 'nix-python-container new .');
  }
  if (!pin) return [];
  const input = inputIn(text);
  if (input === undefined) return warning('flake.nix has no input nixpkgs.url that could be compared with flake.lock');
  if (isSame(input, pin.original)) return ok('flake.nix and flake.lock name the same nixpkgs');
  const locked = referenceOf(pin.original);
  return warning(
    `flake.nix asks for ${input}, flake.lock holds ${locked}: nix develop and nix-shell differ`,
    'nix --extra-experimental-features "nix-command flakes" flake lock',
  );
}

function isSame(input: string, original: FlakeOriginal): boolean {
  if (original.type === 'tarball') return [original.url, `tarball+${original.url}`].includes(input);
  const [, owner, repo, which] = /^github:([^/?]+)\/([^/?]+)(?:\/([^?]+))?$/.exec(input) ?? [];
  return owner === original.owner && repo === original.repo && which === (original.ref ?? original.rev);
}

/** From a release of nixpkgs on, the oldest Nix that can read it (its lib/minver.nix), where that is newer than our own. */
const since = { release: '25.11', nix: '2.18' };

/** Judges whether a machine's Nix can read the pinned nixpkgs. `version` undefined: nothing is known of it. */
export function judgeNix({ release }: ProjectFacts, version: string | undefined): Finding | readonly Finding[] {
  if (!release || version === undefined) return [];
  // The rolling channels have no end of life.
  const isNewer = release.eol === undefined || release.name >= since.release;
  if (!isNewer || !isOlder(version, since.nix)) return ok(`Nix ${version} can read nixpkgs ${release.name}`);
  return fault(
    `Nix ${version} cannot read nixpkgs ${release.name}, which needs Nix ${since.nix} or later`,
    'curl -L https://nixos.org/nix/install | sh',
  );
}
