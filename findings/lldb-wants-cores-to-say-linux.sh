#!/usr/bin/env bash
# lldb 14 refuses an x86-64 core as the kernel writes it ("Unsupported OS") when no note in it is owned by LINUX and no path of NT_FILE tells the
# system: e_ident[EI_OSABI] is 0 in cores of kernels. With 3 (ELFOSABI_LINUX) it takes the same core. gdb 13.1 takes both.
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

# The same core twice: one thread, one page at 0x600000, and the byte for the system.
python3 - <<'PY'
import struct
status = bytearray(336)
struct.pack_into("<i", status, 32, 1)                       # pr_pid
struct.pack_into("<Q", status, 112 + 16 * 8, 0x600000)      # rip
note = struct.pack("<III", 5, len(status), 1) + b"CORE\0\0\0\0" + bytes(status)
for system in 0, 3:
    out = b"\x7fELF\2\1\1" + bytes([system]) + bytes(8) + struct.pack("<HHIQQQIHHHHHH", 4, 62, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    out += struct.pack("<IIQQQQQQ", 4, 0, 64 + 2 * 56, 0, 0, len(note), 0, 0)
    out += struct.pack("<IIQQQQQQ", 1, 5, 4096, 0x600000, 0, 4096, 4096, 4096)
    open(f"core.{system}", "wb").write((out + note).ljust(4096, b"\0") + b"\x5a" * 4096)
PY

gdb --version | head -1
lldb-14 --version
status=0
check() { # what, expected, seen
  local verdict=ok
  [[ $3 == *"$2"* ]] || { verdict="CHANGED"; status=1; }
  printf '%s\n  expected: %s\n  seen:     %s\n  %s\n' "$1" "$2" "$3" "$verdict"
}
in_gdb() { gdb -nx -batch -ex "core-file $1" -ex 'print/x $rip' 2>&1 | tail -1; }
in_lldb() { printf 'register read rip\nquit\n' | lldb-14 --no-lldbinit -c "$1" 2>&1 | grep -a "^error: \|rip = " | head -1; }
check "lldb, EI_OSABI 0" "Unsupported OS" "$(in_lldb core.0)"
check "lldb, EI_OSABI 3" "rip = 0x0000000000600000" "$(in_lldb core.3)"
check "gdb, EI_OSABI 0" "0x600000" "$(in_gdb core.0)"
check "gdb, EI_OSABI 3" "0x600000" "$(in_gdb core.3)"
exit "$status"
