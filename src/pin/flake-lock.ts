import { withoutByteOrderMark } from '../text/byte-order-mark.ts';
import { type FlakeLocked, type FlakeOriginal, type Pin, parsePinRequest } from './pin.ts';

/** The pin that a flake.lock holds for the input `nixpkgs`; undefined if it is not of a kind that this generator writes. */
export function pinOfLock(text: string): Pin | undefined {
  try {
    const lock = JSON.parse(withoutByteOrderMark(text));
    const { locked, original } = lock.nodes[nixpkgsNode(lock)] as { locked: FlakeLocked; original: FlakeOriginal };
    if (!/^sha256-[A-Za-z0-9+/]{43}=$/.test(locked.narHash)) return undefined;
    return isGithub(locked, original) || isTarball(locked, original) ? { locked, original } : undefined;
  } catch {
    return undefined;
  }
}

/** The node of a flake.lock that nix/nixpkgs.nix reads: beside other inputs with a nixpkgs of theirs it may be `nixpkgs_2`. */
export const nixpkgsNode = (lock: {
  readonly nodes: Readonly<Record<string, { readonly inputs?: Readonly<Record<string, unknown>> }>>;
  readonly root: string;
}): string => String(lock.nodes[lock.root]?.inputs?.nixpkgs);

/** Words that need no quoting anywhere: the file may be anybody's. */
const isWord = (text: unknown): boolean => typeof text === 'string' && /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(text);

function isGithub(locked: FlakeLocked, original: FlakeOriginal): boolean {
  if (locked.type !== 'github' || original.type !== 'github') return false;
  const { owner, repo, rev, lastModified } = locked;
  const words = [owner, repo, original.owner, original.repo, original.ref ?? original.rev ?? 'none'];
  return words.every(isWord) && /^[0-9a-f]{40}$/.test(rev) && Number.isInteger(lastModified);
}

function isTarball(locked: FlakeLocked, original: FlakeOriginal): boolean {
  if (locked.type !== 'tarball' || original.type !== 'tarball') return false;
  // The text itself goes into flake.nix: it must be in the form that the check gives back.
  return [locked.url, original.url].every(url => {
    const request = parsePinRequest(url);
    return request.kind === 'url' && request.url === url;
  });
}
