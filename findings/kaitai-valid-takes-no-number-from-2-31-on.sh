#!/usr/bin/env bash
# The JavaScript build of the Kaitai Struct compiler 0.11.0, which is the one on npm, refuses `valid: 2147483648` and every larger number: "expected
# string or map, got 2147483648 (class java.lang.Float)". It takes 2147483647, and the same large number as a text, under `max` or in `any-of`.
# So a magic number with its highest bit set cannot be required the way that smaller ones are.
# Needs Node and npm with a registry. Ends with 1 when the compiler behaves otherwise, with 2 when something is missing.
set -euo pipefail
VERSION=0.11.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > npm.log
npm install --no-save --ignore-scripts --loglevel=error "kaitai-struct-compiler@$VERSION" >> npm.log || { cat npm.log; exit 2; }

cat > look.cjs <<'JS'
const compiler = require("kaitai-struct-compiler");

/** The condition of the generated reader, or the error of the compiler. */
async function look(valid) {
  const spec = { meta: { id: "head", endian: "le" }, seq: [{ id: "magic", type: "u4", valid }] };
  try {
    const [text] = Object.values(await compiler.compile("javascript", spec, null, false));
    return /if \((!\(this\.magic.*\))\) \{/.exec(text)?.[1] ?? "no condition";
  } catch (error) {
    return `error: ${/expected .*/.exec(String(error.message ?? error))?.[0] ?? error}`;
  }
}

async function main() {
  const checks = [
    ["valid: 2147483647", 2147483647, "!(this.magic == 2147483647)", "!(this.magic == 2147483647)"],
    ["valid: 2147483648", 2147483648, "!(this.magic == 2147483648)", "error: expected string or map, got 2147483648 (class java.lang.Float)"],
    ["valid: 4294967295", 4294967295, "!(this.magic == 4294967295)", "error: expected string or map, got 4294967295 (class java.lang.Double)"],
    ['valid: "4294967295"', "4294967295", "!(this.magic == 4294967295)", "!(this.magic == 4294967295)"],
    ["valid: { max: 4294967295 }", { max: 4294967295 }, "!(this.magic <= 4294967295)", "!(this.magic <= 4294967295)"],
  ];
  for (const [what, valid, expected, before] of checks) {
    const seen = await look(valid);
    const changed = seen !== before;
    console.log(`${what}\n  expected: ${expected}\n  seen:     ${seen}${changed ? `  (this has changed, it was: ${before})` : ""}`);
    if (changed) process.exitCode = 1;
  }
}
main();
JS
echo "kaitai-struct-compiler $VERSION, Node $(node --version)"
node look.cjs
