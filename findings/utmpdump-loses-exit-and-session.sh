#!/usr/bin/env bash
# utmpdump 2.38.1 writes login records as text and reads them back. Its text has no ut_exit and no ut_session: what `utmpdump | utmpdump -r` writes has
# the right size and 0 in them, with status 0. A ut_id of less than four characters comes back filled with spaces, which is another id.
# Needs root on Debian 12, or the package. Ends with 1 when utmpdump behaves otherwise, with 2 when something is missing.
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
need util-linux=2.38.1-5+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# A session that has ended (DEAD_PROCESS), in the record of x86-64.
python3 - <<'PY'
import struct
record = struct.pack("<hxxi32s4s32s256shhiii4I20x", 8, 1234, b"pts/0", b"7", b"user", b"host", 9, 3, 77, 1700000000, 123456, 0, 0, 0, 0)
open("before", "wb").write(record)
PY

utmpdump --version
status=0
check() { # what, what one expects, what was found, what is seen now
  local verdict=
  [ "$4" = "$3" ] || { verdict="  (this has changed, it was: $3)"; status=1; }
  printf '%s\n  expected: %s\n  seen:     %s%s\n' "$1" "$2" "$4" "$verdict"
}
show() {
  python3 - "$1" <<'PY'
import struct, sys
record = struct.unpack("<hxxi32s4s32s256shhiii4I20x", open(sys.argv[1], "rb").read())
print(f"id {record[3].hex()} exit {record[6]} {record[7]} session {record[8]} time {record[9]}.{record[10]}")
PY
}
utmpdump before > text 2> messages && utmpdump -r text > after 2>> messages || exit 2
check "before" "id 37000000 exit 9 3 session 77 time 1700000000.123456" "id 37000000 exit 9 3 session 77 time 1700000000.123456" "$(show before)"
check "after" "id 37000000 exit 9 3 session 77 time 1700000000.123456" "id 37202020 exit 0 0 session 0 time 1700000000.123456" "$(show after)"
exit "$status"
