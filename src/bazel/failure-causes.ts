/** The likely cause of a failed build, and how to fix it. */
export interface Cause {
  readonly cause: string;
  readonly fix: string;
}

const otherPlatform: Cause = {
  cause: 'Nix cannot build for $1 on this machine, and no cache has it.',
  fix: 'Give Nix a builder for that system, as docs/platforms.md of this generator shows, or build on such a machine.',
};

/** Patterns in a log, and their causes: the first match counts. `$1` is what the pattern captured. */
const causes: readonly { readonly says: RegExp; readonly cause: string; readonly fix: string }[] = [
  {
    // With the list that nix/python.nix makes of all problems.
    says: /(pyproject\.toml: .+(?:\n {4,}\S.*)*)/,
    cause: '$1',
    fix: 'Change pyproject.toml, then build again.',
  },
  {
    // Before downloads: if one fails, Bazel warns and tries the next mirror.
    says: /^(\/\/\S+)\s+(?:FAILED(?! TO BUILD)|TIMEOUT)/m,
    cause: 'A test failed: $1',
    fix: 'Read its log, fix it, then build again.',
  },
  {
    says: /hash mismatch in (?:file downloaded from|fixed-output derivation) '([^']+)'/,
    cause: 'The hash in flake.lock is not that of $1.',
    fix: 'Run `nix flake update`, or correct narHash in flake.lock.',
  },
  {
    says: /(?:unable to download|Could not resolve host|Download from|Error downloading \[)[ ']*(https?:\/\/[^\s',\]]+)?/,
    cause: 'A download failed: $1',
    fix: 'Check the network and the proxy, then build again.',
  },
  {
    says: /No space left on device/,
    cause: 'The disk is full.',
    fix: 'Free some space (nix-collect-garbage, bazel clean --expunge), then build again.',
  },
  {
    says: /nix-build not found in PATH/,
    cause: 'Bazel cannot find nix-build.',
    fix: 'Do not use nix-shell --pure, and make sure that Nix is on PATH.',
  },
  {
    says: /\bRequired system: '(\w{1,20}-linux)'(?: with features \{\})?\n/,
    ...otherPlatform,
  },
  {
    // As older versions of Nix say it.
    says: /\ba '(\w{1,20}-linux)' with features \{\} is required to build/,
    ...otherPlatform,
  },
  {
    // Without NIX_PATH, nix-shell prints the excluded error, and goes on.
    says: /\berror: (?!file 'nixpkgs' was not found)(.+)/i,
    cause: '$1',
    fix: 'Read the log, fix the error, then build again.',
  },
];

/** The likely cause of a failed build, according to its log; undefined if no pattern matches. */
export function likelyCause(log: string): Cause | undefined {
  for (const { says, cause, fix } of causes) {
    const found = says.exec(log);
    if (found)
      return {
        cause: cause
          .replace('$1', () => found[1] ?? '')
          .replace(/: $/, '.')
          .trim(),
        fix,
      };
  }
  return undefined;
}
