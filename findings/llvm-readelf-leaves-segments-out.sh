#!/usr/bin/env bash
# A core with more than 65,534 program headers: e_phnum is 0xffff and the number of program headers is in sh_info of section header 0. llvm-readelf
# 14 takes the 65,535 for the number, and leaves the last segments out without a word and with status 0; readelf 2.40 and eu-readelf 0.188 show all.
# file 5.44 says nothing about a core of more than 2048 headers but that they are too many, and counts 65,535.
# Needs root on Debian 12, or the packages. Ends with 1 when a reader behaves otherwise, with 2 when something is missing.
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
need llvm-14=1:14.0.6-12 binutils=2.40-2 elfutils=0.188-2.1 file=1:5.44-3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# A core of x86-64 with 70,000 program headers: one of notes, the others of pages without bytes.
python3 - <<'PY'
import struct
count = 70000
status = bytearray(336)
struct.pack_into("<i", status, 32, 1)                       # pr_pid
note = struct.pack("<III", 5, len(status), 1) + b"CORE\0\0\0\0" + bytes(status)
end = 64 + 64 + 56 * count
out = [b"\x7fELF\2\1\1\0" + bytes(8) + struct.pack("<HHIQQQIHHHHHH", 4, 62, 1, 0, 128, 64, 0, 64, 56, 0xffff, 64, 1, 0)]
out.append(struct.pack("<IIQQQQIIQQ", 0, 0, 0, 0, 0, 1, 0, count, 0, 0))
out.append(struct.pack("<IIQQQQQQ", 4, 0, end, 0, 0, len(note), 0, 4))
out += [struct.pack("<IIQQQQQQ", 1, 4, 4096, 0x10000000 + i * 8192, 0, 0, 4096, 4096) for i in range(count - 1)]
open("core", "wb").write(b"".join(out) + note)
PY

llvm-readelf-14 --version | grep version
readelf --version | head -1
eu-readelf --version | head -1
file --version | head -1
status=0
check() { # what, what one expects, what was found, what is seen now
  local verdict=
  [ "$4" = "$3" ] || { verdict="  (this has changed, it was: $3)"; status=1; }
  printf '%s\n  expected: %s\n  seen:     %s%s\n' "$1" "$2" "$4" "$verdict"
}
loads() { # how many segments, the address of the last, the number of warnings, the status
  local code=0
  "$@" core > out 2> warnings || code=$?
  echo "$(grep -c ' LOAD ' out) $(awk '$1 == "LOAD" { at = $3 } END { print at }' out) $(wc -l < warnings) $code"
}
check "readelf: segments, last address, warnings, status" "69999 0x00000000322dc000 0 0" "69999 0x00000000322dc000 0 0" "$(loads readelf -lW)"
check "eu-readelf" "69999 0x00000000322dc000 0 0" "69999 0x00000000322dc000 0 0" "$(loads eu-readelf -l)"
check "llvm-readelf" "69999 0x00000000322dc000 0 0" "65534 0x000000002fffa000 0 0" "$(loads llvm-readelf-14 -lW)"
check "file: headers" "" "too many program headers (65535)" "$(file core | grep -o 'too many.*' || true)"
exit "$status"
