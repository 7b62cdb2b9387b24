# Stands for nixpkgs where only evaluation is tested: its functions and packages by name, with derivations nobody builds.
{ config ? { }, overlays ? [ ], system ? builtins.currentSystem }:
let
  fake = name: attributes: derivation ({ inherit name system; builder = "/bin/sh"; } // attributes);

  lib = rec {
    inherit (builtins) all listToAttrs replaceStrings;
    optional = fits: item: if fits then [ item ] else [ ];
    genAttrs = names: value: builtins.listToAttrs (map (name: { inherit name; value = value name; }) names);
    foldr = f: nil: list: if list == [ ] then nil else f (builtins.head list) (foldr f nil (builtins.tail list));
    init = list: builtins.genList (builtins.elemAt list) (builtins.length list - 1);
    compare = a: b: if a < b then -1 else if a > b then 1 else 0;
    compareLists = cmp: a: b:
      if a == [ ] then (if b == [ ] then 0 else -1)
      else if b == [ ] then 1
      else
        let first = cmp (builtins.head a) (builtins.head b);
        in if first != 0 then first else compareLists cmp (builtins.tail a) (builtins.tail b);
    findFirst = fits: otherwise: list:
      let found = builtins.filter fits list; in if found == [ ] then otherwise else builtins.head found;
    splitString = separator: text: builtins.filter builtins.isString (builtins.split separator text);
    nameValuePair = name: value: { inherit name value; };
    mapAttrs' = f: set: builtins.listToAttrs (map (name: f name set.${name}) (builtins.attrNames set));
    isDerivation = value: (value.type or null) == "derivation";
    unique = foldr (item: rest: if builtins.elem item rest then rest else [ item ] ++ rest) [ ];
    toLower = text: builtins.replaceStrings
      (splitString "-" "A-B-C-D-E-F-G-H-I-J-K-L-M-N-O-P-Q-R-S-T-U-V-W-X-Y-Z")
      (splitString "-" "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z")
      text;
  };

  # Packages, and what else real package sets hold under the names of packages.
  package = name: version: fake "python-${name}-${version}" { } // { pname = name; inherit version; };
  refused = name: version: meta: package name version // {
    inherit meta;
    drvPath = throw "${name} is refused";
    outPath = throw "${name} is refused";
  };
  packages = builtins.mapAttrs package {
    flask = "2.2.2";
    gunicorn = "20.1.0";
    pytest = "7.2.1";
    requests = "2.28.1";
    redis = "4.3.4";
    scikitimage = "0.19.3";
    scikit-image = "0.22.0";
    email_validator = "1.3.1";
    unreleased = "unstable-2023-01-01";
  } // {
    opencv4 = package "opencv" "4.7.0";
    pytorch = package "torch" "1.13.1";
    flask_cors = package "Flask-Cors" "3.0.10";
    flask-cors = throw "flask-cors is called flask_cors";
    withdrawn = throw "withdrawn was removed";
    nothing = null;
    versionless = fake "versionless" { };
    endless = let endless = endless; in endless;
    # What nixpkgs refuses: it throws for the derivation, and says in meta why.
    insecure = refused "insecure" "1.0" { insecure = true; };
    unfree = refused "unfree" "2.0" { unfree = true; };
    broken = refused "broken" "3.0" { broken = true; };
    foreign = refused "foreign" "4.0" { unsupported = true; };
    needs-broken = refused "needs-broken" "5.0" { };
    uvicorn = package "uvicorn" "0.22.0" // { optional-dependencies.standard = [ (package "uvloop" "0.17.0") ]; };
  };
  # Old interpreters lose packages.
  packagesFor = attribute: packages // {
    numpy = if attribute == "python37" then throw "numpy not supported for python3.7" else package "numpy" "1.24.2";
  };
  python = attribute: rec {
    pkgs = packagesFor attribute;
    withPackages = choose: fake "${attribute}-env" { packages = choose pkgs; };
  };
  pythons = builtins.listToAttrs (map
    (attribute: { name = attribute; value = python attribute; })
    [ "python37" "python38" "python39" "python310" "python311" "python312" "python313" "python314" ]);
  bazels = builtins.listToAttrs (map
    (attribute: { name = attribute; value = fake attribute { }; })
    [ "bazel_4" "bazel_5" "bazel_6" "bazel_7" "bazel_8" "bazel_9" ]);
in
pythons // bazels // {
  inherit lib system;
  bash = fake "bash" { };
  cacert = fake "cacert" { };
  coreutils = fake "coreutils" { };
  nixfmt = fake "nixfmt" { };
  skopeo = fake "skopeo" { };
  mkShellNoCC = arguments: fake "shell" arguments;
  runCommand = name: environment: script: fake name (environment // { inherit script; });
  writeShellScript = name: text: fake name { inherit text; };
  writeTextDir = path: text: fake "text" { inherit path text; };
  dockerTools = {
    fakeNss = fake "fake-nss" { };
    buildLayeredImage = { name, tag, contents, extraCommands, config }:
      fake "${name}.tar.gz" { inherit tag contents extraCommands; config = builtins.toJSON config; };
  };
}
