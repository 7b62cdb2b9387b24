# What a tree of nixpkgs offers, as JSON: Pythons, Bazels, and the packages of its default Python.
# Nothing is built. An attribute that throws is left out; an infinite recursion ends the evaluation, nothing can catch it.
{
  # A path, or the URL of a tarball.
  nixpkgs,
  # narHash of the tarball; null: take what comes.
  narHash ? null,
}:

let
  tree =
    if builtins.match "[a-z]+://.*" nixpkgs == null then
      nixpkgs
    else
      fetchTarball ({ url = nixpkgs; } // (if narHash == null then { } else { sha256 = narHash; }));

  # One system and one configuration, so that every machine gets the same answer. Broken and unfree packages
  # have versions too; aliases would only say that something was renamed.
  pkgs = import tree {
    system = "x86_64-linux";
    overlays = [ ];
    config = {
      allowAliases = false;
      allowBroken = true;
      allowInsecurePredicate = _: true;
      allowUnfree = true;
      allowUnsupportedSystem = true;
    };
  };

  try =
    value:
    let
      tried = builtins.tryEval value;
    in
    if tried.success then tried.value else null;

  # The attributes of a set that `describe` has something to say about.
  list =
    describe: set:
    builtins.filter (entry: entry != null) (
      map (attribute: try (describe attribute set.${attribute})) (builtins.attrNames set)
    );

  matching = pattern: set: removeAttrs set (
    builtins.filter (name: builtins.match pattern name == null) (builtins.attrNames set)
  );

  # Strings are evaluated here, inside `try`, and not when the result is printed.
  string = value: if builtins.isString value then value else null;
  packaged =
    attribute: package:
    let
      version = string (package.version or null);
      pname = string (package.pname or null);
    in
    if (package.type or null) != "derivation" || version == null then
      null
    else
      builtins.seq pname { inherit attribute version pname; };

  python =
    attribute: package:
    if (package.implementation or "cpython") == "cpython" then packaged attribute package else null;

  versionFile = tree + "/lib/.version";
in
{
  release = if builtins.pathExists versionFile then builtins.readFile versionFile else null;
  defaultPython = pkgs.python3.pythonVersion;
  pythons = list python (matching "python3[0-9]+" pkgs);
  bazels = list packaged (matching "bazel_[0-9]+" pkgs);
  packages = list packaged pkgs.python3.pkgs;
}
