# Which Debian packages each derivation is made of. The suite downloads them; debs.json beside it names the files and versions.
{
  glibc = [ "libc6" ];
  gcc-lib = [ "libgcc-s1" "libstdc++6" ];
  # Shared libraries, in one derivation: nothing here is about how finely nixpkgs splits them.
  libraries = [
    "libacl1" "libattr1" "libbz2-1.0" "libcrypt1" "libexpat1" "libffi8" "libgmp10" "liblzma5" "libmpfr6" "libncursesw6" "libpcre2-8-0"
    "libreadline8" "libselinux1" "libsigsegv2" "libsqlite3-0" "libssl3" "libtinfo6" "libuuid1" "libyaml-0-2" "zlib1g"
  ];
  python = [ "python3.11-minimal" "python3.11" "libpython3.11-minimal" "libpython3.11-stdlib" ];
  bash = [ "bash" ];
  coreutils = [ "coreutils" ];
  diffutils = [ "diffutils" ];
  findutils = [ "findutils" ];
  gawk = [ "gawk" ];
  gnugrep = [ "grep" ];
  gnused = [ "sed" ];
  gnutar = [ "tar" ];
  gzip = [ "gzip" ];
  patchelf = [ "patchelf" ];
  jq = [ "jq" "libjq1" "libonig5" ];
  skopeo = [ "skopeo" "libgpgme11" "libassuan0" "libgpg-error0" "libdevmapper1.02.1" "libudev1" ];
  cacert = [ "ca-certificates" ];
  iana-etc = [ "netbase" ];
  tzdata = [ "tzdata" ];
}
