#!/bin/sh
# The builder of from-debs.nix. In: $archives, $glibc, $patchelf, $libraryPath, $postFixup. Out: $out.
# shellcheck disable=SC2154 # variables are the derivation's
set -eu
umask 022

mkdir -p "$TMPDIR/root" "$out"
for archive in $archives; do
  dpkg-deb --fsys-tarfile "$archive" | tar -x -C "$TMPDIR/root"
done
cd "$TMPDIR/root"
for top in usr . ; do
  for folder in bin sbin lib lib64 share etc; do
    if [ -d "$top/$folder" ] && [ ! -L "$top/$folder" ]; then mkdir -p "$out/$folder" && cp -a "$top/$folder/." "$out/$folder/"; fi
  done
done
cd "$out"
# Debian's libraries lie in a folder of their architecture; their links point into it by absolute path.
for folder in lib/*-linux-gnu; do
  if [ -d "$folder" ]; then cp -a "$folder/." lib/ && rm -rf "$folder"; fi
done
find . -type l | while read -r link; do
  target=$(readlink "$link")
  case $target in
    /*) if [ -e "$out/lib/${target##*/}" ]; then ln -sfn "$out/lib/${target##*/}" "$link"; else rm "$link"; fi ;;
  esac
done
rm -rf share/doc share/man share/info share/lintian share/bash-completion share/locale lib/systemd lib/udev etc/init.d etc/cron.daily lib/tmpfiles.d

if [ -n "$postFixup" ]; then eval "$postFixup"; fi

# Debian 12's own patchelf on its own libraries: the one of forky breaks CPython.
loader=$(echo "$patchelf"/lib/ld-linux*.so.*)
patchelf() { "$loader" --library-path "$patchelf/lib" "$patchelf/bin/patchelf" "$@"; }
is_elf() { [ "$(head -c 4 "$1" | tail -c 3)" = ELF ]; }

if [ -n "$glibc" ]; then
  path=$out/lib:$libraryPath:$glibc/lib
  find . -type f \( -perm -u+x -o -name '*.so*' \) | while read -r file; do
    is_elf "$file" || continue
    chmod u+w "$file"
    if interpreter=$(patchelf --print-interpreter "$file" 2>/dev/null); then
      patchelf --set-interpreter "$glibc/lib/${interpreter##*/}" "$file"
    fi
    for library in $(patchelf --print-needed "$file" 2>/dev/null); do
      found=
      for folder in $(echo "$path" | tr : ' '); do
        if [ -e "$folder/$library" ]; then found=1; break; fi
      done
      # Falling back to a library of the host would hide a missing one until the image runs.
      if [ -z "$found" ]; then echo "$file needs $library, which is not among $archives nor in $path" >&2; exit 1; fi
    done
    if patchelf --print-needed "$file" 2>/dev/null | grep -q .; then patchelf --set-rpath "$path" "$file"; fi
  done
fi
