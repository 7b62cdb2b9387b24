# Stands for nixpkgs with the packages of a set of the catalog (src/catalog/python-set-NAME.txt): their names, versions, extras
# and faults on one Python. Nothing else of it evaluates.
{ set, python }:
let
  lib = import ../../test/nixpkgs/lib;

  derive = name: builtins.derivation { inherit name; system = "x86_64-linux"; builder = "/bin/sh"; };
  itemsOf = text: if text == null then [ ] else builtins.filter builtins.isString (builtins.split "," text);

  # NAME VERSION [extra,extra] !fault =name
  package = line:
    let
      part = builtins.elemAt (builtins.match "([^ ]+) ([^ ]+)( \\[([^]]*)])?( !([^ ]+))?( =[^ ]+)?" line);
      attribute = part 0;
      version = part 1;
      faults = itemsOf (part 5);
      isMarked = builtins.match "[a-z]+" (builtins.concatStringsSep "," faults) != null;
      refused = throw "${attribute} does not evaluate";
      isRefused = isMarked || builtins.elem python faults;
    in
    {
      name = attribute;
      value = derive "python${python}-${attribute}-${version}" // {
        inherit version;
        pname = attribute;
        meta = if isMarked then { ${builtins.head faults} = true; } else { };
        optional-dependencies = lib.genAttrs (itemsOf (part 3)) (_: [ ]);
      } // (if isRefused then { drvPath = refused; outPath = refused; } else { });
    };

  isLine = line: builtins.isString line && line != "" && builtins.substring 0 1 line != "#";
  packages = builtins.listToAttrs (map package (builtins.filter isLine (builtins.split "\n" (builtins.readFile set))));
in
{
  inherit lib;
  "python${builtins.replaceStrings [ "." ] [ "" ] python}" = {
    pkgs = packages;
    withPackages = choose: derive "python${python}-env" // { drvPath = builtins.deepSeq (map (p: p.drvPath) (choose packages)) "/env.drv"; };
  };
  writeTextDir = path: text: derive "text" // { inherit text; };
}
