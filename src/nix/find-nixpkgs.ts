import type { Pin } from '../pin/pin.ts';
import { type Nix, NixUnavailable } from './run-nix.ts';

/** A pinned nixpkgs that Nix can read without a download: a path in the store, or a tarball with its hash in SRI form. */
export type NixpkgsTree = { readonly tree: string } | { readonly url: string; readonly sha256: string };

/**
 * Finds a pinned nixpkgs on this machine: in the store, at the path where fetchTarball and flakes put it, or in a file.
 * @returns undefined if it would have to be downloaded
 * @throws NixUnavailable
 */
export async function findNixpkgs({ locked }: Pin, nix: Nix): Promise<NixpkgsTree | undefined> {
  const { narHash } = locked;
  // It comes from a flake.lock, which may have been edited.
  if (!/^sha256-[A-Za-z0-9+/]{43}=$/.test(narHash)) return undefined;
  const hash = Buffer.from(narHash.slice('sha256-'.length), 'base64').toString('hex');
  const path = (await nix('nix-store', '--print-fixed-path', '--recursive', 'sha256', hash, 'source')).trim();
  // This form of the command fails if the store is out of reach, and succeeds if it lacks the path.
  const invalid = (await nix('nix-store', '--check-validity', '--print-invalid', path)).trim();
  if (!/^\/\S+-source$/.test(path) || (invalid !== '' && invalid !== path)) {
    throw new NixUnavailable('unexpected output of nix-store');
  }
  if (invalid === '') return { tree: path };
  return locked.type === 'tarball' && /^file:/i.test(locked.url) ? { url: locked.url, sha256: narHash } : undefined;
}
