# What a tree of nixpkgs offers, as JSON: its Pythons and Bazels, or the packages of one Python. Nothing is built, but
# everything is evaluated to a derivation, as a project does. What `tryEval` cannot catch ends the evaluation.
{
  # A path, or the URL of a tarball.
  nixpkgs,
  # narHash of the tarball; null: any.
  narHash ? null,
  # The attribute of a Python (`python313`): its packages; null: the Pythons and Bazels.
  python ? null,
  # Packages of every project, as a JSON list.
  base ? "[]",
  # Packages that are not evaluated to a derivation, as a JSON list.
  skip ? "[]",
}:

let
  tree =
    if builtins.match "[a-z]+://.*" nixpkgs == null then
      nixpkgs
    else
      fetchTarball ({ url = nixpkgs; } // (if narHash == null then { } else { sha256 = narHash; }));

  # One system and one configuration, so that every machine gets the same answer. Aliases are names of the past.
  pkgs = import tree {
    system = "x86_64-linux";
    overlays = [ ];
    config.allowAliases = false;
  };

  try =
    otherwise: value:
    let
      tried = builtins.tryEval value;
    in
    if tried.success then tried.value else otherwise;

  string = value: if builtins.isString value then value else null;
  evaluates = package: try false (builtins.isString package.drvPath);

  # The attributes of a set that `describe` has something to say about.
  list =
    describe: set:
    builtins.filter (entry: entry != null) (
      map (attribute: try null (describe attribute set.${attribute})) (builtins.attrNames set)
    );

  matching =
    pattern: set:
    removeAttrs set (builtins.filter (name: builtins.match pattern name == null) (builtins.attrNames set));

  # Strings are evaluated here, inside `try`, and not when the result is printed.
  packaged =
    attribute: package:
    let
      version = string (package.version or null);
    in
    if (package.type or null) != "derivation" || version == null then null else { inherit attribute version; };

  interpreter =
    attribute: package:
    let
      entry = packaged attribute package;
      fails = builtins.filter (name: !evaluates package.pkgs.${name}) (builtins.fromJSON base);
    in
    if (package.implementation or "cpython") != "cpython" || entry == null || !evaluates package then
      null
    else
      builtins.deepSeq fails (entry // { inherit fails; });

  program = attribute: package: if evaluates package then packaged attribute package else null;

  skipped = builtins.fromJSON skip;

  module =
    attribute: package:
    let
      entry = packaged attribute package;
      pname = try null (string (package.pname or null));
      optional = try { } (package.optional-dependencies or { });
      extras = if builtins.isAttrs optional then builtins.attrNames optional else [ ];
      # What meta says of the package itself; else one of its dependencies fails.
      marks = builtins.filter (mark: try false (package.meta.${mark} or false)) [
        "broken"
        "insecure"
        "unfree"
        "unsupported"
      ];
      fault =
        if builtins.elem attribute skipped || evaluates package then
          null
        else if marks == [ ] then
          "fails"
        else
          builtins.head marks;
    in
    # Hooks and the like are no modules: withPackages drops them in silence.
    if entry == null || !(package ? pythonModule) then
      null
    else
      builtins.seq fault (entry // { inherit pname extras fault; });

  read = file: if builtins.pathExists (tree + file) then builtins.readFile (tree + file) else null;
in
if python == null then
  {
    release = read "/lib/.version";
    # Channels have it, archives of a commit do not.
    revision = if read "/.git-revision" == null then read "/lib/.git-revision" else read "/.git-revision";
    defaultPython = pkgs.python3.pythonVersion;
    pythons = list interpreter (matching "python3[0-9]+" pkgs);
    bazels = list program (matching "bazel_[0-9]+" pkgs);
  }
else
  builtins.mapAttrs (
    # So that an error that ends the evaluation names the package.
    attribute: package: builtins.addErrorContext "in the package ${attribute}" (try null (module attribute package))
  ) pkgs.${python}.pkgs
