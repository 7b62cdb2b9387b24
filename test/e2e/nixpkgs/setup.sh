# Stands for nixpkgs' $stdenv/setup: PATH from the inputs, and the hooks that nix-shell calls.
# shellcheck shell=bash
export PATH="@initialPath@" SHELL="@shell@" CONFIG_SHELL="@shell@"
: "${outputs:=out}"

addInput() {
  local input=$1 more
  if [ -d "$input/bin" ]; then PATH="$input/bin:$PATH"; fi
  # shellcheck disable=SC1091 # of the input
  if [ -f "$input/nix-support/setup-hook" ]; then source "$input/nix-support/setup-hook"; fi
  if [ -f "$input/nix-support/propagated-build-inputs" ]; then
    for more in $(<"$input/nix-support/propagated-build-inputs"); do addInput "$more"; done
  fi
}
for input in ${buildInputs-} ${nativeBuildInputs-}; do addInput "$input"; done
unset input

runHook() {
  local hook=$1
  if [ "$(type -t "$hook")" = function ]; then "$hook"; elif [ -n "${!hook-}" ]; then eval "${!hook}"; fi
}
