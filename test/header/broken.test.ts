/** Broken and hostile headers: an error with file, line and column, in bounded time. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CommandError } from "../../generator/command-error.js";
import { BrokenHeader } from "../../generator/header/broken.js";
import { findHeaders } from "../../generator/header/sources.js";
import { compare, edited, madeFiles, temporary, tree } from "./project.js";

/** The error for a header with that text: `line:column: message [rule]`, or empty. */
function complaint(text: string | Buffer, name = "checkpoint_hdr.h"): string {
  const directory = temporary();
  writeFileSync(join(directory, name), text);
  try {
    compare(join(directory, name), "v23-rc2", ["x86_32"]);
    return "";
  } catch (error) {
    if (!(error instanceof BrokenHeader)) throw error;
    const { file, line, column, message, suggestion, rule } = error.problem;
    expect(file).toBe(join(directory, name));
    return `${line}:${column}: ${message}${suggestion ? `: ${suggestion}` : ""} [${rule}]`;
  }
}

const CASES: readonly (readonly [what: string, text: string | Buffer, complaint: string])[] = [
  ["nothing", "", ""],
  [
    "a comment without end",
    "struct a {\n  __u32 x;\n};\n/* and so\non",
    "4:1: the comment has no end: close it with `*/` [unterminated]",
  ],
  [
    "a conditional without end",
    "#ifdef A\n#else\n",
    "1:1: the conditional has no end: close it with `#endif` [unterminated]",
  ],
  ["an #endif too many", "int x;\n  #endif\n", "2:3: `#endif` without `#if` [unmatched]"],
  ["two #else", "#if 0\n#else\n#else\n#endif", "3:1: `#else` after `#else` [unmatched]"],
  ["a struct without end", "struct a {\n\t__u32 x;\n", "1:10: `{` is never closed [not-c]"],
  ["a missing semicolon", "struct a {\n\t__u32 x\n\t__u32 y;\n};\n", "2:8: `;` is missing after this [not-c]"],
  [
    "garbage",
    "struct a {\n\t__u32 x;\n\t$$$ %% @@;\n};\n",
    "3:6: expected the name of a member, found `%`: if a word here is a macro of a header that is not read, define it: --define NAME=VALUE [unexpected]",
  ],
  [
    "prose",
    "Dear reader,\nthis is no header.\n",
    "1:1: the declaration that begins with `Dear` has no end: a `;` is missing [not-c]",
  ],
  ["a NUL", Buffer.from("struct a {\n\0"), "2:1: character 0 does not belong in a text: this is not a header [binary]"],
  [
    "an ELF file",
    Buffer.from("7f454c460201010000", "hex"),
    "1:1: character 127 does not belong in a text: this is not a header [binary]",
  ],
  [
    "bytes that are no UTF-8",
    Buffer.from([0x73, 0x74, 0xff, 0xfe, 0x3b]),
    "1:3: this is not C: `\ufffd\ufffd` [not-c]",
  ],
  [
    "a bit field",
    "struct a {\n\t__u32 x : 3;\n};\n",
    "2:10: a bit field is not allowed in an image: compilers and byte orders arrange its bits differently: declare an integer and name the bits with an enumeration [bitfield]",
  ],
  [
    "an unknown type",
    "struct a {\n\t__u23 x;\n};\n",
    "2:2: the width of `__u23` is not known: did you mean `__u32`? [unknown-type]",
  ],
  [
    "an unknown struct",
    "struct a {\n\tstruct ckpt_hrd h;\n\tint x;\n};\nstruct b { struct nowhere_to_be_seen n; };",
    "2:18: struct ckpt_hrd is neither in the headers nor in the schema: use a type of a fixed width such as `__u32` [unknown-type]",
  ],
  [
    "a length without value",
    "struct a {\n\t__u8 x[NOBODY_KNOWS];\n};\n",
    "2:9: `NOBODY_KNOWS` has no value [no-constant]",
  ],
  ["a negative length", "struct a {\n\t__u8 x[1 - 2];\n};\n", "2:9: the length of the array is -1 [bad-length]"],
  ["a division by zero", "enum {\n\tA = 1 / 0,\n};\n", "2:6: a division by zero has no result [no-constant]"],
  ["a shift too far", "enum { A = 1 << 40 };", "1:12: a shift by 40 bits has no result [no-constant]"],
  [
    "a number too big",
    "enum { A = 99999999999999999999 };",
    "1:12: the number does not fit into 64 bits [no-constant]",
  ],
  [
    "two structs of a name",
    "struct a { int x; };\nstruct a { int y; };\n",
    /* */ "2:8: struct a is defined twice: here and at @:1 [duplicate-name]",
  ],
  ["two members of a name", "struct a { int x;\n int x; };\n", "2:6: two members are called `x` [duplicate-name]"],
  [
    "two enumerators of a name",
    "enum { A };\nenum { A };\n",
    "2:8: A is defined twice: here and at @:1 [duplicate-name]",
  ],
  [
    "a struct in itself",
    "struct a { struct b x; };\nstruct b {\n struct a y; };\n",
    "3:11: struct a contains itself: a > b > a [endless-struct]",
  ],
  [
    "an unknown directive",
    "#defien X 1\n",
    "1:1: unknown directive `#defien`: did you mean `define`? [unknown-directive]",
  ],
  ["a define without a name", "#define 3\n", "1:1: `#define` without a name [bad-define]"],
  [
    "an include without a file",
    "\n#include NAME\n",
    '2:1: `#include` without a file: write `<name>` or `"name"` [bad-include]',
  ],
  [
    "a conditional without sense",
    "#if (1 +\n#endif\n",
    "1:4: cannot decide the conditional: it is not an expression: correct it, or define its macros: --define NAME=VALUE, --undefine NAME [bad-condition]",
  ],
  [
    "a macro with arguments in a conditional",
    "#if LINUX_VERSION_CODE < KERNEL_VERSION(2, 6, 33)\n#endif\n",
    "1:26: cannot decide the conditional: `KERNEL_VERSION(2, 6, 33)` is not a constant: correct it, or define its macros: --define NAME=VALUE, --undefine NAME [bad-condition]",
  ],
  [
    "#pragma pack",
    "#pragma pack(1)\n",
    "1:1: `#pragma pack` changes layouts: write `__attribute__((packed))` at the struct [unsupported]",
  ],
  [
    "an alignment that is none",
    "struct a { int x; } __attribute__((aligned(3)));",
    "1:44: 3 is not a valid alignment: expected a power of two up to 2^28 [unsupported]",
  ],
  [
    "an alignment without a number",
    "struct a { int x; } __attribute__((aligned));",
    "1:36: `aligned` without a number depends on the architecture [unsupported]",
  ],
  [
    "a vector",
    "struct a { int x __attribute__((vector_size(16))); };",
    "1:33: the attribute `vector_size` is not understood [unsupported]",
  ],
];

describe("says what is wrong and where", () => {
  test.each(CASES)("%s", (_, text, expected) => {
    const said = complaint(text).replace(/at \S+checkpoint_hdr\.h:/, "at @:");
    expect(said).toBe(expected);
  });

  test("with the line and a caret", () => {
    const directory = temporary();
    writeFileSync(join(directory, "checkpoint_hdr.h"), "struct a {\n\t__u32 x : 3;\n};\n");
    expect(() => compare(directory, "v23-rc2", ["x86_32"])).toThrow(/\n {2}2 \| \t__u32 x : 3;\n {4}\| \t {8}\^$/);
  });

  test("within an include, in the file that it is in", () => {
    const files = edited(madeFiles("v23-rc2"), "include/asm-x86/checkpoint_hdr.h", "\t__u64 vdso;", "\t__u64 vdso :2;");
    const root = tree(files);
    const message = (() => {
      try {
        return String(compare(root, "v23-rc2"));
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message).toMatch(/include\/asm-x86\/checkpoint_hdr\.h:\d+:13: a bit field/);
  });
});

describe("ends in time", () => {
  const cases: readonly (readonly [what: string, text: () => string | Buffer, complaint: RegExp])[] = [
    ["a huge file", () => "x".repeat(3 << 20), /^1:1: the file has 3145728 characters, which is too long for a header/],
    [
      "a file that is larger than a header by far",
      () => Buffer.alloc(40 << 20, "/"),
      /^1:1: the file has 41943040 bytes/,
    ],
    ["deep structs", () => "struct {".repeat(100_000), /^1:520: more than 64 brackets are open at a time/],
    ["deep parentheses", () => `enum { A = ${"(".repeat(50_000)}`, /^1:75: more than 64 brackets/],
    ["deep conditionals", () => "#if 1\n".repeat(50_000), /^65:1: more than 64 conditionals are open at a time/],
    ["a long chain of operators", () => `enum { A = ${"1+".repeat(100_000)}1 };`, /^$/],
    ["signs without end", () => `enum { A = ${"~ ".repeat(100_000)}1 };`, /the expression is nested too deeply/],
    [
      "macros that double",
      () =>
        `${Array.from({ length: 60 }, (_, i) => `#define M${i} (M${i + 1} + M${i + 1})\n`).join("")}#define M60 1\n#if M0\n#endif\n`,
      /the expansion of `M\d+` is too long or too deep/,
    ],
    [
      "defines that double",
      () =>
        `${Array.from({ length: 60 }, (_, i) => `#define M${i} (M${i + 1} + M${i + 1})\n`).join("")}#define M60 1\n`,
      /^$/,
    ],
    [
      "macros in a circle, which C takes for names without a value",
      () => "#define A B\n#define B A\n#if A\n#endif\n",
      /^$/,
    ],
    [
      "unclosed brackets and garbage",
      () => "struct a { int x[ ) } ; enum = , ".repeat(5_000),
      /^1:19: expected an expression, found `\)` \[unexpected\]$/,
    ],
    ["many structs", () => Array.from({ length: 20_000 }, (_, i) => `struct s${i} { __u32 a; };\n`).join(""), /^$/],
    ["many defines", () => Array.from({ length: 20_000 }, (_, i) => `#define D${i} ${i}\n`).join(""), /^$/],
    [
      "one long line of members",
      () => `struct a { __u32 ${Array.from({ length: 50_000 }, (_, i) => `m${i}`).join(", ")}; };`,
      /^$/,
    ],
    [
      "a long chain of embedded structs",
      () =>
        Array.from({ length: 5_000 }, (_, i) => `struct s${i} { struct s${i + 1} a; };\n`).join("") +
        "struct s5000 { int x; };",
      /structs are nested too deeply/,
    ],
  ];
  test.each(cases)("%s", (_, text, expected) => {
    expect(complaint(text())).toMatch(expected);
  });

  test("headers that include each other", () => {
    const root = tree(
      new Map([
        ["linux/checkpoint_hdr.h", '#include "ckpt_a.h"\n#include "ckpt_a.h"\n'],
        ["linux/ckpt_a.h", 'int a;\n#include "ckpt_b.h"\n#include "ckpt_b.h"\n'],
        ["linux/ckpt_b.h", '#include "ckpt_a.h"\n#include "ckpt_a.h"\n'],
      ]),
    );
    expect(() => compare(root, "v23-rc2", ["x86_32"])).toThrow(/linux\/ckpt_\w\.h:\d:1: .*includes itself without end/);
  });

  test("a header that doubles with every include", () => {
    const files = new Map([["linux/checkpoint_hdr.h", '#include "ckpt_0.h"\n']]);
    for (let i = 0; i < 14; i++) files.set(`linux/ckpt_${i}.h`, `${`#include "ckpt_${i + 1}.h"\n`.repeat(20)}int x;\n`);
    files.set("linux/ckpt_14.h", "int x;\n".repeat(1000));
    expect(() => compare(tree(files), "v23-rc2", ["x86_32"])).toThrow(/includes are nested too deeply/);
  });
});

test("any damage to a good header leads to a comparison or to an error with a place", () => {
  const files = madeFiles("v21");
  const path = "include/linux/checkpoint_hdr.h";
  const text = files.get(path) as string;
  const directory = temporary();
  const damage = fc.record({
    at: fc.nat(text.length),
    remove: fc.nat(40),
    insert: fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom("{", "}", "/*", "*/", "#if", "#endif\n", "\n#else\n", '"', "'", ";", ",", "[0]", "\0", "\\\n"),
    ),
  });
  fc.assert(
    fc.property(damage, ({ at, remove, insert }) => {
      writeFileSync(join(directory, "checkpoint_hdr.h"), text.slice(0, at) + insert + text.slice(at + remove));
      try {
        compare(directory, "v21", ["s390x"]);
      } catch (error) {
        if (!(error instanceof BrokenHeader)) throw error;
        expect(error.problem.line).toBeGreaterThan(0);
        expect(error.problem.column).toBeGreaterThan(0);
      }
    }),
    { numRuns: 150 },
  );
});

describe("nothing to read", () => {
  test("a path that does not exist", () => {
    expect(() => findHeaders(["/does/not/exist"])).toThrow(
      new CommandError("no-headers", "/does/not/exist does not exist"),
    );
  });

  test("a directory without headers", () => {
    const directory = temporary();
    expect(() => findHeaders([directory])).toThrow(
      /has no checkpoint headers: looked for include\/linux\/checkpoint_hdr.h/,
    );
  });
});
