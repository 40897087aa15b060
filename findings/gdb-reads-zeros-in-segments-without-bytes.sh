#!/usr/bin/env bash
# gdb 13.1 shows zeros for addresses in a program header that has no bytes in the core (p_filesz 0), although NT_FILE names a file for them
# that is missing; without the header it says that it cannot access the memory. lldb 14 refuses the addresses either way.
# Needs root on Debian 12, or the two packages. Ends with 1 when a debugger behaves otherwise.
set -euo pipefail
GDB=13.1-3 LLDB=1:14.0.6-12
installed() { [ "$(dpkg-query -W -f '${Version}' "$1" 2>/dev/null)" = "$2" ]; }
if ! installed gdb "$GDB" || ! installed lldb-14 "$LLDB"; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "gdb=$GDB" "lldb-14=$LLDB" >/dev/null
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export LC_ALL=C DEBUGINFOD_URLS=

# Two cores of x86-64: one thread, a file mapping at 0x400000 whose file is missing, a page with bytes at 0x600000.
python3 - <<'PY'
import struct
def note(name, kind, contents):
    name += b"\0"
    pad = lambda b: b.ljust(-(-len(b) // 4) * 4, b"\0")
    return struct.pack("<III", len(name), len(contents), kind) + pad(name) + pad(contents)
status = bytearray(336)
struct.pack_into("<i", status, 32, 1)                       # pr_pid
struct.pack_into("<Q", status, 112 + 16 * 8, 0x600000)      # rip
files = struct.pack("<QQQQQ", 1, 4096, 0x400000, 0x401000, 0) + b"/nowhere/program\0"
notes = note(b"CORE", 1, bytes(status)) + note(b"CORE", 0x46494c45, files)
for name, segments in ("with", [(0x400000, 0), (0x600000, 4096)]), ("without", [(0x600000, 4096)]):
    at = 64 + 56 * (len(segments) + 1)
    out = b"\x7fELF\2\1\1\3" + bytes(8) + struct.pack("<HHIQQQIHHHHHH", 4, 62, 1, 0, 64, 0, 0, 64, 56, len(segments) + 1, 0, 0, 0)
    out += struct.pack("<IIQQQQQQ", 4, 0, at, 0, 0, len(notes), 0, 0)
    for address, size in segments:
        out += struct.pack("<IIQQQQQQ", 1, 5, 4096, address, 0, size, 4096, 4096)
    open(name, "wb").write((out + notes).ljust(4096, b"\0") + b"\x5a" * 4096)
PY

gdb --version | head -1
lldb-14 --version
status=0
check() { # what, expected, seen
  local verdict=ok
  [[ $3 == *"$2"* ]] || { verdict="CHANGED"; status=1; }
  printf '%s\n  expected: %s\n  seen:     %s\n  %s\n' "$1" "$2" "$3" "$verdict"
}
in_gdb() { gdb -nx -batch -ex "core-file $1" -ex "x/2xw 0x400000" 2>&1 | tail -1; }
in_lldb() { printf 'memory read 0x400000\nquit\n' | lldb-14 --no-lldbinit -c "$1" 2>&1 | grep -a '^error: \|^0x' | tail -1; }
check "gdb, with a header" $'0x400000:\t0x00000000\t0x00000000' "$(in_gdb with)"
check "gdb, without one" "Cannot access memory at address 0x400000" "$(in_gdb without)"
check "lldb, with a header" "error: " "$(in_lldb with)"
check "lldb, without one" "error: core file does not contain 0x400000" "$(in_lldb without)"
exit "$status"
