#!/usr/bin/env bash
# An x86-64 core has the SSE registers twice, in NT_FPREGSET and in NT_X86_XSTATE. gdb 13.1 takes them from NT_X86_XSTATE only, and its header decides:
# with XSTATE_BV 0 (all in the initial state) they are 0, and with an XCR0 of 0 at byte 464, which the instruction xsave never writes, there is no ymm0.
# lldb 14 takes them from NT_FPREGSET, and shows no ymm register of these cores. So the two debuggers show different registers of the same core.
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

# Cores of x86-64. xmm0 is 0x77 in its lowest byte, the upper half of ymm0 is 0x88 in its lowest byte.
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
legacy = bytearray(512)
struct.pack_into("<H", legacy, 0, 0x37f)        # control word
struct.pack_into("<I", legacy, 24, 0x1f80)      # mxcsr
legacy[160] = 0x77                              # xmm0
def extended(present, enabled):
    area = bytearray(832)
    area[:512] = legacy
    struct.pack_into("<Q", area, 464, enabled)  # XCR0, a field of software
    struct.pack_into("<Q", area, 512, present)  # XSTATE_BV
    area[576] = 0x88
    return note(b"LINUX", 0x202, bytes(area))
both = thread(1) + note(b"CORE", 2, bytes(legacy))
page = [(0x600000, b"\x5a" * 4096)]
core("fpregset", both, page)
core("full", both + extended(7, 7), page)
core("initial", both + extended(0, 7), page)
core("hardware", both + extended(7, 0), page)
PY

gdb --version | head -1
lldb-14 --version
status=0
check() { # what, what one expects, what was found, what is seen now
  local verdict=
  [ "$4" = "$3" ] || { verdict="  (this has changed, it was: $3)"; status=1; }
  printf '%s\n  expected: %s\n  seen:     %s%s\n' "$1" "$2" "$4" "$verdict"
}
in_gdb() {
  gdb -nx -batch -ex "core-file $1" -ex 'print/x (unsigned char) $xmm0.v16_int8[0]' -ex 'print/x (unsigned char) $ymm0.v32_int8[16]' 2>&1 |
    tail -2 | sed 's/^\$. = //; s/^Attempt .*/no ymm0/' | paste -sd ' '
}
in_lldb() {
  printf 'register read xmm0 ymm0\nquit\n' | lldb-14 --no-lldbinit -c "$1" 2>&1 |
    sed -n 's/^ *xmm0 = {\(0x..\).*/\1/p; s/^ *ymm0 *= error: unavailable/no ymm0/p' | paste -sd ' '
}
check "gdb, NT_FPREGSET alone" "0x77 no ymm0" "0x77 no ymm0" "$(in_gdb fpregset)"
check "gdb, with NT_X86_XSTATE" "0x77 0x88" "0x77 0x88" "$(in_gdb full)"
check "gdb, XSTATE_BV 0" "0x77 0x0" "0x0 0x0" "$(in_gdb initial)"
check "gdb, XCR0 0" "0x77 0x88" "0x77 no ymm0" "$(in_gdb hardware)"
check "lldb, with NT_X86_XSTATE" "0x77 0x88" "0x77 no ymm0" "$(in_lldb full)"
check "lldb, XSTATE_BV 0" "0x77 0x0" "0x77 no ymm0" "$(in_lldb initial)"
exit "$status"
