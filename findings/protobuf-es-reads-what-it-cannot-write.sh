#!/usr/bin/env bash
# A proto2 message without a required field: protobuf-es 2.17.0 reads it without an error, gives the field a value, and then refuses to write what it
# has read. A structuredClone of a message loses the default values of its optional fields, because they are on its prototype.
# Needs npm. Ends with 1 when it behaves otherwise, with 2 when something is missing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null && npm install --silent @bufbuild/protobuf@2.17.0 >/dev/null || exit 2

cat > run.mjs <<'JS'
import { create, createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FieldDescriptorProto_Label as Label, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";

const field = (name, number, label, more) => ({ name, number, label, type: Type.UINT32, ...more });
const file = create(FileDescriptorProtoSchema, {
  name: "task.proto",
  syntax: "proto2",
  messageType: [
    {
      name: "task",
      field: [field("pid", 1, Label.REQUIRED), field("state", 2, Label.OPTIONAL, { defaultValue: "7" })],
    },
  ],
});
const schema = createFileRegistry(file, () => undefined).getMessage("task");
const told = (work) => {
  try {
    return String(work());
  } catch (error) {
    return `error: ${error.message}`;
  }
};
const bytes = new Uint8Array([0x10, 0x03]); // state = 3, and no pid
console.log(told(() => fromBinary(schema, bytes).pid));
console.log(told(() => toBinary(schema, fromBinary(schema, bytes)).length));
console.log(told(() => create(schema, { pid: 1 }).state));
console.log(told(() => structuredClone(create(schema, { pid: 1 })).state));
JS
mapfile -t seen < <(node run.mjs)

echo "@bufbuild/protobuf $(node -p 'require("./node_modules/@bufbuild/protobuf/package.json").version')"
status=0
check() { # what, what one expects, what was found, what is seen now
  local verdict=
  [ "$4" = "$3" ] || { verdict="  (this has changed, it was: $3)"; status=1; }
  printf '%s\n  expected: %s\n  seen:     %s%s\n' "$1" "$2" "$4" "$verdict"
}
check "reading a message without its required field" "an error" "0" "${seen[0]}"
check "writing what was read" "2" "error: cannot encode field task.pid to binary: required field not set" "${seen[1]}"
check "the default value of an optional field" "7" "7" "${seen[2]}"
check "the same in a structuredClone" "7" "undefined" "${seen[3]}"
exit "$status"
