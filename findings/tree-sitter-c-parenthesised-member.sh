#!/usr/bin/env bash
# tree-sitter-c: `T (a);` in a struct declares a member `a` of the type `T`. The grammar reads `T (a)` as the use of a macro that stands for a
# type, and no member at all; nothing in the tree says that something is wrong. `int (a);` is read rightly. Other C11 that compilers accept is
# an error to it: a bit field without a name, an assertion among members.
#
# Runs alone: Node, npm with a registry, gcc. Nothing outside of a temporary folder is written.
# Exit: 0 as described, 1 something has changed, 2 the compiler does not accept the code or something is missing.
set -euo pipefail

GRAMMAR=0.24.1
RUNTIME=0.27.2

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > lost.c <<'C'
typedef int T;
struct s { int first; T (a); };
_Static_assert(sizeof(struct s) == 2 * sizeof(int), "two members");
C
cat > right.c <<'C'
struct s { int first; int (a); };
C
cat > nameless.c <<'C'
struct s { int first; int : 0; int a; };
C
cat > assertion.c <<'C'
struct s { int first; _Static_assert(1, ""); int a; };
C

for file in *.c; do
  gcc -std=c11 -pedantic-errors -Wno-unused -fsyntax-only "$file" || { echo "gcc refuses $file"; exit 2; }
done
echo "$(gcc --version | head -n 1): accepts all four as C11, and lost.c has two members"

npm init --yes > npm.log
npm install --no-save --ignore-scripts --loglevel=error "tree-sitter-c@$GRAMMAR" "web-tree-sitter@$RUNTIME" >> npm.log || { cat npm.log; exit 2; }

cat > look.mjs <<'JS'
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Language, Parser } from "web-tree-sitter";

await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(createRequire(import.meta.url).resolve("tree-sitter-c/tree-sitter-c.wasm")));

/** Whether the tree has an error, and the members of the struct. */
function look(file) {
  const { rootNode } = parser.parse(readFileSync(file, "utf8"));
  const [struct] = rootNode.descendantsOfType("struct_specifier").filter((node) => node.childForFieldName("body"));
  const members = struct?.childForFieldName("body").descendantsOfType("field_identifier").map((node) => node.text) ?? [];
  return `${rootNode.hasError ? "an error" : "no error"}, members: ${members.join(" ")}`;
}

const cases = [
  ["lost.c", "no error, members: first a", "no error, members: first"],
  ["right.c", "no error, members: first a", "no error, members: first a"],
  ["nameless.c", "no error, members: first a", undefined],
  ["assertion.c", "no error, members: first a", undefined],
];
let changed = false;
for (const [file, expected, seen] of cases) {
  const now = look(file);
  const asBefore = seen === undefined ? now.startsWith("an error") : now === seen;
  changed ||= !asBefore;
  console.log(`${file}: expected: ${expected}; seen: ${now}${asBefore ? "" : "  (this has changed)"}`);
}
process.exit(changed ? 1 : 0);
JS
echo "tree-sitter-c $GRAMMAR, web-tree-sitter $RUNTIME, Node $(node --version)"
node look.mjs
