#!/usr/bin/env bash
# Kaitai Struct 0.11.0 compiles the fields a_1 and a1 of a type, which are distinct names, to one property a1 in JavaScript, without an error or a
# warning: the second value overwrites the first. In Python they are two attributes. The class in Java has two methods a1(), so javac refuses it.
# Needs Node and npm with a registry. Ends with 1 when the compiler behaves otherwise, with 2 when something is missing.
set -euo pipefail
VERSION=0.11.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > npm.log
npm install --no-save --ignore-scripts --loglevel=error "kaitai-struct-compiler@$VERSION" "kaitai-struct@$VERSION" >> npm.log || { cat npm.log; exit 2; }

cat > look.cjs <<'JS'
const compiler = require("kaitai-struct-compiler");
const KaitaiStream = require("kaitai-struct/KaitaiStream");
const seq = [{ id: "a_1", type: "u1" }, { id: "a1", type: "u1" }, { id: "b_1", type: "u1" }];
const spec = { meta: { id: "bytes" }, seq };

async function look(language) {
  return Object.values(await compiler.compile(language, spec, null, false))[0];
}

async function main() {
  const exported = {};
  new Function("exports", "require", "module", "define", await look("javascript"))(exported, require, undefined, undefined);
  const read = new exported.Bytes(new KaitaiStream(new Uint8Array([1, 2, 3]).buffer));
  const values = Object.keys(read).filter((key) => !key.startsWith("_")).map((key) => `${key}=${read[key]}`).join(" ");
  const python = (await look("python")).match(/self\.\w+ = self\._io\.read_u1/g).map((line) => line.slice(5).split(" ")[0]).join(" ");
  const java = (await look("java")).match(/public int \w+\(\)/g).map((line) => line.slice(11)).join(" ");
  const checks = [
    ["JavaScript, bytes 1 2 3 read", "an error of the compiler, or three values", "a1=2 b1=3", values],
    ["Python, attributes", "a_1 a1 b_1", "a_1 a1 b_1", python],
    ["Java, methods", "an error of the compiler, or three names", "a1() a1() b1()", java],
  ];
  for (const [what, expected, before, seen] of checks) {
    const changed = seen !== before;
    console.log(`${what}\n  expected: ${expected}\n  seen:     ${seen}${changed ? `  (this has changed, it was: ${before})` : ""}`);
    if (changed) process.exitCode = 1;
  }
}
main().catch((error) => {
  console.log(`this has changed: ${error.message ?? error}`);
  process.exitCode = 1;
});
JS
echo "kaitai-struct-compiler $VERSION, Node $(node --version)"
node look.cjs
