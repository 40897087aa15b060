#!/usr/bin/env bash
# The ELF specification aligns notes of 64-bit files to 8 bytes, Linux to 4. gdb 13.1, readelf 2.40 and elfutils 0.188 go by the p_align of the
# segment. lldb 14 and llvm-readelf 14 always take 4: of a core with notes at multiples of 8 and p_align 8, which gdb opens, lldb says that it cannot
# parse the notes, and llvm-readelf shows some of the notes and others that are not there.
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
need gdb=13.1-3 lldb-14=1:14.0.6-12 llvm-14=1:14.0.6-12 binutils=2.40-2 elfutils=0.188-2.1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# The same x86-64 core with three notes, at multiples of 4 and p_align 4, and at multiples of 8 and p_align 8.
python3 - <<'PY'
import struct
status = bytearray(336)
struct.pack_into("<i", status, 32, 1)                       # pr_pid
struct.pack_into("<Q", status, 112 + 16 * 8, 0x600000)      # rip
def note(kind, contents, unit):
    pad = lambda b: b.ljust(-(-len(b) // unit) * unit, b"\0")
    return pad(pad(struct.pack("<III", 5, len(contents), kind) + b"CORE\0") + contents)
for unit in 4, 8:
    notes = note(1, bytes(status), unit) + note(3, bytes(136), unit) + note(2, bytes(512), unit)
    out = b"\x7fELF\2\1\1\3" + bytes(8) + struct.pack("<HHIQQQIHHHHHH", 4, 62, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    out += struct.pack("<IIQQQQQQ", 4, 0, 64 + 2 * 56, 0, 0, len(notes), 0, unit)
    out += struct.pack("<IIQQQQQQ", 1, 5, 4096, 0x600000, 0, 4096, 4096, 4096)
    open(f"core.{unit}", "wb").write((out + notes).ljust(4096, b"\0") + b"\x5a" * 4096)
PY

gdb --version | head -1
lldb-14 --version
llvm-readelf-14 --version | grep version
readelf --version | head -1
eu-readelf --version | head -1
status=0
check() { # what, what one expects, what was found, what is seen now
  local verdict=
  [ "$4" = "$3" ] || { verdict="  (this has changed, it was: $3)"; status=1; }
  printf '%s\n  expected: %s\n  seen:     %s%s\n' "$1" "$2" "$4" "$verdict"
}
in_gdb() { gdb -nx -batch -ex "core-file $1" -ex 'print/x $rip' 2>&1 | tail -1 | sed 's/.*= //'; }
in_lldb() { printf 'register read rip\nquit\n' | lldb-14 --no-lldbinit -c "$1" 2>&1 | sed -n 's/^error: //p; s/^ *rip = 0x0*/0x/p' | head -1; }
notes() {
  { "$@" 2>&1 || true; } |
    awk '/CORE .*(PRSTATUS|PRPSINFO|FPREGSET)/ { known++ } /Unknown note/ { unknown++ } END { print known + 0, "and", unknown + 0 }'
}
for unit in 4 8; do
  check "gdb, notes at multiples of $unit: rip" 0x600000 0x600000 "$(in_gdb core.$unit)"
  check "readelf, notes at multiples of $unit: notes of a known and an unknown type" "3 and 0" "3 and 0" "$(notes readelf -n core.$unit)"
  check "eu-readelf, notes at multiples of $unit: notes of a known and an unknown type" "3 and 0" "3 and 0" "$(notes eu-readelf -n core.$unit)"
done
check "lldb, notes at multiples of 4: rip" 0x600000 0x600000 "$(in_lldb core.4)"
check "lldb, notes at multiples of 8: rip" 0x600000 "Unable to parse note segment" "$(in_lldb core.8)"
check "llvm-readelf, notes at multiples of 4: notes of a known and an unknown type" "3 and 0" "3 and 0" "$(notes llvm-readelf-14 -n core.4)"
check "llvm-readelf, notes at multiples of 8: notes of a known and an unknown type" "3 and 0" "2 and 13" "$(notes llvm-readelf-14 -n core.8)"
exit "$status"
