import { secretIn } from '../text/secrets.ts';
import { quoted } from '../text/shown.ts';
import { badRequest } from '../errors/failure.ts';

/** A flake input as flake.nix names it: what `nix flake update` follows. */
export type FlakeOriginal =
  | {
      readonly type: 'github';
      readonly owner: string;
      readonly repo: string;
      readonly ref?: string;
      readonly rev?: string;
    }
  | { readonly type: 'tarball'; readonly url: string };

/** A flake input as a flake reference: `github:NixOS/nixpkgs/nixos-26.05`, or the URL of a tarball. */
export const referenceOf = (original: FlakeOriginal): string =>
  original.type === 'tarball'
    ? original.url
    : [`github:${original.owner}/${original.repo}`, original.ref ?? original.rev].filter(Boolean).join('/');

/** The same input as flake.lock pins it. `lastModified` is in seconds since 1970, `narHash` in SRI form (`sha256-…=`). */
export type FlakeLocked =
  | {
      readonly type: 'github';
      readonly owner: string;
      readonly repo: string;
      readonly rev: string;
      readonly narHash: string;
      readonly lastModified: number;
    }
  // Without lastModified: Nix 2.8 rejects it in the lock of a tarball, and no Nix needs it.
  | { readonly type: 'tarball'; readonly url: string; readonly narHash: string };

/** One revision of nixpkgs, pinned by its hash. */
export interface Pin {
  readonly original: FlakeOriginal;
  readonly locked: FlakeLocked;
  /** The release (`26.05`) in the tree's `lib/.version`; undefined if it is not known. */
  readonly release?: string;
}

/** An answer to "which nixpkgs?", before it is resolved. */
export type PinRequest =
  | { readonly kind: 'release'; readonly release: string }
  | { readonly kind: 'branch'; readonly branch: string }
  | { readonly kind: 'commit'; readonly rev: string }
  | { readonly kind: 'url'; readonly url: string };

const release = /^\d\d\.\d\d$/;
const commit = /^[0-9a-f]{40}$/;
// What `git check-ref-format` allows, without characters that need quoting in a URL, Nix, TOML or a shell.
const branch = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/;
const invalidBranch = /\.\.|\/\/|\/$|\.lock(\/|$)|\/\.|\.$/;

/**
 * Parses an answer as a release, commit, URL or branch.
 * @param where the place that messages name
 * @throws Failure (exit code 2) if it is none of them
 */
export function parsePinRequest(text: string, where = 'nixpkgs'): PinRequest {
  if (release.test(text)) return { kind: 'release', release: text };
  if (commit.test(text)) return { kind: 'commit', rev: text };
  if (/^[a-z][a-z+]*:/i.test(text)) return { kind: 'url', url: parseUrl(text, where) };
  if (/^[0-9a-f]{7,39}$/.test(text)) {
    throw badRequest(
      `${where}: ${quoted(text)} looks like an abbreviated commit.`,
      'Give all 40 digits of the commit.',
    );
  }
  if (branch.test(text) && !invalidBranch.test(text)) return { kind: 'branch', branch: text };
  throw badRequest(
    `${where}: ${quoted(text)} is not a release, branch, commit or URL.`,
    'Give a release (26.05), a branch (nixos-unstable), a commit (40 digits) or the URL of a tarball.',
  );
}

function parseUrl(text: string, where: string): string {
  const hint = 'Give an https://, http:// or file:// URL of a .tar.gz or .tar.xz without spaces or quotes.';
  if (!URL.canParse(text)) throw badRequest(`${where}: ${quoted(text)} is not a URL.`, hint);
  const url = new URL(text);
  if (!['https:', 'http:', 'file:'].includes(url.protocol)) {
    throw badRequest(`${where}: ${quoted(url.protocol)} URLs are not supported.`, hint);
  }
  const secret = secretIn(url);
  if (secret !== undefined) {
    throw badRequest(
      `${where}: the URL contains ${secret}, which would be committed in flake.nix and flake.lock.`,
      'Give it without, and put the login and password for its host into ~/.netrc, and into the netrc-file of nix.conf for Nix.',
    );
  }
  if (url.hash) throw badRequest(`${where}: the URL of a tarball has no fragment (${quoted(url.hash)}).`, hint);
  // `URL` has percent-encoded the rest; the result is written into Nix strings, JSON and shell words.
  if (/["'\\$`<>{}\s]/.test(url.href)) {
    throw badRequest(`${where}: ${quoted(text)} has characters that must be percent-encoded in a URL.`, hint);
  }
  return url.href;
}
