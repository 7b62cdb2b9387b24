#!/bin/sh
# Runs a command in the chroot. /proc, /dev and /sys are mounted for it alone, so that no later rm can follow a mount.
# Usage: enter.sh CHROOT_DIR COMMAND... (/ as the chroot: this machine). E2E_BINDS: pairs FROM:OVER of paths inside, mounted for it too.
set -eu

# shellcheck disable=SC2016 # for the inner shell
exec unshare --mount --propagation private /bin/sh -euc '
  root=$1
  shift
  if [ "$root" != / ]; then
    for point in proc dev sys; do mount --rbind "/$point" "$root/$point"; done
  fi
  for pair in ${E2E_BINDS-}; do mount --bind "$root/${pair%%:*}" "$root/${pair#*:}"; done
  exec chroot "$root" "$@"
' enter "$@"
