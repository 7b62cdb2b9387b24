# Makes a derivation of Debian packages: unpacked, flattened to bin, lib, share and etc, every ELF file bound to the store's own glibc,
# so that Nix's scan for references and the images made of it are as real as nixpkgs' own. Built with the tools of the host.
{ system, files, glibc ? null, patchelf ? null }:

{ pname, debs, needs ? [ ], postFixup ? "", passthru ? { } }:
let
  first = files.${builtins.head debs};
  drv = derivation {
    name = "${pname}-${first.version}";
    inherit system pname postFixup;
    inherit (first) version;
    builder = "/bin/sh";
    args = [ ./from-debs.sh ];
    PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
    archives = map (deb: builtins.path { name = "${deb}.deb"; path = ./debs + "/${files.${deb}.file}"; }) debs;
    glibc = if glibc == null then "" else glibc;
    patchelf = if patchelf == null then "" else patchelf;
    libraryPath = builtins.concatStringsSep ":" (map (need: "${need}/lib") needs);
  };
in
drv // passthru // { inherit pname; inherit (first) version; }
