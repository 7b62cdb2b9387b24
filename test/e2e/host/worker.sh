#!/bin/sh
# Compiles Bazel's own remote worker in the chroot, from Debian's sources of the Bazel that is installed there, against its classes.
# Usage: worker.sh CHROOT_DIR (prints the class path inside)
set -eu

here=$(cd "$(dirname "$0")" && pwd)
chroot_dir=${1:?the folder of the chroot}

# shellcheck disable=SC2016 # for the inner shell
exec "$here/enter.sh" "$chroot_dir" /bin/sh -euc '
  bazel=/usr/share/bazel
  worker=/usr/local/lib/bazel-remote-worker
  version=$(dpkg-query --show --showformat "\${source:Version}" bazel-bootstrap)
  classpath=$worker/classes:$bazel/A-server.jar:$(tr "\n" : <$bazel/bazel_classpath_debian_depends.txt)
  if [ "$(cat $worker/version 2>/dev/null)" != "$version" ]; then
    rm -rf $worker
    mkdir -p $worker/classes
    cd $worker
    apt-get -qq -o APT::Sandbox::User=root download "bazel-bootstrap-source=$version" >&2
    dpkg-deb --fsys-tarfile bazel-bootstrap-source_*.deb |
      tar -x --wildcards --strip-components=5 "*/src/tools/remote/src/main/*.java" "*/tools/java/runfiles/*.java"
    find . -name "*.java" ! -path "*/testing/*" >sources
    javac -nowarn -XDsuppressNotes -proc:none -d classes -cp "$classpath" @sources >&2
    rm bazel-bootstrap-source_*.deb
    printf %s "$version" >version
  fi
  printf %s "$classpath"
'
