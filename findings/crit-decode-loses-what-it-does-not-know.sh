#!/usr/bin/env bash
# What crit of CRIU 3.17.1 does not know in an image, such as a newer CRIU writes it, is lost in its text, with status 0 and without a message. A type of
# file that it does not know leaves an entry without a type: decode drops the required field, and only encode refuses the text. A field that it does
# not know is dropped, and encode accepts the text: the image comes back shorter.
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

# Images of file descriptors (id 1, flags 2, type 3, fd 4), with one entry each.
python3 - <<'PY'
import struct
field = lambda number, value: bytes([number << 3, value])
entries = {
    "known": field(1, 7) + field(2, 0) + field(3, 1) + field(4, 5),
    "type": field(1, 7) + field(2, 0) + field(3, 99) + field(4, 5),
    "field": field(1, 7) + field(2, 0) + field(3, 1) + field(4, 5) + field(15, 6),
}
for name, entry in entries.items():
    open(f"{name}.img", "wb").write(struct.pack("<III", 0x54564319, 0x56213732, len(entry)) + entry)
PY

echo "crit of CRIU $(dpkg-query -W -f '${Version}' criu), python3-protobuf $(dpkg-query -W -f '${Version}' python3-protobuf)"
status=0
check() { # what, what one expects, what was found, what is seen now
  local verdict=
  [ "$4" = "$3" ] || { verdict="  (this has changed, it was: $3)"; status=1; }
  printf '%s\n  expected: %s\n  seen:     %s%s\n' "$1" "$2" "$4" "$verdict"
}
text() { # name of an image: keys of its entry, status of decode, whether there was a message
  local code=0
  crit decode -i "$1.img" -o "$1.json" 2> messages || code=$?
  echo "$(python3 -c 'import json, sys; print(*json.load(open(sys.argv[1]))["entries"][0])' "$1.json"), status $code, $(wc -l < messages) messages"
}
back() { # name of a text: status of encode, the bytes of the image before and afterwards
  local code=0
  crit encode -i "$1.json" -o "$1.again" 2> messages || code=$?
  [ "$code" = 0 ] && echo "status 0, $(stat -c %s "$1.img") bytes, $(stat -c %s "$1.again") bytes" || echo "status $code, $(tail -1 messages | sed 's/.*: //')"
}
check "decode, all known" "id flags type fd, status 0, 0 messages" "id flags type fd, status 0, 0 messages" "$(text known)"
check "encode, all known" "status 0, 20 bytes, 20 bytes" "status 0, 20 bytes, 20 bytes" "$(back known)"
check "decode, type 99" "id flags type fd, or an error" "id flags fd, status 0, 0 messages" "$(text type)"
check "encode, type 99" "status 0, 20 bytes, 20 bytes" "status 1, type" "$(back type)"
check "decode, further field 15" "id flags type fd and the field, or a message" "id flags type fd, status 0, 0 messages" "$(text field)"
check "encode, further field 15" "status 0, 22 bytes, 22 bytes" "status 0, 22 bytes, 20 bytes" "$(back field)"
exit "$status"
