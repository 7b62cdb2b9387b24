#!/bin/sh
# Runs a command in the chroot. /proc, /dev and /sys are mounted for it alone, so that no later rm can follow a mount.
# Usage: enter.sh CHROOT_DIR COMMAND...
set -eu

# shellcheck disable=SC2016 # for the inner shell
exec unshare --mount --propagation private /bin/sh -euc '
  root=$1
  shift
  for point in proc dev sys; do mount --rbind "/$point" "$root/$point"; done
  exec chroot "$root" "$@"
' enter "$@"
