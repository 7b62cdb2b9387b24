# Stands for a tree of nixpkgs, which takes a network to get: the few attributes that the catalog looks at, with the
# ways in which real ones go wrong.
{
  system,
  config,
  overlays,
}:

assert system == "x86_64-linux" && overlays == [ ] && config.allowUnfree;

let
  package = pname: version: {
    type = "derivation";
    inherit pname version;
  };
  python =
    version: pkgs:
    package "python3" version
    // {
      implementation = "cpython";
      pythonVersion = builtins.head (builtins.match "([0-9]+\\.[0-9]+).*" version);
      inherit pkgs;
    };
  set = {
    click = package "click" "8.1.8";
    flask = package "Flask" "3.1.0";
    pytorch-bin = package "torch" "2.7.0";
    torch = package "torch" "2.7.1";
    zope_interface = package "zope.interface" "7.2";
    ruamel-yaml = package "ruamel.yaml" "0.18.10";

    # What is not a package that could be used.
    buildPythonPackage = throw "called without arguments";
    callPackage = _: { };
    python = python "3.13.7" set;
    disabled = throw "disabled is not supported for interpreter python3.13";
    unsupported = assert false; package "unsupported" "1.0";
    noVersion = {
      type = "derivation";
      name = "no-version";
    };
    versionThrows = package "version-throws" (throw "no version for this platform");
    nameThrows = package (throw "no name") "1.0";
    versionIsASet = package "version-is-a-set" { major = 1; };
    nothing = null;
  };
in
rec {
  python3 = python313;
  python310 = throw "python310 was removed";
  python312 = python "3.12.11" { };
  python313 = python "3.13.7" set;
  python314 = python "3.14.0rc2" { };
  python39 = python "3.9.23" { };
  python313Full = python "3.13.7" { };
  python27 = python "2.7.18.8" { };
  python311 = python "7.3.19" { } // {
    implementation = "pypy";
  };
  bazel = bazel_7;
  bazel_3 = package "bazel" "3.7.2";
  bazel_6 = throw "bazel_6 is past its end of life";
  bazel_7 = package "bazel" "7.6.0";
  bazel_8 = package "bazel" "8.4.1";
  bazel_10 = package "bazel" "10.0.0";
  bazel_self = bazel_7;
  bazel-watcher = throw "not looked at";
}
