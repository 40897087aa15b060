#!/usr/bin/env bash
# An enumerator beyond 32 bits in BTF: `gcc -gbtf` 12.2 leaves it out, clang 14 keeps its lower 32 bits, so that it has the value of another one, and
# pahole 1.24 writes it, converted from DWARF, as a 64-bit enumeration. No compiler warns. All three give the type its 8 bytes.
# Needs root on Debian 12, or the packages. Ends with 1 when one of them behaves otherwise, with 2 when something is missing.
set -euo pipefail
export LC_ALL=C DEBUGINFOD_URLS= DEBIAN_FRONTEND=noninteractive
need() { # package=version ...
  local each
  for each; do
    [ "$(dpkg-query -W -f '${Version}' "${each%%=*}" 2>/dev/null)" = "${each#*=}" ] && continue
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null; } || exit 2
    return
  done
}
need gcc-12=12.2.0-14+deb12u1 clang-14=1:14.0.6-12 pahole=1.24-4.1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > big.c <<'C'
enum flag { LOW = 1, HIGH = 0x100000001 };
struct user { enum flag flag; };
struct user user;
C
gcc-12 -g -c big.c -o pahole.o 2> warnings
pahole --btf_encode pahole.o
gcc-12 -gbtf -c big.c -o gcc.o 2>> warnings
clang-14 -target bpf -g -c big.c -o clang.o 2>> warnings

gcc-12 --version | head -1
clang-14 --version | head -1
echo "pahole $(pahole --version)"
status=0
check() { # what, what one expects, what was found, what is seen now
  local verdict=
  [ "$4" = "$3" ] || { verdict="  (this has changed, it was: $3)"; status=1; }
  printf '%s\n  expected: %s\n  seen:     %s%s\n' "$1" "$2" "$4" "$verdict"
}
enumerators() {
  pahole --format_path=btf --compile "$1" |
    sed -n 's/^\t\([A-Z]*\) *= \(.*\),$/\1 \2/p; s/.*size: \([0-9]*\),.*/size \1/p' | paste -sd ' '
}
check "warnings of the compilers" "" "" "$(cat warnings)"
check "pahole, from the DWARF of gcc" "LOW 1 HIGH 4294967297 size 8" "LOW 1 HIGH 4294967297 size 8" "$(enumerators pahole.o)"
check "gcc -gbtf" "LOW 1 HIGH 4294967297 size 8" "LOW 1 size 8" "$(enumerators gcc.o)"
check "clang" "LOW 1 HIGH 4294967297 size 8" "LOW 1 HIGH 1 size 8" "$(enumerators clang.o)"
exit "$status"
