# Stands for the flake of nixpkgs: the same set, for flakes.
{
  outputs = _: {
    lib = import ./lib;
    legacyPackages = builtins.listToAttrs (map
      (system: { name = system; value = import ./. { inherit system; }; })
      [ "x86_64-linux" "aarch64-linux" ]);
  };
}
