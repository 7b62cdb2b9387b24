# Stands for nixpkgs where only evaluation is tested: its functions and packages by name, with derivations that are never built.
{ config ? { }, overlays ? [ ], system ? builtins.currentSystem, crossSystem ? null }:
let
  fake = name: attributes: derivation ({ inherit name system; builder = "/bin/sh"; } // attributes);

  lib = import ./lib;

  # As nixpkgs checks `meta`: what is not allowed throws when it is evaluated to a derivation.
  checked = package@{ name, pname ? name, meta, ... }:
    let
      refused = why: throw "Package ‘${name}’ ${why}, refusing to evaluate.";
      permitted = builtins.elem name (config.permittedInsecurePackages or [ ]);
      free = (config.allowUnfreePredicate or (_: false)) package;
      guard = value:
        if meta.unfree or false && !free then refused "has an unfree license (‘unfree’)"
        else if meta.broken or false && !(config.allowBroken or false) then refused "is marked as broken"
        else if meta.insecure or false && !permitted then refused "is marked as insecure"
        else if meta.unsupported or false then refused "is not available on the requested hostPlatform"
        else value;
    in
    package // { drvPath = guard package.drvPath; outPath = guard package.outPath; };

  package = prefix: pname: version: meta:
    let name = "${prefix}-${pname}-${version}";
    in checked (fake name { } // { inherit name pname version meta; });

  # Packages, and what else real package sets hold under the names of packages.
  packagesFor = interpreter:
    let
      prefix = builtins.replaceStrings [ "python3" ] [ "python3." ] interpreter;
      plain = pname: version: package prefix pname version { };
      notFor = pname: throw "${pname}-1.0 not supported for interpreter ${prefix}";
    in
    builtins.mapAttrs plain
      {
        coverage = "7.3.2";
        django = "4.2.7";
        fastapi = "0.104.1";
        flask = "2.2.2";
        gunicorn = "20.1.0";
        httpx = "0.25.1";
        mypy = "1.7.1";
        pytest = "7.2.1";
        requests = "2.28.1";
        redis = "4.3.4";
        scikitimage = "0.19.3";
        scikit-image = "0.22.0";
        email_validator = "1.3.1";
        unreleased = "unstable-2023-01-01";
      } // {
      opencv4 = plain "opencv" "4.7.0";
      pytorch = plain "torch" "1.13.1";
      flask_cors = plain "Flask-Cors" "3.0.10";
      flask-cors = throw "flask-cors is called flask_cors";
      withdrawn = throw "withdrawn was removed";
      nothing = null;
      versionless = fake "versionless" { };
      endless = let endless = endless; in endless;
      uvicorn = plain "uvicorn" "0.22.0" // {
        optional-dependencies = {
          standard = [ (plain "uvloop" "0.17.0") ];
          Dev_Tools = [ ];
          failing = [ (notFor "watchfiles") ];
        };
      };
      # Its extras are no set.
      colcon = plain "colcon" "0.1" // { optional-dependencies = [ ]; };
      risky = package prefix "risky" "1.2" { insecure = true; };
      closed = package prefix "closed-source" "3.0" { unfree = true; };
      crooked = package prefix "crooked" "0.9" { broken = true; };
      elsewhere = package prefix "elsewhere" "1.0" { unsupported = true; };
      # A dependency of it is none for this Python.
      dependent = plain "dependent" "2.0" // { drvPath = notFor "dependency"; };
      # Old interpreters lose packages.
      numpy = if interpreter == "python37" then notFor "numpy" else plain "numpy" "1.24.2";
    };

  python = final: attribute: fake attribute { } // rec {
    implementation = "cpython";
    version = "${builtins.replaceStrings [ "python3" ] [ "3." ] attribute}.1";
    pythonVersion = builtins.replaceStrings [ "python3" ] [ "3." ] attribute;
    pkgs = packagesFor attribute // { requiredPythonModules = packages: packages; } // (final.pythonOverrides or (_: { })) pkgs;
    sitePackages = "lib/python${pythonVersion}/site-packages";
    withPackages = choose:
      fake "${attribute}-env" { packages = map (package: package.outPath) (choose pkgs); } // { python = final.${attribute}; };
  };

  named = make: names: builtins.listToAttrs (map (name: { inherit name; value = make name; }) names);

  base = final:
    named (python final) [ "python37" "python38" "python39" "python310" "python311" "python312" "python313" "python314" ]
    // named (name: fake name { }) [ "bazel_4" "bazel_5" "bazel_6" "bazel_7" "bazel_8" "bazel_9" ]
    // {
      inherit lib system config;
      stdenv.hostPlatform = { inherit system; isDarwin = false; };
      glibc = fake "glibc" { } // { version = "2.40-66"; };
      python36 = throw "python36 was removed";
      bazel_3 = throw "bazel_3 was removed";
      bash = fake "bash" { };
      cacert = fake "cacert" { };
      coreutils = fake "coreutils" { };
      nix = fake "nix" { };
      gitMinimal = fake "git" { };
      nixfmt = fake "nixfmt" { };
      path = ./.;
      jq = fake "jq" { };
      pre-commit = fake "pre-commit" { };
      ruff = fake "ruff" { };
      skopeo = fake "skopeo" { };
      tzdata = fake "tzdata" { };
      mkShellNoCC = arguments: fake "shell" arguments;
      runCommand = name: environment: script: fake name (environment // { inherit script; });
      writeText = name: text: fake name { inherit text; };
      writeTextDir = path: text: fake "text" { inherit path text; };
      writeScriptBin = name: text: fake name { inherit text; };
      ffmpeg = fake "ffmpeg" { };
      postgresql.lib = fake "postgresql-lib" { };
      writeShellScript = name: text: fake name { inherit text; };
      writeShellScriptBin = name: text: fake name { inherit text; };
      dockerTools = {
        fakeNss = fake "fake-nss" { };
        usrBinEnv = fake "usr-bin-env" { };
        streamLayeredImage = { name, tag, contents, extraCommands, config }:
          fake "${name}.tar.gz" { inherit tag contents extraCommands; config = builtins.toJSON config; };
      };
    };

  # Overlays, and what nixpkgs offers on top of them.
  build = overlays:
    let
      final = builtins.foldl' (prev: overlay: prev // overlay final prev) (base final) overlays;
    in
    final // {
      extend = overlay: build (overlays ++ [ overlay ]);
      pkgsCross.aarch64-multiplatform = import ./. { inherit config overlays system; crossSystem = "aarch64-linux"; };
    };
in
build overlays
