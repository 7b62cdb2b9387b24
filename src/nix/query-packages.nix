# What a tree of nixpkgs has of some packages for one Python, found as a project's nix/python.nix finds them. Nothing is built.
# What `tryEval` cannot catch, such as an infinite recursion, ends the evaluation.
{
  # As JSON: `tree`, a path, or `url` and `sha256` of a tarball; `python`, as in "3.13"; `bazel`, an attribute; `packages`, by
  # pip name the attributes to try, the best first; `overrides`, the path of a project's nix/overrides.nix, if it has one.
  request,
}:

let
  asked = builtins.fromJSON request;
  tree = asked.tree or (fetchTarball { inherit (asked) url sha256; });
  overrides = if asked ? overrides then import (/. + asked.overrides) else { };

  # As in nix/nixpkgs.nix: nothing of the user's own configuration.
  pkgs = import tree {
    config = overrides.config or { };
    overlays = overrides.overlays or [ ];
    system = builtins.currentSystem;
  };
  project = import ./project/python.nix {
    inherit pkgs;
    pyproject.project.requires-python = "==${asked.python}.*";
  };

  has = attribute:
    let tried = builtins.tryEval ((pkgs.${attribute} or null).drvPath or "" != "");
    in tried.success && tried.value;
  interpreter = "python${builtins.replaceStrings [ "." ] [ "" ] asked.python}";

  find = name: attributes:
    let
      found = project.describe attributes;
      unaided = project.describe (project.triedFor name);
    in
    if found == null then null else {
      inherit (found) attribute fault;
      # A few have none, and suit whoever asks for no range.
      version = if builtins.isString found.version then found.version else "";
      extras = builtins.attrNames found.extras;
      unaided = unaided != null && unaided.attribute == found.attribute;
    };
in
if (pkgs.${interpreter} or null) == null then null else {
  bazel = !(asked ? bazel) || has asked.bazel;
  packages = builtins.mapAttrs find asked.packages;
}
