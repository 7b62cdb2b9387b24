import assert from 'node:assert/strict';
import { likelyCause } from '../../src/bazel/failure-causes.ts';

/** The output of Nix or Bazel, and the cause that is reported. */
const logs: Record<string, readonly [log: string, cause: RegExp | undefined]> = {
  'a package that the pin lacks': [
    `ERROR: /home/me/hello/nix/BUILD.bazel:1:6: no such package '@nix_python//':
error: pyproject.toml: the pinned nixpkgs has no package nosuch for python313 (tried the attribute nosuch).`,
    /^pyproject\.toml: the pinned nixpkgs has no package nosuch for python313/,
  ],
  'several packages that the pin lacks': [
    `error: pyproject.toml: the pinned nixpkgs cannot provide everything.
         not in nixpkgs: correct the name, or set its attribute in [tool.nixpkgs.attributes]:
           nosuch (tried nosuch)
         not this version: change the range, or the pin of nixpkgs:
           flask==3.0.0 (nixpkgs has 3.1.2)
ERROR: build failed`,
    /^pyproject\.toml: the pinned [^]*\n +nosuch \(tried nosuch\)[^]*\n +flask==3\.0\.0 \(nixpkgs has 3\.1\.2\)$/,
  ],
  'a wrong hash': [
    `error: hash mismatch in file downloaded from 'https://example.org/x.tar.gz':
         specified: sha256:1b0…
         got:       sha256:0x1…`,
    /^The hash in flake\.lock is not that of https:\/\/example\.org\/x\.tar\.gz\.$/,
  ],
  'no network for Nix': [
    `warning: error: unable to download 'https://cache.nixos.org/nix-cache-info': Could not resolve host: cache.nixos.org (6); retrying in 300 ms`,
    /^A download failed: https:\/\/cache\.nixos\.org\/nix-cache-info$/,
  ],
  'no network for Bazel': [
    `WARNING: Download from https://bcr.bazel.build/modules/rules_oci/2.3.0/MODULE.bazel failed: class java.net.UnknownHostException`,
    /^A download failed: https:\/\/bcr\.bazel\.build\/modules\/rules_oci\/2\.3\.0\/MODULE\.bazel$/,
  ],
  'a full disk': ['gcc: error: write: No space left on device', /^The disk is full\.$/],
  'a pure shell': [
    'Platform is not supported: nix-build not found in PATH. See attribute fail_not_supported',
    /^Bazel cannot find nix-build\.$/,
  ],
  'a platform that Nix 2.34 cannot build for': [
    `error: Cannot build '/nix/store/abs21spad6dlh8j7pahk1336gym9ab8i-x.drv'.
       Reason: platform mismatch
       Required system: 'aarch64-linux'
       Current system: 'x86_64-linux'`,
    /^Nix cannot build for aarch64-linux on this machine/,
  ],
  'one that Nix 2.8 cannot build for': [
    "error: a 'aarch64-linux' with features {} is required to build '/nix/store/x.drv', but I am a 'x86_64-linux' with features {}",
    /^Nix cannot build for aarch64-linux on this machine/,
  ],
  'a failing test': [
    `//:hello_test                                                            FAILED in 1.2s
  /home/me/.cache/bazel/testlogs/hello_test/test.log`,
    /^A test failed: \/\/:hello_test$/,
  ],
  'a failing test after a download from a second mirror': [
    `WARNING: Download from https://mirror.bazel.build/x.tar.gz failed: class java.io.FileNotFoundException
//:hello_test                                                            FAILED in 1.2s`,
    /^A test failed: \/\/:hello_test$/,
  ],
  'a test that could not be built': [
    `ERROR: /home/me/hello/BUILD.bazel:1:6: Executing genrule //:x failed: (Exit 1)
//:hello_test                                                     FAILED TO BUILD`,
    /^\/home\/me\/hello\/BUILD\.bazel:1:6: Executing genrule \/\/:x failed: \(Exit 1\)$/,
  ],
  'nothing but the error of nix-shell without NIX_PATH': [
    "error: file 'nixpkgs' was not found in the Nix search path (add it using $NIX_PATH or -I)",
    undefined,
  ],
  'another error': ['ERROR: Skipping //nope: no such target', /^Skipping \/\/nope: no such target$/],
  'nothing known': ['all is well', undefined],
};

describe('the likely cause of a failed build', () => {
  for (const [what, [log, cause]] of Object.entries(logs)) {
    it(`is found for ${what}`, () => {
      const found = likelyCause(log);
      if (cause === undefined) assert.equal(found, undefined);
      else assert.match(found?.cause ?? '', cause);
    });
  }
});
