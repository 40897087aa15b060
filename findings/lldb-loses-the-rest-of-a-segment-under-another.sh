#!/usr/bin/env bash
# A segment of a core inside another one: gdb 13.1 reads from the first program header that contains an address. lldb 14 says that the core does not
# contain the addresses after the inner segment, although the outer one has them; with two that begin at the same address it depends on their order.
# Kernels write no such cores.
# Needs root on Debian 12, or the two packages. Ends with 1 when a debugger behaves otherwise, with 2 when something is missing.
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
need gdb=13.1-3 lldb-14=1:14.0.6-12
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# Cores of x86-64: three pages of 0xaa at 0x600000, and one page of 0xbb inside them.
python3 - <<'PY'
import struct
def note(name, kind, contents):
    name += b"\0"
    pad = lambda b: b.ljust(-(-len(b) // 4) * 4, b"\0")
    return struct.pack("<III", len(name), len(contents), kind) + pad(name) + pad(contents)
def thread(pid, signal=0):
    status = bytearray(336)
    struct.pack_into("<i", status, 0, signal)                   # pr_info.si_signo
    struct.pack_into("<h", status, 12, signal)                  # pr_cursig
    struct.pack_into("<i", status, 32, pid)                     # pr_pid
    struct.pack_into("<Q", status, 112 + 16 * 8, 0x600000)      # rip
    return note(b"CORE", 1, bytes(status))
def core(path, notes, segments):
    at = 64 + 56 * (len(segments) + 1)
    out = b"\x7fELF\2\1\1\3" + bytes(8) + struct.pack("<HHIQQQIHHHHHH", 4, 62, 1, 0, 64, 0, 0, 64, 56, len(segments) + 1, 0, 0, 0)
    out += struct.pack("<IIQQQQQQ", 4, 0, at, 0, 0, len(notes), 0, 4)
    end = 4096
    for address, contents in segments:
        out += struct.pack("<IIQQQQQQ", 1, 5, end, address, 0, len(contents), len(contents), 4096)
        end += len(contents)
    open(path, "wb").write((out + notes).ljust(4096, b"\0") + b"".join(contents for _, contents in segments))
outer = (0x600000, b"\xaa" * 12288)
core("middle", thread(1), [outer, (0x601000, b"\xbb" * 4096)])
core("start", thread(1), [outer, (0x600000, b"\xbb" * 4096)])
core("start-first", thread(1), [(0x600000, b"\xbb" * 4096), outer])
PY

gdb --version | head -1
lldb-14 --version
status=0
check() { # what, what one expects, what was found, what is seen now
  local verdict=
  [ "$4" = "$3" ] || { verdict="  (this has changed, it was: $3)"; status=1; }
  printf '%s\n  expected: %s\n  seen:     %s%s\n' "$1" "$2" "$4" "$verdict"
}
in_gdb() { gdb -nx -batch -ex "core-file $1" -ex "x/1xb $2" 2>&1 | tail -1 | cut -f 2; }
in_lldb() { printf 'memory read -c 1 %s\nquit\n' "$2" | lldb-14 --no-lldbinit -c "$1" 2>&1 | sed -n 's/^error: //p; s/^0x[0-9a-f]*: \(..\).*/0x\1/p'; }
for core in middle start; do
  check "gdb, inner one at the $core of the outer one: first page" 0xaa 0xaa "$(in_gdb $core 0x600000)"
  check "gdb, inner one at the $core of the outer one: last page" 0xaa 0xaa "$(in_gdb $core 0x602000)"
  check "lldb, inner one at the $core of the outer one: first page" 0xaa 0xaa "$(in_lldb $core 0x600000)"
  check "lldb, inner one at the $core of the outer one: last page" 0xaa "core file does not contain 0x602000" "$(in_lldb $core 0x602000)"
done
check "lldb, as the last, but the inner one first" 0xaa 0xaa "$(in_lldb start-first 0x602000)"
exit "$status"
