/** Exit codes and output of `npm run header`. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { header, headerProcess, schemaCopy } from "./command.js";
import { madeUp } from "./made-up.js";
import { edited, madeFiles, temporary, tree } from "./project.js";

const VERSION = "v23-rc2";
const root = tree(madeFiles(VERSION));

describe("header check", () => {
  test("no drift", async () => {
    const { code, out, err } = await header("check", root, "--version", VERSION);
    expect(out.trimEnd().split("\n").at(-1)).toBe(
      `the headers are as the schema describes ${VERSION} on x86_32, x86_64, s390x, s390`,
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  test("drift, as JSON", async () => {
    const changed = tree(
      edited(madeFiles(VERSION), "include/linux/checkpoint_hdr.h", "__u16 hugetlb_shift", "__u32 hugetlb_shift"),
    );
    const { code, out } = await header("check", changed, "--version", VERSION, "--arch", "x86", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      version: VERSION,
      arches: ["x86_32", "x86_64"],
      differences: [
        {
          change: "changed",
          subject: "type",
          name: "ckpt_hdr_vma.hugetlb_shift",
          was: "u16",
          now: "u32",
          header: { file: join(changed, "include/linux/checkpoint_hdr.h"), line: expect.any(Number), column: 8 },
          schema: { file: "schema/structs/memory.yaml", line: expect.any(Number), column: 9 },
          arches: ["x86_32", "x86_64"],
        },
      ],
    });
  });

  test.each([
    [["check"], /missing required argument/],
    [["check", "/does/not/exist"], /does not exist/],
    [["check", root, "--version", "v99"], /unknown version `v99`/],
    [["check", root, "--arch", "x68"], /unknown architecture `x68`: did you mean `x86`\?/],
    [["check", root, "--version", "v21", "--arch", "arm"], /v21 does not have arm/],
    [["check", root, "--define", "1"], /write NAME or NAME=VALUE/],
    [["check", root, "--nonsense"], /unknown option/],
    [["measure", root, "--cc", "gcc"], /say which with --arch/],
    [["import", root], /required option '--as <id>'/],
    [["import", root, "--as", "24"], /a version id is `v`, a digit/],
  ] as const)("usage: %s", async (args, message) => {
    const { code, err } = await header(...args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  test("a broken header has its own exit code, and its place is told", async () => {
    const directory = temporary();
    writeFileSync(join(directory, "checkpoint_hdr.h"), "struct ckpt_hdr {\n\t__u32 type : 4;\n};\n");
    const { code, out, err } = await header("check", directory);
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toContain(`${join(directory, "checkpoint_hdr.h")}:2:13: a bit field is not allowed in an image`);
  });

  test("headers that refuse every architecture were compared with nothing", async () => {
    const refusing = tree(
      edited(
        madeFiles(VERSION),
        "include/linux/checkpoint_hdr.h",
        "struct ckpt_hdr_vma {",
        "#error not here\nstruct ckpt_hdr_vma {",
      ),
    );
    const { code, out, err } = await header("check", refusing, "--version", VERSION);
    expect(code).toBe(3);
    expect(out).toMatch(/checkpoint_hdr\.h:\d+:1: architecture x86_64 is gone: the headers refuse x86_64: not here\n/);
    expect(err).toBe(
      `header: nothing was compared: the headers refuse every architecture of ${VERSION} (x86_32, x86_64, s390x, s390)\n`,
    );
  });

  test("a header that declares nothing was compared with nothing", async () => {
    const directory = temporary();
    writeFileSync(join(directory, "other.h"), "#ifdef NEVER\nstruct s { __u32 a; };\n#endif\nint f(void);\n");
    const { code, err } = await header("check", join(directory, "other.h"));
    expect(code).toBe(3);
    expect(err).toBe(
      "header: nothing was compared: the headers declare no struct, no enumerator and no define with a value\n",
    );
  });

  test("a macro that only the user knows", async () => {
    const changed = edited(
      madeFiles(VERSION),
      "include/asm-x86/checkpoint_hdr.h",
      "\t__u64 vdso;",
      "#if VDSO_BITS(1) == 64 || NEW\n\t__u64 vdso;\n#endif",
    );
    const { code, err } = await header("check", tree(changed), "--version", VERSION);
    expect(code).toBe(3);
    expect(err).toContain("cannot decide the conditional: `VDSO_BITS(1)` is not a constant");
  });
});

test.each([
  [0, ["check", root, "--version", VERSION]],
  [0, ["--help"]],
  [2, ["check", root, "--nonsense"]],
  [2, ["check", "/does/not/exist"]],
  [3, ["check", "README.md"]],
])("a process of its own ends with the code %i and the same texts: %s", async (code, args) => {
  const outcome = await headerProcess(...args);
  expect(outcome.code).toBe(code);
  expect(await header(...args)).toEqual(outcome);
});

describe("header import", () => {
  test("a dry run shows the changes and writes nothing", async () => {
    const copy = schemaCopy();
    const before = contents(copy);
    const { code, out } = await header(
      "import",
      tree(madeUp()),
      "--as",
      "v24",
      "--date",
      "2012-08-01",
      "--dry-run",
      "--root",
      copy,
    );
    expect(code).toBe(0);
    expect(out).toContain("--- a/schema/abi.yaml\n+++ b/schema/abi.yaml\n@@");
    expect(out).toContain(
      '+  v24:\n+    date: "2012-08-01"\n+    posted: false\n+    evidence: TODO\n+    summary: TODO\n',
    );
    expect(contents(copy)).toEqual(before);
  });

  test("nothing is written when a header is broken", async () => {
    const copy = schemaCopy();
    const before = contents(copy);
    const files = edited(madeUp(), "include/asm-s390/checkpoint_hdr.h", "\t__u32 fpc;", "\t__u32 fpc : 31;");
    const { code, err } = await header("import", tree(files), "--as", "v24", "--root", copy);
    expect(code).toBe(3);
    expect(err).toMatch(/asm-s390\/checkpoint_hdr.h:\d+:12: a bit field/);
    expect(contents(copy)).toEqual(before);
  });

  test("headers that refuse every architecture, or one, say so", async () => {
    const copy = schemaCopy();
    const before = contents(copy);
    const path = "include/asm-x86/checkpoint_hdr.h";
    const all = edited(
      madeUp(),
      "include/linux/checkpoint_hdr.h",
      "struct ckpt_hdr_vma {",
      "#error never\nstruct ckpt_hdr_vma {",
    );
    const none = await header("import", tree(all), "--as", "v24", "--root", copy);
    expect(none.code).toBe(3);
    expect(none.err).toContain(
      "nothing was compared: the headers refuse every architecture (x86_32, x86_64, s390x, s390)",
    );
    expect(contents(copy)).toEqual(before);
    const one = edited(
      madeUp(),
      path,
      "#include <linux/types.h>\n",
      "#include <linux/types.h>\n#ifdef __x86_64__\n#error 32 bits only\n#endif\n",
    );
    const { code, out } = await header("import", tree(one), "--as", "v24", "--root", copy);
    expect(code).toBe(0);
    expect(out).toMatch(
      /asm-x86\/checkpoint_hdr\.h:\d+:1: v24 does not have x86_64: the headers refuse x86_64: 32 bits only\n/,
    );
    expect(out).toContain("v24 does not have arm: there is no header for it\n");
  });

  test("an architecture without a header is a difference, as `check` counts it", async () => {
    const copy = schemaCopy();
    const same = tree(madeFiles(VERSION));
    const told = await header("check", same, "--root", copy);
    expect(told.code).toBe(1);
    const [, differences = ""] = /^(\d+) differences? /m.exec(told.out) ?? [];
    const { code, out } = await header("import", same, "--as", "v24", "--root", copy);
    expect(code).toBe(0);
    expect(out).toContain("v24 does not have arm: there is no header for it\n");
    expect(Number(differences)).toBeGreaterThan(0);
    expect(out).toMatch(new RegExp(`^${differences} differences? written as v24 into `, "m"));
  });

  test("what a person has to write is no header that cannot be read", async () => {
    const copy = schemaCopy();
    const before = contents(copy);
    const files = edited(
      madeUp(),
      "include/linux/checkpoint_hdr.h",
      "struct ckpt_hdr_vma {",
      "enum { NEVER_SEEN = 3 };\nstruct ckpt_hdr_vma {",
    );
    const { code, err } = await header("import", tree(files), "--as", "v24", "--root", copy);
    expect(code).toBe(1);
    expect(err).toContain("NEVER_SEEN belongs to no enumeration that the schema knows");
    expect(contents(copy)).toEqual(before);
  });

  test("headers of a version that is described otherwise are refused", async () => {
    const copy = schemaCopy();
    const { code, err } = await header("import", tree(madeUp()), "--as", VERSION, "--root", copy);
    expect(code).toBe(1);
    expect(err).toBe(`header: ${VERSION} is described already, and these headers are others; nothing was written\n`);
  });
});

function contents(copy: string): Record<string, string> {
  const paths = readdirSync(join(copy, "schema"), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    paths.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), "utf8")]),
  );
}
