# Stands for nixpkgs with the names, versions, extras and failures of a set of the catalog: only its Python packages evaluate.
{ set, python }:
let
  inherit (import ../../test/nixpkgs { }) lib;
  fields = line: builtins.filter builtins.isString (builtins.split "\t" line);
  lines = builtins.filter (line: builtins.isString line && line != "") (builtins.split "\n" (builtins.readFile set));
  derive = name: builtins.derivation { inherit name; system = "x86_64-linux"; builder = "/bin/sh"; };
  package = line:
    let
      at = index: let all = fields line; in if index < builtins.length all then builtins.elemAt all index else "";
      list = text: builtins.filter (item: builtins.isString item && item != "") (builtins.split "," text);
      fails = builtins.elem python (list (at 3));
    in
    {
      name = at 0;
      value = derive "python-${builtins.replaceStrings [ "." ] [ "-" ] (at 0)}" // {
        pname = at 0;
        version = at 1;
        optional-dependencies = builtins.listToAttrs (map (name: { inherit name; value = [ ]; }) (list (at 2)));
      } // (if fails then { drvPath = throw "${at 0} fails"; outPath = throw "${at 0} fails"; } else { });
    };
  pkgs = builtins.listToAttrs (map package lines);
in
{
  inherit lib;
  "python${builtins.replaceStrings [ "." ] [ "" ] python}" = {
    inherit pkgs;
    withPackages = choose: derive "env" // { drvPath = builtins.seq (map (p: p.drvPath) (choose pkgs)) (builtins.deepSeq (map (p: p.drvPath) (choose pkgs)) "/env.drv"); };
  };
}
