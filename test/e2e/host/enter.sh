#!/bin/sh
# Runs a command in the chroot, with /proc, /dev and /sys mounted for it alone: nothing stays mounted that a careless rm could follow.
# Usage: enter.sh CHROOT_DIR COMMAND...
set -eu

# shellcheck disable=SC2016 # for the inner shell
exec unshare --mount --propagation private /bin/sh -euc '
  root=$1
  shift
  for point in proc dev sys; do mount --rbind "/$point" "$root/$point"; done
  exec chroot "$root" "$@"
' enter "$@"
