/** Malicious headers: each yields an error with its place, after a bounded number of steps. */
import { stepsOf } from "../steps.js";

// Counting must begin before anything else is loaded.

import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { BrokenHeader } from "../../generator/header/broken.js";
import { available } from "../requirement.js";
import { compare, temporary } from "./project.js";

/** Most steps for any header of the permitted length; the real ones take a twentieth. */
const MOST_STEPS = 120_000_000;
const LENGTH = 1 << 21;

const many = (count: number, text: (i: number) => string) => Array.from({ length: count }, (_, i) => text(i)).join("");
/** The text repeated until the longest permitted header is full. */
const filled = (text: (i: number) => string, room = LENGTH) => many(Math.floor(room / (text(99_999).length + 1)), text);

interface Said {
  readonly text: string;
  readonly steps: number;
}

async function said(files: Readonly<Record<string, string | Buffer>>): Promise<Said> {
  const root = temporary();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  let text = "";
  const steps = await stepsOf(() => {
    try {
      compare(root, "v23-rc2", ["x86_32"]);
    } catch (error) {
      if (!(error instanceof BrokenHeader)) throw error;
      const { file, line, column, message, rule, source } = error.problem;
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect(message.length + source.length).toBeLessThan(3000);
      text = `${file.replace(`${root}/`, "")}:${line}:${column}: ${message} [${rule}]`;
    }
  });
  return { text, steps };
}

const HEADER = "linux/checkpoint_hdr.h";

const ONE_FILE: readonly (readonly [what: string, text: () => string, told: RegExp])[] = [
  ["quotes that do not end, each escaped", () => '\\"'.repeat(LENGTH / 2), /^1:1: this is not C/],
  [
    "apostrophes that do not end",
    () => `${"\\'".repeat(LENGTH / 4)}\n`.repeat(2).slice(0, LENGTH),
    /^1:1: this is not C/,
  ],
  [
    "a name without end",
    () => `struct ${"a".repeat(LENGTH - 20)} { int x; };`,
    /^1:8: a name of \d+ characters, more than 255: `a{40}…`/,
  ],
  ["a number without end", () => `enum { A = ${"1".repeat(LENGTH - 20)} };`, /^1:12: a number of \d+ characters/],
  ["a directive without end", () => `#${"x".repeat(LENGTH - 20)}`, /^1:1: unknown directive `#x{40}…`/],
  ["an error without end", () => `#error ${"x".repeat(LENGTH - 20)}`, /^1:1: the headers refuse x86_32: x{200} /],
  ["a text without end", () => `static char *a = "${"x".repeat(LENGTH - 30)}";`, /^$/],
  [
    "names that grow by being joined",
    () =>
      `#define J(x) J2(x, x)\n#define J2(x, y) x##y\n${many(30, (i) => `#define A${i + 1} J(A${i})\n`)}#define A0 aaaaaaaaaa\nint A30;`,
    /too-long|is too long or too deep/,
  ],
  [
    "names that double by nested calls",
    () => `#define J(x) K(x, x)\n#define K(x, y) x##y\nint ${"J(".repeat(40)}aaaaaaaa${")".repeat(40)};`,
    /a name of \d+ characters, more than 255/,
  ],
  [
    "an argument that is joined many times",
    () => `#define J(x) ${many(10_000, () => "x##")}x\nint J(${filled(() => "a ", LENGTH / 2)});`,
    /is too long or too deep|which is the limit/,
  ],
  [
    "an argument that is made a text many times",
    () => `#define T(x) ${many(10_000, () => "#x ")}\nchar *a = T(${filled(() => "a ", LENGTH / 2)});`,
    /is too long or too deep|which is the limit/,
  ],
  [
    "an argument that is longer than the stack",
    () => `#define P(x) x##x\nint P(${filled(() => "a,a ", LENGTH / 2).replaceAll(",", " ")});`,
    /is too long or too deep/,
  ],
  [
    "a macro with many parameters that is used with fewer arguments",
    () => `#define M(${many(50_000, (i) => `p${i},`)} q) q\n${filled(() => "M()\n", LENGTH / 2)}`,
    /has 50001 parameters/,
  ],
  [
    "a macro with many parameters that is used often",
    () =>
      `#define M(${many(499, (i) => `p${i},`)} q) ${"p0 ".repeat(300)}\n${filled(() => `M(${",".repeat(499)})\n`, LENGTH - 10_000)}`,
    /which is the limit/,
  ],
  [
    "a macro that is used often and comes to nothing each time",
    () => `#define M(p) ${"p ".repeat(1000)}\n${filled(() => "M()\n", LENGTH / 2)}`,
    /which is the limit/,
  ],
  [
    "macros behind macros, each used",
    () => `${many(40_000, (i) => `#define A${i} A${i + 1}\n`)}#define A40000 1\n`,
    /which is the limit|^$/,
  ],
  [
    "macros of macros with calls",
    () => `#define F(x) x x\n#define G(x) F(F(F(F(x))))\n${many(2000, () => "G(G(G(int a;)))\n")}`,
    /which is the limit|is too long or too deep/,
  ],
  ["typedefs of types that are not known", () => filled((i) => `typedef q${i} t${i};`), /^$/],
  ["variables of types that are not known", () => filled((i) => `extern q${i} t${i};`), /^$/],
  [
    "a member of an unknown type among many typedefs",
    () => `${filled((i) => `typedef int t${i};`, LENGTH - 100)} struct a { unknown_t x; };`,
    /the width of `unknown_t` is not known/,
  ],
  [
    "dimensions of dimensions",
    () => `typedef int t0[1];${many(5000, (i) => `typedef t${i} t${i + 1}[1];`)} struct a { t5000 x; };`,
    /an array of more than 64 dimensions/,
  ],
  [
    "dimensions without end",
    () => `struct a { int x${"[1]".repeat(300_000)}; };`,
    /an array of more than 64 dimensions/,
  ],
  [
    "an array that no machine has",
    () => "struct a { char x[0xffffffff][0xffffffff][0xffffffff]; };",
    /^1:8: struct a is larger than 4 GiB/,
  ],
  [
    "sizes beyond all numbers",
    () => `enum { A = sizeof(char${"[0xffffffff]".repeat(40)}) };`,
    /^1:\d+: the type is larger than 4 GiB/,
  ],
  [
    "structs of structs that grow",
    () => `struct s0 { char x[65536]; };${many(60, (i) => `struct s${i + 1} { struct s${i} x[65536]; };`)}`,
    /^1:\d+: struct s\d+ is larger than 4 GiB/,
  ],
  [
    "the size of a long chain of structs",
    () =>
      `struct s0 { int x; };${many(20_000, (i) => `struct s${i + 1} { struct s${i} x; };`)} enum { A = sizeof(struct s20000) };`,
    /structs are nested too deeply/,
  ],
  [
    "the size of structs that double, around one that is not known",
    () =>
      `struct s0 { struct unknown x; };${many(26, (i) => `struct s${i + 1} { struct s${i} x; struct s${i} y; };`)} enum { A = sizeof(struct s26) };`,
    /the size of s26 is not known here/,
  ],
  [
    "the size of a struct that is asked for in vain, and again when what was missing is there",
    () =>
      "struct t { struct u x; }; typedef char early[sizeof(struct t)]; struct u { int x[2]; }; enum { A = sizeof(struct t) / (sizeof(struct t) - 8) };",
    /^1:100: a division by zero has no result/,
  ],
  [
    "the size of a struct that contains itself through another",
    () => "struct a { struct b x; }; struct b { struct a y; }; enum { A = sizeof(struct a) };",
    /^1:8: struct a contains itself: a > b > a/,
  ],
  [
    "expressions within types within expressions",
    () => {
      const open = `struct { int a[${"- ".repeat(150)}sizeof(`;
      return `enum { A = sizeof(${open.repeat(20)}int${")]; }".repeat(20)}) };`;
    },
    /nested too deeply/,
  ],
  ["a chain of choices", () => `enum { A = ${"1 ? 2 : ".repeat(200_000)} 3 };`, /the expression is nested too deeply/],
  ["pointers without end", () => `struct a { int ${"*".repeat(1_000_000)}x; };`, /^$/],
  ["attributes without end", () => `struct a { int x ${filled(() => "__attribute__((packed)) ")}; };`, /^$/],
  [
    "structs without number",
    () => filled((i) => `struct s${i} {int x;};`),
    /the headers have more than 32768 structs, which is the limit/,
  ],
  [
    "enumerators without number",
    () => `enum {${filled((i) => `E${i},`)}};`,
    /more than 32768 enumerators, which is the limit/,
  ],
  [
    "defines without number",
    () => filled((i) => `#define D${i} 1\n`),
    /define more than 32768 numbers, which is the limit/,
  ],
  [
    "includes that a long macro names",
    () => `#define N ${"a ".repeat(100_000)}\n${many(50_000, () => "#include N\n")}`,
    /`#include` without a file/,
  ],
  ["conditions without number", () => filled(() => "#if 1\n#endif\n"), /^$/],
  [
    "names of objects of JavaScript",
    () =>
      "struct __proto__ { int constructor; int __proto__; }; struct constructor { struct __proto__ toString; }; enum hasOwnProperty { valueOf, __defineGetter__ = sizeof(struct constructor) };\n#define isPrototypeOf valueOf\ntypedef int toLocaleString; struct a { toLocaleString x; };",
    /^$/,
  ],
];

describe("one file", () => {
  test.each(ONE_FILE)("%s", async (_, text, told) => {
    const { text: found, steps } = await said({ [HEADER]: text() });
    expect(found.replace(`${HEADER}:`, "")).toMatch(told);
    expect(steps).toBeLessThan(MOST_STEPS);
  });
});

describe("includes", () => {
  test.each<[what: string, name: string, told: RegExp]>([
    [
      "of a file outside",
      "../../../../../../../../etc/passwd",
      /^linux\/checkpoint_hdr\.h:1:1: `[^`]*etc\/passwd` leads out of the directory of the headers \[bad-include\]$/,
    ],
    ["of an absolute path", "/etc/passwd", /^$/],
    ["of a device", "../../../../../../../../dev/zero", /^$/],
    ["of a directory", "..", /^$/],
    ["of a path that no system takes", "x/".repeat(5000), /^$/],
    ["of a name that no system takes", "x".repeat(5000), /^$/],
  ])("%s", async (_, name, told) => {
    const { text, steps } = await said({ [HEADER]: `#include "${name}"\n` });
    expect(text).toMatch(told);
    expect(steps).toBeLessThan(MOST_STEPS);
  });

  test.skipIf(!available("mkfifo"))("of a pipe, which has no end", () => {
    const root = temporary();
    mkdirSync(join(root, "linux"));
    execFileSync("mkfifo", [join(root, "linux/ckpt_pipe.h")]);
    writeFileSync(join(root, HEADER), '#include "ckpt_pipe.h"\n');
    expect(() => compare(root, "v23-rc2", ["x86_32"])).not.toThrow();
  });

  test("of a device that a link leads to", () => {
    const root = temporary();
    mkdirSync(join(root, "linux"));
    symlinkSync("/dev/zero", join(root, "linux/ckpt_zero.h"));
    writeFileSync(join(root, HEADER), '#include "ckpt_zero.h"\n');
    expect(() => compare(root, "v23-rc2", ["x86_32"])).not.toThrow();
  });

  test("of a long file again and again", async () => {
    const { text, steps } = await said({
      [HEADER]: many(150, () => '#include "ckpt_long.h"\n'),
      "linux/ckpt_long.h": "\n".repeat(LENGTH),
    });
    expect(text).toBe("linux/ckpt_long.h:1:1: the headers with their includes are too long [too-long]");
    expect(steps).toBeLessThan(MOST_STEPS);
  });
});

test("a device in the place of a header is read up to where it is too long", () => {
  const root = temporary();
  mkdirSync(join(root, "linux"));
  symlinkSync("/dev/zero", join(root, HEADER));
  expect(() => compare(root, "v23-rc2", ["x86_32"])).toThrow(
    /the file has more than 8388608 bytes, which is too long for a header/,
  );
});
