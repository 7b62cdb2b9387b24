/** A likely cause of a failed build, and what to do about it. */
export interface Cause {
  readonly cause: string;
  readonly fix: string;
}

/** What a log says, and what is behind it; the first that fits is told. `$1` stands for what the pattern caught. */
const known: readonly { readonly says: RegExp; readonly cause: string; readonly fix: string }[] = [
  {
    says: /(pyproject\.toml: .+)/,
    cause: '$1',
    fix: 'Change pyproject.toml, then build again.',
  },
  {
    // Before the downloads: Bazel warns of one that failed and tries the next address.
    says: /^(\/\/\S+)\s+(?:FAILED(?! TO BUILD)|TIMEOUT)/m,
    cause: 'A test failed: $1',
    fix: 'Read its log, mend it, then build again.',
  },
  {
    says: /hash mismatch in (?:file downloaded from|fixed-output derivation) '([^']+)'/,
    cause: 'flake.lock has another hash than what $1 holds.',
    fix: 'Run `nix flake update`, or put the right narHash into flake.lock.',
  },
  {
    says: /(?:unable to download|Could not resolve host|Download from|Error downloading \[)[ ']*(https?:\/\/[^\s',\]]+)?/,
    cause: 'A download failed: $1',
    fix: 'Look at the network and the proxy, then build again.',
  },
  {
    says: /No space left on device/,
    cause: 'The disk is full.',
    fix: 'Free some space (nix-collect-garbage, bazel clean --expunge), then build again.',
  },
  {
    says: /nix-build not found in PATH/,
    cause: 'Bazel does not find nix-build.',
    fix: 'Do not use nix-shell --pure, and see that Nix is on PATH.',
  },
  {
    // nix-shell says the excluded one wherever NIX_PATH is unset, and goes on.
    says: /\berror: (?!file 'nixpkgs' was not found)(.+)/i,
    cause: '$1',
    fix: 'Read the log, mend it, then build again.',
  },
];

/** The likely cause of a failure, from what the tools printed; undefined if nothing in it is known. */
export function likelyCause(log: string): Cause | undefined {
  for (const { says, cause, fix } of known) {
    const found = says.exec(log);
    if (found)
      return {
        cause: cause
          .replace('$1', found[1] ?? '')
          .replace(/: $/, '.')
          .trim(),
        fix,
      };
  }
  return undefined;
}
