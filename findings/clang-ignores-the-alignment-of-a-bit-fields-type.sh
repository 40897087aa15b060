#!/usr/bin/env bash
# A bit field whose type is a typedef with aligned(8), on x86-64: gcc 12.2 gives it the alignment, as it does with a member that is no bit field. clang
# 14 ignores it, and packs the bit field as if its type were a plain unsigned int. Neither warns with -Wall -Wextra, so code of the two compilers reads
# different bytes through one header. With the attribute on the bit field itself, the two agree.
# Needs root on Debian 12, or the two packages. Ends with 1 when a compiler behaves otherwise, with 2 when something is missing.
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
need gcc-12=12.2.0-14+deb12u1 clang-14=1:14.0.6-12
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > bits.c <<'C'
#include <stdio.h>
#include <string.h>
typedef unsigned int wide __attribute__((aligned(8)));
struct whole { char before; wide member; };
struct one { char before; wide member : 3; };
struct two { wide first : 3; wide member : 3; };
struct own { char before; unsigned int member : 3 __attribute__((aligned(8))); };
static unsigned place(const void *bytes) {
  unsigned at = 0;
  while (((const unsigned char *)bytes)[at] == 0) at++;
  return at;
}
#define SHOW(tag) { struct tag s; memset(&s, 0, sizeof s); s.member = 7; \
  printf("%s: %zu bytes, member in byte %u\n", #tag, sizeof s, place(&s)); }
int main(void) { SHOW(whole) SHOW(one) SHOW(two) SHOW(own) }
C

gcc-12 --version | head -1
clang-14 --version | head -1
status=0
check() { # what, what one expects, what was found, what is seen now
  local verdict=
  [ "$4" = "$3" ] || { verdict="  (this has changed, it was: $3)"; status=1; }
  printf '%s\n  expected: %s\n  seen:     %s%s\n' "$1" "$2" "$4" "$verdict"
}
for compiler in gcc-12 clang-14; do
  $compiler -Wall -Wextra -O0 bits.c -o "$compiler" 2> warnings || exit 2
  "./$compiler" > "$compiler.txt"
  check "$compiler, warnings" "" "" "$(cat warnings)"
done
of() { sed -n "s/^$2: //p" "$1.txt"; }
check "gcc, whole member of the type" "16 bytes, member in byte 8" "16 bytes, member in byte 8" "$(of gcc-12 whole)"
check "clang, whole member of the type" "16 bytes, member in byte 8" "16 bytes, member in byte 8" "$(of clang-14 whole)"
check "gcc, bit field of the type" "16 bytes, member in byte 8" "16 bytes, member in byte 8" "$(of gcc-12 one)"
check "clang, bit field of the type" "16 bytes, member in byte 8" "8 bytes, member in byte 1" "$(of clang-14 one)"
check "gcc, second of two bit fields" "16 bytes, member in byte 8" "16 bytes, member in byte 8" "$(of gcc-12 two)"
check "clang, second of two bit fields" "16 bytes, member in byte 8" "8 bytes, member in byte 0" "$(of clang-14 two)"
check "gcc, bit field with the attribute" "16 bytes, member in byte 8" "16 bytes, member in byte 8" "$(of gcc-12 own)"
check "clang, bit field with the attribute" "16 bytes, member in byte 8" "16 bytes, member in byte 8" "$(of clang-14 own)"
exit "$status"
