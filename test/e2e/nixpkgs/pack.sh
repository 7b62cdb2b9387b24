#!/bin/sh
# Packs this folder and the Debian packages it is made of as a tarball in the shape of nixpkgs'. Usage: pack.sh CACHE_DIR RELEASE TARBALL
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${1:?the folder that keeps the downloaded packages}
release=${2:?the release it says it is, as in 23.11}
tarball=${3:?the tarball to write}
mkdir -p "$cache/debs"

evaluate() {
  env -u NIX_PATH nix-instantiate --eval --strict --json --expr "$1" | tr -d '[]"' | tr ',' '\n' && echo
}
names=$(
  evaluate "builtins.concatLists (builtins.attrValues (import $here/debs.nix))"
  evaluate "builtins.concatLists (map (name: (import $here/python-packages.nix).\${name}.debs or [ \"python3-\${name}\" ]) (builtins.attrNames (import $here/python-packages.nix)))"
)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# 'URI' NAME SIZE HASH for each: known without a connection, so that a second run downloads nothing. (apt leaves out what lies in the
# folder it runs in.)
# This machine's pip is too old to lock. Each gunicorn that Debian has is in one of the two releases that the suite builds.
from_forky=python3-pip
[ "$release" != 24.05 ] || from_forky="$from_forky gunicorn python3-gunicorn"
# shellcheck disable=SC2046,SC2086 # lists of words
wanted=$(cd "$work" && apt-get --print-uris download $(printf '%s\n' "$names" | grep -vxF "$(printf '%s\n' $from_forky)"))
# shellcheck disable=SC2086
newer=$(chroot "$cache/forky" apt-get --print-uris download $from_forky)
cd "$cache/debs"
printf '%s\n' "$newer" | while read -r _ file size _; do
  [ "$(stat -c %s "$file" 2>/dev/null)" != "$size" ] || continue
  # shellcheck disable=SC2016 # for the inner shell
  chroot "$cache/forky" sh -c 'cd /tmp && apt-get -qq -o APT::Sandbox::User=root download "$1"' download "${file%%_*}" >&2
  mv "$cache/forky/tmp/$file" .
done
printf '%s\n' "$wanted" | while read -r _ file size _; do
  [ "$(stat -c %s "$file" 2>/dev/null)" = "$size" ] || printf '%s\n' "${file%%_*}"
done | xargs -r apt-get -qq -o APT::Sandbox::User=root download >&2

mkdir "$work/nixpkgs-e2e"
cp -r "$here/." "$work/nixpkgs-e2e"
mkdir "$work/nixpkgs-e2e/debs"
printf %s "$release" >"$work/nixpkgs-e2e/lib/.version"
# Where the release is built that is not the chroot, with the chroot's own libraries.
case $release in
  24.05) printf '#!/bin/sh\nexec /usr/bin/ruff "$@"\n' ;;
  *) printf '#!/bin/sh\nexec %s --library-path %s %s/usr/bin/ruff "$@"\n' \
    "$(echo "$cache"/forky/lib64/ld-linux*.so.*)" "$(echo "$cache"/forky/usr/lib/*-linux-gnu)" "$cache/forky" ;;
esac >"$work/nixpkgs-e2e/ruff"
# Upstream's version: without epoch, Debian's revision and what it says of repacking.
printf '%s\n' "$wanted" "$newer" | sort -k2 | awk '
  BEGIN { printf "{" }
  { split($2, part, "_"); version = part[2]; sub(/^[0-9]+%3a/, "", version); sub(/-[^-]*$/, "", version); sub(/([+~]|[.]dfsg).*/, "", version)
    printf "%s\n  \"%s\": { \"file\": \"%s\", \"version\": \"%s\" }", (NR > 1 ? "," : ""), part[1], $2, version }
  END { print "\n}" }' >"$work/nixpkgs-e2e/debs.json"
printf '%s\n' "$wanted" "$newer" | while read -r _ file _; do cp "$file" "$work/nixpkgs-e2e/debs/"; done
# Always the same bytes, so that the project's pin of it holds from one run to the next.
tar --sort=name --mtime=@1 --owner=0 --group=0 --numeric-owner --mode=go=u-w -C "$work" -c nixpkgs-e2e | gzip -n1 >"$tarball.new"
mv "$tarball.new" "$tarball"
