# What a tree of nixpkgs has for one Python, as a project's own nix/python.nix finds it. Nothing is built.
# What `tryEval` cannot catch, such as an infinite recursion, ends the evaluation.
{
  # As JSON: `tree`, a path, or `url` and `sha256` of a tarball; `python`, a minor version; `packages`: by pip name the
  # `requirement` and the `attributes` to try; `overrides`, the path of a project's nix/overrides.nix, if it has one.
  request,
  # Evaluates this attribute of the Python's packages alone, without catching its error.
  why ? null,
}:

let
  asked = builtins.fromJSON request;
  tree = asked.tree or (fetchTarball { inherit (asked) url sha256; });

  # As in nix/nixpkgs.nix: nothing of the user's own configuration.
  overrides = if asked ? overrides then import asked.overrides else { };
  pkgs = import tree {
    config = overrides.config or { };
    overlays = overrides.overlays or [ ];
    system = builtins.currentSystem;
  };

  interpreter = "python${builtins.replaceStrings [ "." ] [ "" ] asked.python}";

  # What nix/python.nix makes of one requirement, with an entry in its attribute table or without one.
  resolve =
    name: requirement: attribute:
    (import ./project/python.nix {
      inherit pkgs;
      pyproject = {
        project.requires-python = "==${asked.python}.*";
        tool.nixpkgs.attributes = if attribute == null then { } else { ${name} = attribute; };
      };
    }).resolve
      requirement;

  first =
    fits: list:
    if list == [ ] then
      null
    else if fits (builtins.head list) then
      builtins.head list
    else
      first fits (builtins.tail list);

  # Without an entry, if that finds a package; else with the first that does; else what is there and throws.
  find =
    name:
    {
      requirement,
      attributes,
      entered ? null,
    }:
    let
      answers = map (resolve name requirement) (if entered == null then [ null ] ++ attributes else [ entered ]);
      found = first (answer: answer ? version) answers;
      best = if found == null then first (answer: answer ? attribute) answers else found;
    in
    if best == null then
      null
    else
      {
        inherit (best) attribute;
        version = best.version or null;
        extras = best.extras or [ ];
        problems = map (problem: { inherit (problem) kind detail; }) best.problems;
      };

  exists =
    name:
    let
      tried = builtins.tryEval ((pkgs.${name}.type or null) == "derivation");
    in
    tried.success && tried.value;
  existing = pattern: builtins.filter (name: builtins.match pattern name != null && exists name) (builtins.attrNames pkgs);
in
if why != null then
  builtins.seq pkgs.${interpreter}.pkgs.${why}.drvPath null
else
  rec {
    pythons = existing "python3[0-9]+";
    bazels = existing "bazel_[0-9]+";
    packages =
      if builtins.elem interpreter pythons then builtins.mapAttrs find asked.packages else { };
  }
