#!/usr/bin/env bash
# gdb 13.1 takes the signal that ended the process from the last NT_PRSTATUS of an x86-64 core, and shows the first thread. So it names no signal
# for a core in which only the first thread has one, and it can show a thread next to the signal of another. lldb 14 gives each thread its own.
# Kernels write the same signal into all threads; a program that writes cores has to do so too.
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

# Cores of x86-64 with two threads, 100 and 101; each has the signal that the name of the file gives.
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
for first, second in (11, 0), (0, 11), (11, 5):
    core(f"{first}.{second}", thread(100, first) + thread(101, second), [(0x600000, b"\x5a" * 4096)])
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
  gdb -nx -batch -ex "core-file $1" 2>&1 |
    sed -n 's/^Program terminated with signal \([A-Z]*\),.*/\1/p; s/^\[Current thread is 1 (LWP \([0-9]*\)).*/shows thread \1/p' | paste -sd ' '
}
in_lldb() {
  printf 'thread list\nquit\n' | lldb-14 --no-lldbinit -c "$1" 2>&1 |
    sed -n 's/^[* ] thread #.* tid = \([0-9]*\),.* signal \(.*\)$/\1: \2/p' | paste -sd ' '
}
check "gdb, thread 100 with SIGSEGV, 101 without a signal" "SIGSEGV shows thread 100" "shows thread 100" "$(in_gdb 11.0)"
check "gdb, thread 100 without a signal, 101 with SIGSEGV" "SIGSEGV shows thread 101" "SIGSEGV shows thread 100" "$(in_gdb 0.11)"
check "gdb, thread 100 with SIGSEGV, 101 with SIGTRAP" "SIGSEGV shows thread 100" "SIGTRAP shows thread 100" "$(in_gdb 11.5)"
check "lldb, thread 100 with SIGSEGV, 101 without a signal" "100: SIGSEGV 101: 0" "100: SIGSEGV 101: 0" "$(in_lldb 11.0)"
check "lldb, thread 100 with SIGSEGV, 101 with SIGTRAP" "100: SIGSEGV 101: SIGTRAP" "100: SIGSEGV 101: SIGTRAP" "$(in_lldb 11.5)"
exit "$status"
