import type { Pin } from '../pin/pin.ts';
import { type Nix, NixUnavailable } from './run-nix.ts';

/** Where Nix reads a pinned tree: a path in the store, or a tarball with its hash in SRI form. */
export type NixpkgsTree = { readonly tree: string } | { readonly url: string; readonly sha256: string };

/**
 * Finds a pin that is at hand: in the store, under the path that fetchTarball and flakes give it, or in a file.
 * @returns undefined for one that would have to be downloaded
 */
export async function findNixpkgs({ locked }: Pin, nix: Nix): Promise<NixpkgsTree | undefined> {
  const { narHash } = locked;
  // It may come from a flake.lock that somebody has edited.
  if (!/^sha256-[A-Za-z0-9+/]{43}=$/.test(narHash)) return undefined;
  const hash = Buffer.from(narHash.slice('sha256-'.length), 'base64').toString('hex');
  const path = (await nix('nix-store', '--print-fixed-path', '--recursive', 'sha256', hash, 'source')).trim();
  // Asked in this way, a store that is out of reach is told from one that lacks the path.
  const invalid = (await nix('nix-store', '--check-validity', '--print-invalid', path)).trim();
  if (!/^\/\S+-source$/.test(path) || (invalid !== '' && invalid !== path)) {
    throw new NixUnavailable('what nix-store printed makes no sense');
  }
  if (invalid === '') return { tree: path };
  return locked.type === 'tarball' && /^file:/i.test(locked.url) ? { url: locked.url, sha256: narHash } : undefined;
}
