import { withoutSecrets } from '../text/secrets.ts';

/** A flake input of a kind that this generator does not write: where it comes from, or why nix/nixpkgs.nix cannot fetch it. */
export type ForeignSource = { readonly from: string } | { readonly problem: string };

type Strings = Readonly<Record<string, string>>;

/** A type of flake inputs that nix/nixpkgs.nix fetches. */
interface Source {
  /** The strings that must be locked. */
  readonly needs: readonly string[];
  readonly from: (locked: Strings) => string;
}

const hosted = (host: string): Source => ({
  needs: ['owner', 'repo', 'rev', 'narHash'],
  from: locked => `${locked.host ?? host}/${locked.owner}/${locked.repo}`,
});

/** The same types as in nix/nixpkgs.nix. */
const sources: Readonly<Record<string, Source>> = {
  github: hosted('github.com'),
  gitlab: hosted('gitlab.com'),
  sourcehut: hosted('git.sr.ht'),
  git: { needs: ['url', 'rev'], from: ({ url }) => `the git repository ${withoutSecrets(url ?? '', true)}` },
  path: { needs: ['path'], from: ({ path }) => `the path ${path}` },
  tarball: { needs: ['url', 'narHash'], from: ({ url }) => `the tarball ${withoutSecrets(url ?? '', true)}` },
};

/**
 * Describes where a locked input comes from, as far as nix/nixpkgs.nix can fetch it.
 * @param parent of the node: what a relative path is relative to
 */
export function foreignSource(locked: Readonly<Record<string, unknown>>, parent: unknown): ForeignSource {
  const strings: Strings = Object.fromEntries(
    Object.entries(locked).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  const { type = '', path = '' } = strings;
  const source = Object.hasOwn(sources, type) ? sources[type] : undefined;
  if (!source) {
    return { problem: `takes nixpkgs from ${JSON.stringify(locked.type)}, which nix/nixpkgs.nix cannot fetch` };
  }
  const isAbsolute = path.startsWith('/');
  const needs = type === 'path' && isAbsolute ? ['path', 'narHash'] : source.needs;
  const missing = needs.filter(key => strings[key] === undefined);
  if (missing.length > 0) return { problem: `has no ${missing.join(' and no ')} of nixpkgs, which is ${type}` };
  if (type === 'path' && !isAbsolute && Array.isArray(parent) && parent.length > 0)
    return {
      problem: `takes nixpkgs from ${path}, a path in the input ${parent.join('/')}, which nix/nixpkgs.nix cannot fetch`,
    };
  return { from: source.from(strings) };
}
