#!/usr/bin/env bash
# CRIU images have paths as protobuf strings, and Linux allows any bytes in a path. crit of CRIU 3.17.1 on python3-protobuf 3.21.12 writes a path that is
# not UTF-8 as Python shows bytes, `b'...'` with backslashes, and takes that for the path when it encodes: decode and encode, both with status 0, give
# an image with another path. What looks like b'...' in the text may as well be a real path.
# Needs root on Debian 12, or the packages. Ends with 1 when crit behaves otherwise, with 2 when something is missing.
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
need criu=3.17.1-2+deb12u2 python3-protobuf=3.21.12-3+deb12u1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# An image of regular files as CRIU writes it, with one file each.
python3 - <<'PY'
import struct
field = lambda number, value: bytes([number << 3, value])
text = lambda number, value: bytes([number << 3 | 2, len(value)]) + value
owner = b"".join(field(number, 0) for number in range(1, 6))
for name, path in ("ascii", b"/tmp/a"), ("utf8", "/tmp/ü".encode()), ("latin1", b"/tmp/\xfc"):
    entry = field(1, 7) + field(2, 0) + field(3, 0) + text(5, owner) + text(6, path)
    open(f"{name}.img", "wb").write(struct.pack("<III", 0x54564319, 0x50363636, len(entry)) + entry)
PY

echo "crit of CRIU $(dpkg-query -W -f '${Version}' criu), python3-protobuf $(dpkg-query -W -f '${Version}' python3-protobuf)"
status=0
check() { # what, what one expects, what was found, what is seen now
  local verdict=
  [ "$4" = "$3" ] || { verdict="  (this has changed, it was: $3)"; status=1; }
  printf '%s\n  expected: %s\n  seen:     %s%s\n' "$1" "$2" "$4" "$verdict"
}
path() { # name of an image: its path in the text, status of decode and encode, whether the image is as before
  local decoded=0 encoded=0 same=same
  crit decode -i "$1.img" -o "$1.json" 2> messages || decoded=$?
  crit encode -i "$1.json" -o "$1.again" 2>> messages || encoded=$?
  cmp -s "$1.img" "$1.again" || same="another path"
  echo "$(python3 -c 'import json, sys; print(ascii(json.load(open(sys.argv[1]))["entries"][0]["name"]))' "$1.json") $decoded $encoded $same"
}
check "path in ASCII: text, status of decode and of encode, image afterwards" "'/tmp/a' 0 0 same" "'/tmp/a' 0 0 same" "$(path ascii)"
check "path in UTF-8" "'/tmp/\\xfc' 0 0 same" "'/tmp/\\xfc' 0 0 same" "$(path utf8)"
check "path in Latin-1" "anything that comes back the same, or an error" "\"b'/tmp/\\\\xfc'\" 0 0 another path" "$(path latin1)"
exit "$status"
