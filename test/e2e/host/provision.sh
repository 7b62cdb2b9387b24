#!/bin/sh
# Installs from Debian what the end-to-end suite builds with: Nix 2.8, Bazel 4.2.3 and container tools on this machine (bookworm),
# Nix 2.34 and Bazel 7.7 in a chroot (forky). Does nothing where all of it stands. Usage: provision.sh CHROOT_DIR
set -eu

here=$(cd "$(dirname "$0")" && pwd)
chroot_dir=${1:?the folder of the chroot}
export DEBIAN_FRONTEND=noninteractive

host_packages='nix-bin bazel-bootstrap bazel-platforms bazel-rules-java bazel-rules-proto bazel-skylib
  pre-commit podman podman-compose runc skopeo catatonit containernetworking-plugins golang-github-containernetworking-plugin-dnsname
  postgresql iproute2 iptables nginx-light docker-registry debootstrap curl ca-certificates git
  g++ python3-dev python3-pip python3-setuptools python3-wheel zlib1g-dev'
chroot_packages='bazel-bootstrap bazel-platforms bazel-rules-cc bazel-rules-java bazel-rules-license bazel-rules-proto
  bazel-rules-python bazel-skylib nix-bin pre-commit ruff ca-certificates curl git cosign crane oras python3-spdx-tools'

log() { printf '%s\n' "$*" >&2; }

missing() {
  for package in "$@"; do
    dpkg-query --show --showformat '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || printf '%s ' "$package"
  done
}

install_on_host() {
  # shellcheck disable=SC2086 # a list of words
  absent=$(missing $host_packages)
  [ -n "$absent" ] || return 0
  log "installing from Debian: $absent"
  apt-get -qq update
  # shellcheck disable=SC2086
  apt-get -qq install --no-install-recommends $absent >&2
  # The suite itself starts these, with its own configuration.
  if [ -d /run/systemd/system ]; then systemctl disable --now nginx docker-registry 2>/dev/null || true; fi
}

# The mirror that apt on this machine uses, so that proxies and local mirrors are respected.
mirror() {
  # shellcheck disable=SC2016 # apt fills these in
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' | awk '$2 !~ /-/ && $1 ~ /debian\/?$/ { print $1; exit }'
}

make_chroot() {
  stamp=$chroot_dir/.provisioned
  wanted=$(printf '%s' "$chroot_packages" | tr -s '[:space:]' ' ')
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return 0; fi
  if [ ! -e "$chroot_dir/etc/debian_version" ]; then
    uri=$(mirror)
    log "making a Debian forky chroot in $chroot_dir"
    rm -rf "$chroot_dir"
    mkdir -p "$(dirname "$chroot_dir")"
    # bookworm's debootstrap has no script named forky; the one of sid fits.
    debootstrap --variant=minbase forky "$chroot_dir.new" "$uri" /usr/share/debootstrap/scripts/sid >&2
    # Packages of a moving suite: a mirror's index may be older than its own Valid-Until. Documentation is left out for size.
    printf 'Acquire::Check-Valid-Until "false";\nAPT::Install-Recommends "false";\n' >"$chroot_dir.new/etc/apt/apt.conf.d/90e2e"
    printf 'path-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\n' >"$chroot_dir.new/etc/dpkg/dpkg.cfg.d/90e2e"
    mv "$chroot_dir.new" "$chroot_dir"
  fi
  apt-config shell proxy Acquire::http::Proxy | sed -n 's/^proxy=.\(.*\).$/Acquire::http::Proxy "\1";/p' >"$chroot_dir/etc/apt/apt.conf.d/91proxy"
  cp -L /etc/resolv.conf "$chroot_dir/etc/resolv.conf"
  cp -L /etc/hosts "$chroot_dir/etc/hosts"
  log "installing in the chroot: $wanted"
  "$here/enter.sh" "$chroot_dir" apt-get -qq update
  # shellcheck disable=SC2086
  "$here/enter.sh" "$chroot_dir" env LC_ALL=C.UTF-8 apt-get -qq install $chroot_packages >&2
  "$here/enter.sh" "$chroot_dir" apt-get clean
  printf '%s' "$wanted" >"$stamp"
}

# Debian 12 has neither; those of the chroot run here too, as Go's programs need little.
link_programs() {
  for program in cosign oras; do
    ln -sfn "$chroot_dir/usr/bin/$program" "/usr/local/bin/$program"
    ln -sfn "/usr/bin/$program" "$chroot_dir/usr/local/bin/$program"
  done
}

install_on_host
make_chroot
link_programs
