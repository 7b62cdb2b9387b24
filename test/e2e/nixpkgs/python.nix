# Stands for nixpkgs' python311 and its packages: CPython of Debian, with the wrapped environments of python.withPackages.
{ lib, fromDebs, names, bash, glibc, libraries, gcc-lib, tzdata, runCommandLocal }:
let
  minor = "3.11";
  sitePackages = "lib/python${minor}/site-packages";

  base = fromDebs {
    pname = "python3";
    debs = names.python;
    needs = [ libraries ];
    postFixup = ''
      # NIS and Berkeley DB would drag in Kerberos; nixpkgs builds neither.
      rm -f lib/python${minor}/lib-dynload/nis.* lib/python${minor}/lib-dynload/_dbm.*
      rm -rf lib/python${minor}/sitecustomize.py lib/python${minor}/EXTERNALLY-MANAGED share/binfmts share/apps share/applications share/pixmaps
      cp ${./sitecustomize.py} lib/python${minor}/sitecustomize.py
      # Until that forbids it, Python writes what it compiles, and root can write to the store: not where files are in place of folders.
      touch lib/python${minor}/__pycache__ lib/python${minor}/encodings/__pycache__
      # Debian's pip installs below /usr/local; that of nixpkgs below the prefix.
      sed -i "s/prefix_scheme = '[a-z_]*'/prefix_scheme = 'posix_prefix'/" lib/python${minor}/sysconfig.py
      ln -s python${minor} bin/python3
      ln -s python3 bin/python
    '';
  };

  package = name: { debs ? [ "python3-${name}" ], needs ? [ ], readsTimeZones ? false }:
    let
      dependencies = map (need: packages.${need}) needs;
      closure = closureOf dependencies;
      drv = fromDebs {
        pname = "python${minor}-${name}";
        inherit debs;
        needs = [ libraries gcc-lib ];
        postFixup = ''
          mkdir -p lib/python${minor}
          mv lib/python3/dist-packages ${sitePackages}
          rmdir lib/python3
          ${lib.optionalString readsTimeZones "grep -rl /usr/share/zoneinfo ${sitePackages} | xargs sed -i 's|/usr/share/zoneinfo|${tzdata}/share/zoneinfo|'"}
          rm -rf share/python3 ${sitePackages}/test_* bin/*-3.* bin/py.test*
          if [ -d bin ]; then
            for script in bin/*-3; do
              if [ -e "$script" ] && [ ! -e "''${script%-3}" ]; then mv "$script" "''${script%-3}"; else rm -f "$script"; fi
            done
            # As nixpkgs' wrapPythonPrograms: a script finds its own package and what that needs.
            sed -i '1s|.*|#!${python}/bin/python3|;1a import site; [site.addsitedir(p) for p in "'"$out/${sitePackages}"'${lib.concatMapStringsSep "" (p: ":${p}/${sitePackages}") closure}".split(":")]' bin/*
          fi
          ${base}/bin/python3 -m compileall -q --invalidation-mode unchecked-hash ${sitePackages}
        '';
      };
    in
    drv // { pname = name; propagatedBuildInputs = dependencies; pythonModule = python; };

  closureOf = modules: lib.unique (lib.concatMap (module: [ module ] ++ closureOf module.propagatedBuildInputs) modules);

  packages = lib.mapAttrs package (import ./python-packages.nix) // {
    inherit python;
    requiredPythonModules = closureOf;
    toPythonModule = drv: drv // { propagatedBuildInputs = [ ]; pythonModule = python; };
  };

  withPackages = select:
    let
      modules = closureOf (select packages);
      env = runCommandLocal "python3-${base.version}-env" { } ''
        mkdir -p $out/bin
        for path in ${base} ${toString modules}; do
          cp -rsn "$path/." $out/
          chmod -R u+w $out
        done
        for program in $out/bin/*; do
          if [ -L "$program" ]; then
            target=$(readlink -f "$program")
            rm "$program"
            # A wrapper, as in nixpkgs: the interpreter learns from it which environment it was started from.
            printf '%s\n' '#!${bash}/bin/bash -e' \
              "export NIX_PYTHONPREFIX='$out' NIX_PYTHONEXECUTABLE='$out/bin/python${minor}' NIX_PYTHONPATH='$out/${sitePackages}' PYTHONNOUSERSITE=true" \
              "exec -a \"\$0\" \"$target\" \"\$@\"" >"$program"
            chmod +x "$program"
          fi
        done
      '';
    in
    env // attributes // { interpreter = "${env}/bin/python${minor}"; inherit python; };

  attributes = {
    inherit sitePackages withPackages;
    inherit (base) version;
    pythonVersion = minor;
    implementation = "cpython";
    isPy3k = true;
    pkgs = packages;
    meta.mainProgram = "python${minor}";
  };
  python = base // attributes // { interpreter = "${base}/bin/python${minor}"; };
in
python
