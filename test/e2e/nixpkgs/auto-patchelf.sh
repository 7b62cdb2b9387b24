# Stands for nixpkgs' auto-patchelf: lets the shared libraries below a folder find what they need in buildInputs and beside themselves.
# shellcheck shell=bash
autoPatchelf() {
  local root=$1 file folder input found missing=0 paths needed
  while IFS= read -r file; do
    [ "$(head -c 4 "$file" | tail -c 3)" = ELF ] || continue
    paths=
    for needed in $(@patchelf@ --print-needed "$file"); do
      case $needed in libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | librt.so.* | ld-linux*) continue ;; esac
      found=$(find "$root" -name "$needed" -printf '%h\n' -quit)
      for input in ${buildInputs-}; do
        if [ -z "$found" ] && [ -e "$input/lib/$needed" ]; then found=$input/lib; fi
      done
      if [ -z "$found" ]; then
        echo "error: auto-patchelf could not satisfy dependency $needed wanted by $file" >&2
        missing=1
      else
        folder=$found
        paths=${paths:+$paths:}$folder
      fi
    done
    if [ -n "$paths" ]; then @patchelf@ --set-rpath "$paths" "$file"; fi
  done < <(find "$root" -type f \( -name '*.so' -o -name '*.so.*' -o -path '*/bin/*' \))
  return "$missing"
}
