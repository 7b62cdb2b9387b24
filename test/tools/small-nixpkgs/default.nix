# Stands for a tree of nixpkgs, which takes a network to get: the few attributes that the catalog looks at, with the
# ways in which real ones go wrong.
{
  system,
  config,
  overlays,
}:

assert system == "x86_64-linux" && overlays == [ ] && !config.allowAliases;

let
  derivation = name: version: {
    type = "derivation";
    inherit version;
    pname = name;
    drvPath = "/nix/store/${name}-${version}.drv";
  };
  package = name: version: derivation name version // { pythonModule = true; };
  marked = mark: name: version: package name version // {
    meta.${mark} = true;
    drvPath = throw "${name} is ${mark}";
  };
  python =
    version: pkgs:
    derivation "python3" version
    // {
      implementation = "cpython";
      pythonVersion = builtins.head (builtins.match "([0-9]+\\.[0-9]+).*" version);
      inherit pkgs;
    };
  base = {
    flask = package "Flask" "3.1.0";
    gunicorn = package "gunicorn" "23.0.0";
    pytest = package "pytest" "8.3.5";
  };
  set = base // {
    click = package "click" "8.1.8";
    torch = package "torch" "2.7.1";
    discordpy = package "discord.py" "2.5";
    zope_interface = package "zope.interface" "7.2";
    psycopg = package "psycopg" "3.2" // { optional-dependencies = { pool = [ ]; c = throw "no C"; }; };
    listed-extras = package "listed-extras" "1.0" // { optional-dependencies = [ ]; };
    risky = marked "insecure" "risky" "1.0";
    closed = marked "unfree" "closed" "1.0";
    only-here = package "only-here" "1.0";
    fails-here = package "fails-here" "1.0" // { drvPath = throw "a dependency is disabled"; };

    # What is not a package that could be used.
    hook = derivation "hook" "1.0";
    buildPythonPackage = throw "called without arguments";
    callPackage = _: { };
    disabled = throw "disabled is not supported for interpreter python3.13";
    unsupported = assert false; package "unsupported" "1.0";
    noVersion = {
      type = "derivation";
      name = "no-version";
    };
    versionThrows = package "version-throws" "1" // { version = throw "no version for this platform"; };
    nameThrows = package "name-throws" "1.0" // { pname = throw "no name"; };
    versionIsASet = package "version-is-a-set" "1" // { version = { major = 1; }; };
    nothing = null;
  };
  # Another Python has other packages, and other faults.
  older = removeAttrs set [ "only-here" ] // {
    click = package "click" "8.0";
    fails-here = package "fails-here" "1.0";
  };
in
rec {
  python3 = python313;
  python310 = throw "python310 was removed";
  python312 = python "3.12.11" older;
  python313 = python "3.13.7" set;
  python314 = python "3.14.0rc2" base;
  # Without a package of every project.
  python39 = python "3.9.23" (base // { flask = throw "flask is not supported for interpreter python3.9"; });
  python313Full = python "3.13.7" { };
  python27 = python "2.7.18.8" { };
  python311 = python "7.3.19" { } // {
    implementation = "pypy";
  };
  bazel = bazel_7;
  bazel_3 = derivation "bazel" "3.7.2";
  bazel_5 = derivation "bazel" "5.4.1" // { drvPath = throw "bazel_5 is insecure"; };
  bazel_6 = throw "bazel_6 is past its end of life";
  bazel_7 = derivation "bazel" "7.6.0";
  bazel_8 = derivation "bazel" "8.4.1";
  bazel_10 = derivation "bazel" "10.0.0";
  bazel_self = bazel_7;
  bazel-watcher = throw "not looked at";
}
