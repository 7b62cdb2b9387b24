# Stands for nixpkgs' dockerTools: layered images in the docker-archive format, byte for byte the same when built twice.
{ lib, python, runCommand, symlinkJoin, writeText, writeTextDir, bash, coreutils }:
let
  streamLayeredImage = { name, tag ? null, contents ? [ ], config ? { }, created ? "1970-01-01T00:00:01Z", mtime ? "1970-01-01T00:00:01Z"
    , maxLayers ? 100, extraCommands ? "", fakeRootCommands ? "", enableFakechroot ? false, architecture ? null }:
    # As with nixpkgs: an error here, not a container that lacks what was asked for.
    assert maxLayers > 1;
    let
      joined = symlinkJoin { name = "${name}-contents"; paths = lib.flatten [ contents ]; };
      # What the config names is part of the closure, though nothing in the contents may name it.
      configFile = writeText "${name}-config.json" (builtins.toJSON {
        inherit name config created mtime maxLayers;
        tag = if tag == null then "" else tag;
        architecture = if architecture != null then architecture else if lib.hasPrefix "aarch64" runCommand.system then "arm64" else "amd64";
      });
    in
    runCommand "stream-${name}" { exportReferencesGraph = [ "contents" joined "config" configFile ]; inherit extraCommands fakeRootCommands; } ''
      mkdir -p $out root
      cd root
      # In the image a link of the contents points into /nix/store, which the other layers hold.
      cp -a ${joined}/. .
      chmod -R u+w .
      eval "$extraCommands"
      eval "$fakeRootCommands"
      # Packed here: in the store a folder would lose its permissions. Root builds, so owners are those that fakeRootCommands set.
      tar --sort=name --mtime=${lib.escapeShellArg mtime} --numeric-owner --format=gnu -cf $out/customisation.tar $(ls -A)
      cd ..
      ${python}/bin/python3 ${./closure.py} $NIX_BUILD_TOP/contents $NIX_BUILD_TOP/config ${joined} ${configFile} >$out/closure
      printf '%s\n' '#!${bash}/bin/bash' "exec ${python}/bin/python3 ${./layered_image.py} ${configFile} $out" >$out/stream
      chmod +x $out/stream
    '' // { imageName = name; imageTag = tag; };
in
{
  streamLayeredImage = arguments:
    let stream = streamLayeredImage arguments; in runCommand "stream-${arguments.name}" { } "ln -s ${stream}/stream $out";

  fakeNss = symlinkJoin {
    name = "fake-nss";
    paths = [
      (writeTextDir "etc/passwd" "root:x:0:0:root user:/var/empty:/bin/sh\nnobody:x:65534:65534:nobody:/var/empty:/bin/sh\n")
      (writeTextDir "etc/group" "root:x:0:\nnobody:x:65534:\n")
      (writeTextDir "etc/nsswitch.conf" "hosts: files dns\n")
      (runCommand "var-empty" { } "mkdir -p $out/var/empty")
    ];
  };
  usrBinEnv = runCommand "usr-bin-env" { } "mkdir -p $out/usr/bin; ln -s ${coreutils}/bin/env $out/usr/bin/env";
  binSh = runCommand "bin-sh" { } "mkdir -p $out/bin; ln -s ${bash}/bin/bash $out/bin/sh";
}
