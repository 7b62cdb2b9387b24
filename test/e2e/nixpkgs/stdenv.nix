# Stands for nixpkgs' stdenv: a bash, a PATH of store paths only, and a setup script that nix-shell and nix develop can source. No compiler.
{ system, lib, bash, initialPath, gcc-lib }:
let
  setup = derivation {
    name = "stdenv-e2e";
    inherit system;
    builder = "${bash}/bin/bash";
    PATH = lib.makeBinPath initialPath;
    args = [ "-ec" "mkdir $out; cp ${./setup.sh} $out/setup; substitute=${lib.makeBinPath initialPath}; sed -i \"s|@initialPath@|$substitute|;s|@shell@|${bash}/bin/bash|\" $out/setup" ];
  };

  mkDerivation = arguments:
    let
      attrs = if lib.isFunction arguments then (let final = arguments final; in final) else arguments;
      name = attrs.name or "${attrs.pname}-${attrs.version}";
      all = removeAttrs attrs [ "passthru" "meta" ] // {
        inherit name;
        system = attrs.system or system;
        stdenv = setup;
        builder = attrs.builder or "${bash}/bin/bash";
        args = attrs.args or [ "-e" ./builder.sh ];
        nativeBuildInputs = attrs.nativeBuildInputs or [ ];
        buildInputs = attrs.buildInputs or [ ];
      };
      drv = derivation all;
    in
    drv // (attrs.passthru or { }) // {
      meta = attrs.meta or { };
      overrideAttrs = f: mkDerivation (attrs // f attrs);
      inherit stdenv;
      # What refers to all that is needed to build it, as in nixpkgs.
      inputDerivation = derivation (all // { args = [ "-c" "export >$out" ]; });
    } // lib.optionalAttrs (attrs ? pname) { inherit (attrs) pname version; };

  stdenv = setup // {
    inherit mkDerivation system;
    shell = "${bash}/bin/bash";
    cc.cc.lib = gcc-lib;
    hostPlatform = rec {
      inherit system;
      isLinux = true;
      isDarwin = false;
      isx86_64 = lib.hasPrefix "x86_64" system;
      isAarch64 = lib.hasPrefix "aarch64" system;
    };
    buildPlatform = stdenv.hostPlatform;
    isLinux = true;
    isDarwin = false;
  };
in
stdenv
