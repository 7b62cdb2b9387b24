# Which packages a tree of nixpkgs has for one Python, found as a project's nix/python.nix finds them. Nothing is built.
# A throw counts as absent; what `tryEval` cannot catch, such as an infinite recursion, ends the evaluation.
{
  # As JSON: `tree`, a path, or `url` and `sha256` of a tarball; `python`, the attribute of the interpreter;
  # `packages`, by pip name the attributes to try, the best first.
  request,
}:

let
  asked = builtins.fromJSON request;
  tree = asked.tree or (fetchTarball { inherit (asked) url sha256; });

  # As in nix/nixpkgs.nix: nothing of the user's own configuration.
  pkgs = import tree {
    config = { };
    overlays = [ ];
    system = builtins.currentSystem;
  };
  interpreter = try (pkgs.${asked.python} or null);
  ps = interpreter.pkgs;

  try =
    value:
    let
      tried = builtins.tryEval value;
    in
    if tried.success then tried.value else null;

  first = fits: list:
    if list == [ ] then null
    else if fits (builtins.head list) then builtins.head list
    else first fits (builtins.tail list);

  isPackage = attribute: (ps.${attribute} or null).type or null == "derivation";

  # nix/python.nix stumbles over an attribute that throws, even if the next one would do.
  foundUnaided = name: try (first isPackage [ name (builtins.replaceStrings [ "-" ] [ "_" ] name) ]);

  find =
    name: attributes:
    let
      attribute = first (attribute: try (isPackage attribute) == true) attributes;
      version = try (ps.${attribute}.version or null);
    in
    if attribute == null then null else {
      inherit attribute;
      # A few have none, and suit whoever asks for no range.
      version = if builtins.isString version then version else "";
      unaided = foundUnaided name == attribute;
    };
in
if interpreter == null then null else builtins.mapAttrs find asked.packages
