#!/usr/bin/env bash
# `pahole --compile` 1.24 writes C from BTF that does not have the layout that it read, with status 0: a struct that is packed and aligned(4) loses
# packed, one under `#pragma pack(2)` loses the pragma, and what contains them changes as well. A struct that is only packed
# stays so. -1 of an enumeration becomes 4294967295, which makes its type unsigned.
# Needs root on Debian 12, or the two packages. Ends with 1 when pahole behaves otherwise, with 2 when something is missing.
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
need gcc-12=12.2.0-14+deb12u1 pahole=1.24-4.1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > read.c <<'C'
struct packed { char a; long long b; int c; } __attribute__((packed));
struct both { char a; long long b; int c; } __attribute__((packed, aligned(4)));
struct outer { struct both pair[2]; char last; };
#pragma pack(2)
struct pragma { char a; long long b; };
#pragma pack()
enum sign { MINUS = -1, PLUS = 1 };
struct holder { enum sign sign; };
struct packed packed;
struct both both;
struct outer outer;
struct pragma pragma;
struct holder holder;
C
cat > show.c <<'C'
#include <stdio.h>
int main(void) {
  printf("packed %zu, both %zu, outer %zu, pragma %zu\n", sizeof(struct packed), sizeof(struct both), sizeof(struct outer), sizeof(struct pragma));
  printf("%s 0\n", MINUS < 0 ? "below" : "above");
}
C
gcc-12 -g -c read.c -o read.o
pahole --btf_encode read.o
pahole --format_path=btf --compile read.o > written.c || exit 2

gcc-12 --version | head -1
echo "pahole $(pahole --version)"
status=0
check() { # what, what one expects, what was found, what is seen now
  local verdict=
  [ "$4" = "$3" ] || { verdict="  (this has changed, it was: $3)"; status=1; }
  printf '%s\n  expected: %s\n  seen:     %s%s\n' "$1" "$2" "$4" "$verdict"
}
result() { cat "$1" show.c > "both.$1" && gcc-12 "both.$1" -o "${1%.c}" && "./${1%.c}"; }
result read.c > read.txt
result written.c > written.txt
check "sizes of the C that pahole read" "packed 13, both 16, outer 36, pragma 10" "packed 13, both 16, outer 36, pragma 10" "$(head -1 read.txt)"
check "sizes of the C that pahole wrote" "packed 13, both 16, outer 36, pragma 10" "packed 13, both 24, outer 56, pragma 16" "$(head -1 written.txt)"
check "size of both in the comment that pahole wrote" "size: 16" "size: 16" "$(sed -n '/^struct both {/,/^}/p' written.c | grep -o 'size: [0-9]*' | head -1)"
check "MINUS of the C that pahole read" "below 0" "below 0" "$(tail -1 read.txt)"
check "MINUS of the C that pahole wrote" "below 0" "above 0" "$(tail -1 written.txt)"
exit "$status"
