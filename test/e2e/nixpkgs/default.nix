# Stands for nixpkgs: a package set made of Debian's packages, for a machine that reaches no binary cache. What it lacks is missing as
# an attribute is missing in nixpkgs. One CPython, 3.11; releases, versions and compilers are not what it can prove anything about.
# Debian's packages are those of the machine, whatever the system: only what is made of them says that it is for another one.
{ system ? builtins.currentSystem, config ? { }, overlays ? [ ], ... }:
let
  lib = import ./lib;
  names = import ./debs.nix;
  files = lib.fromJSON (builtins.readFile ./debs.json);

  machine = builtins.currentSystem or system;
  plain = import ./from-debs.nix { system = machine; inherit files; };
  glibc = plain { pname = "glibc"; debs = names.glibc; };
  fromDebs = import ./from-debs.nix { system = machine; inherit files glibc patchelf; };
  patchelf = plain { pname = "patchelf"; debs = names.patchelf ++ names.glibc ++ names.gcc-lib; };
  gcc-lib = fromDebs { pname = "gcc-lib"; debs = names.gcc-lib; };
  libraries = fromDebs { pname = "libraries"; debs = names.libraries; needs = [ gcc-lib ]; };
  tool = pname: fromDebs { inherit pname; debs = names.${pname}; needs = [ libraries gcc-lib ]; passthru.meta.mainProgram = pname; };

  packages = self: rec {
    inherit lib system glibc;
    pkgs = self;

    bash = fromDebs { pname = "bash"; debs = names.bash; needs = [ libraries ]; passthru.meta.license.spdxId = "GPL-3.0-or-later"; postFixup = "ln -sf bash bin/sh; rm -rf etc"; };
    bashInteractive = bash;
    coreutils = tool "coreutils";
    diffutils = tool "diffutils";
    findutils = tool "findutils";
    gawk = tool "gawk";
    gnugrep = tool "gnugrep";
    gnused = tool "gnused";
    gnutar = tool "gnutar";
    gzip = tool "gzip";
    jq = tool "jq";
    skopeo = tool "skopeo";
    cacert = plain {
      pname = "nss-cacert";
      debs = names.cacert;
      postFixup = "mkdir -p etc/ssl/certs; cat share/ca-certificates/mozilla/*.crt >etc/ssl/certs/ca-bundle.crt; rm -rf share sbin etc/ca-certificates";
    };
    zlib = libraries;
    pythonManylinuxPackages.manylinux2014 = [ libraries ];
    autoPatchelfHook = runCommand "auto-patchelf-hook" { } ''
      mkdir -p $out/nix-support
      substitute=${patchelf}/bin/patchelf
      sed "s|@patchelf@|$substitute|" ${./auto-patchelf.sh} >$out/nix-support/setup-hook
    '';
    tzdata = plain { pname = "tzdata"; debs = names.tzdata; };
    iana-etc = plain { pname = "iana-etc"; debs = names.iana-etc; };

    stdenv = import ./stdenv.nix {
      inherit system lib bash gcc-lib;
      initialPath = [ coreutils findutils diffutils gnused gnugrep gawk gnutar gzip bash ];
    };
    stdenvNoCC = stdenv;

    runCommand = name: env: buildCommand:
      stdenv.mkDerivation ({ inherit name buildCommand; passAsFile = [ "buildCommand" ] ++ env.passAsFile or [ ]; } // removeAttrs env [ "passAsFile" ]);
    runCommandNoCC = runCommand;
    # As in nixpkgs, what takes no time to make is made on each machine, and not fetched.
    runCommandLocal = name: env: runCommand name ({ preferLocalBuild = true; allowSubstitutes = false; } // env);
    writeTextFile = { name, text, executable ? false, destination ? "" }:
      runCommandLocal name { inherit text; passAsFile = [ "text" ]; } ''
        mkdir -p "$(dirname "$out${destination}")"
        cp "$textPath" "$out${destination}"
        ${lib.optionalString executable "chmod +x \"$out${destination}\""}
      '';
    writeText = name: text: writeTextFile { inherit name text; };
    writeTextDir = path: text: writeTextFile { name = baseNameOf path; inherit text; destination = "/${path}"; };
    writeScript = name: text: writeTextFile { inherit name text; executable = true; };
    writeScriptBin = name: text: writeTextFile { inherit name text; executable = true; destination = "/bin/${name}"; };
    writeShellScript = name: text: writeScript name "#!${stdenv.shell}\n${text}";
    writeShellScriptBin = name: text: writeScriptBin name "#!${stdenv.shell}\n${text}";
    # No formatter of Nix is in Debian: this one changes nothing.
    nixfmt = writeShellScriptBin "nixfmt" "" // { meta.mainProgram = "nixfmt"; };
    writers.makeScriptWriter = { interpreter, check ? "" }: name: text: writeScript name "#!${interpreter}\n${text}";
    symlinkJoin = { name, paths, postBuild ? "" }:
      runCommandLocal name { } ''
        mkdir -p $out
        for path in ${toString paths}; do
          cp -rsn "$path/." $out/
          chmod -R u+w $out
        done
        ${postBuild}
      '';
    buildEnv = { name, paths, pathsToLink ? [ "/" ], postBuild ? "" }: symlinkJoin { inherit name paths postBuild; };

    mkShell = { packages ? [ ], nativeBuildInputs ? [ ], inputsFrom ? [ ], ... }@attrs:
      stdenv.mkDerivation ({ name = "nix-shell"; } // removeAttrs attrs [ "packages" "inputsFrom" ] // {
        nativeBuildInputs = packages ++ nativeBuildInputs ++ lib.concatMap (shell: shell.nativeBuildInputs or [ ]) inputsFrom;
        buildCommand = "export >$out";
      });
    mkShellNoCC = mkShell;

    dockerTools = import ./docker-tools.nix {
      inherit lib symlinkJoin writeText writeTextDir bash coreutils;
      python = python311;
      runCommand = { inherit system; __functor = _: runCommand; };
    };

    python311 = import ./python.nix { inherit lib fromDebs names bash glibc libraries gcc-lib tzdata runCommandLocal; };
    python3 = python311;
    python311Packages = python311.pkgs;
    python3Packages = python311Packages;

    # Bazel and Nix are those that Debian installed on the host: what is tested is that the shell brings them.
    fromHost = pname: programs: runCommand pname { } ''
      mkdir -p $out/bin
      ${lib.concatMapStringsSep "\n" (name: "ln -s ${programs.${name}} $out/bin/${name}") (lib.attrNames programs)}
    '' // { inherit pname; };
    # Bazel 7 is that of the chroot, where it is the only one.
    bazel_4 = fromHost "bazel" { bazel = "/usr/bin/bazel-4"; };
    bazel_7 = fromHost "bazel" { bazel = "/usr/bin/bazel"; };
    crane = fromHost "crane" { crane = "/usr/bin/crane"; };
    # ruff is that of the newer Debian.
    ruff = runCommand "ruff" { } "mkdir -p $out/bin && cp ${./ruff} $out/bin/ruff && chmod +x $out/bin/ruff";
    pre-commit = fromHost "pre-commit" { pre-commit = "/usr/bin/pre-commit"; };
    # Debian 12 has neither: they are those of the newer one on both hosts.
    cosign = fromHost "cosign" { cosign = "/usr/local/bin/cosign"; } // { version = "3.1.1"; };
    oras = fromHost "oras" { oras = "/usr/local/bin/oras"; };
    gitMinimal = fromHost "git" { git = "/usr/bin/git"; };
    nix = fromHost "nix" (lib.genAttrs [ "nix" "nix-build" "nix-env" "nix-instantiate" "nix-shell" "nix-store" "nix-prefetch-url" ] (name: "/usr/bin/${name}"));
  };

  extend = previous: overlay: self: let super = previous self; in super // overlay self super;
  fixed = f: let self = f self; in self;
in
fixed (lib.foldl' extend packages overlays)
