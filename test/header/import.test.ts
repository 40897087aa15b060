/** Importing changes of headers edits exactly these lines of the YAML, and nothing when repeated. */
import { structuredPatch } from "diff";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { BrokenHeader } from "../../generator/header/broken.js";
import { type Imported, importHeaders } from "../../generator/header/import/index.js";
import { findHeaders } from "../../generator/header/sources.js";
import { readSchemaFiles, type SchemaFiles } from "../../generator/read-schema.js";
import { IMAGE } from "../../generator/units.js";
import type { HeaderFiles } from "./header-text.js";
import { madeUp, NEWEST } from "./made-up.js";
import { edited, madeFiles, PROJECT, tree } from "./project.js";

const STRUCTS = "include/linux/checkpoint_hdr.h";
const FLAGS = "include/linux/checkpoint.h";
const X86 = "include/asm-x86/checkpoint_hdr.h";
const S390 = "include/asm-s390/checkpoint_hdr.h";
const files = madeFiles(NEWEST);
const schema = readSchemaFiles(PROJECT, IMAGE);

function importTree(root: string, texts = schema.texts, id = "v24", renames = true): Imported {
  const from: SchemaFiles = { texts, jsonSchema: schema.jsonSchema };
  return importHeaders(findHeaders([root]), from, { version: { id, date: "2012-08-01" }, renames });
}

/** Lines that the import removes and adds, without the version and its architectures. */
function changes(changed: HeaderFiles, renames = true): string[] {
  const root = tree(changed);
  const imported = importTree(root, schema.texts, "v24", renames);
  if (imported.outcome !== "written") throw new Error(`nothing was written: ${imported.outcome}`);
  const before = new Map(schema.texts.map(({ file, text }) => [file, text]));
  return imported.texts.flatMap(({ file, text }) => {
    const patch = structuredPatch(file, file, before.get(file) ?? "", text, "", "", { context: 0 });
    const lines = patch.hunks.flatMap((hunk) => hunk.lines);
    return file === "schema/abi.yaml" ? lines.filter((line) => !OF_VERSION.includes(line)) : lines;
  });
}

const OF_VERSION = [
  "+  v24:",
  '+    date: "2012-08-01"',
  "+    posted: false",
  "+    evidence: TODO",
  "+    summary: TODO",
  "-    versions: [v16, v23-rc2-arm]",
  "+    versions: [v16, v24]",
  "-    versions: [v17, v23-rc2-arm]",
  "+    versions: [v17, v24]",
];

/** The error when nothing is imported from headers. */
function refusal(root: string): string {
  try {
    return importTree(root).outcome;
  } catch (error) {
    expect(error).toBeInstanceOf(BrokenHeader);
    return (error as BrokenHeader).message;
  }
}

/** The texts after the manual part of an import. */
function filled(texts: SchemaFiles["texts"]): SchemaFiles["texts"] {
  return texts.map(({ file, text }) => ({
    file,
    text: text.replaceAll("count: TODO", "count: 1").replaceAll("TODO", "Written."),
  }));
}

interface Case {
  readonly what: string;
  readonly path?: string;
  readonly from: string;
  readonly to: string;
  readonly lines: readonly string[];
}

const SHIFT = "\t__u16 hugetlb_shift;\n";

const CASES: readonly Case[] = [
  {
    what: "a field at the end",
    from: SHIFT,
    to: `${SHIFT}\t__u16 vm_color;\n`,
    lines: ["+      vm_color:", "+        since: v24", "+        type: u16", "+        doc: TODO"],
  },
  {
    what: "fields in the middle, in their order",
    from: "map_count;",
    to: "map_count, one, two[4];",
    lines: [
      "+      one:",
      "+        since: v24",
      "+        type: u32",
      "+        doc: TODO",
      "+      two:",
      "+        since: v24",
      '+        type: "u32[4]"',
      "+        doc: TODO",
    ],
  },
  {
    what: "a field in a nested struct",
    from: "__u8 state;\n\t} socket ",
    to: "__u8 state, phase;\n\t} socket ",
    lines: ["+          phase:", "+            since: v24", "+            type: u8", "+            doc: TODO"],
  },
  {
    what: "a field of a struct whose order was listed once",
    from: "clear_child_tid, sas_ss_sp;",
    to: "clear_child_tid, sas_ss_new, sas_ss_sp;",
    lines: ["+      sas_ss_new:", "+        since: v24", "+        type: u64", "+        doc: TODO"],
  },
  { what: "a field that is gone", from: SHIFT, to: "", lines: ["+        until: v24"] },
  {
    what: "another width",
    from: SHIFT,
    to: "\t__u32 hugetlb_shift;\n",
    lines: ["-        type: u16", "+        type: { v23-rc2: u16, v24: u32 }"],
  },
  {
    what: "another width of a field with a history",
    from: "\t__s64 m_type;",
    to: "\t__u32 m_type;",
    lines: ["-        type: { v16: s32, v19-rc3: s64 }", "+        type: { v16: s32, v19-rc3: s64, v24: u32 }"],
  },
  {
    what: "another width on every architecture",
    path: X86,
    from: "\t__u64 vdso;",
    to: "\tunsigned long vdso;",
    lines: ["-        type: u64", "+        type: { x86_32: { v16: u64, v24: u32 }, else: u64 }"],
  },
  {
    what: "a field of one architecture",
    path: X86,
    from: "\t__u64 sysenter_return;",
    to: "\t__u64 sysenter_return;\n#ifdef __x86_64__\n\t__u64 fs_base;\n#endif",
    lines: [
      "+      fs_base:",
      "+        since: v24",
      "+        arches: [x86_64]",
      "+        type: u64",
      "+        doc: TODO",
    ],
  },
  {
    what: "a new field as wide as the machine",
    path: S390,
    from: "\t__u8 access_id",
    to: "\tunsigned long word;\n\t__u8 access_id",
    lines: [
      "+      word:",
      "+        since: v24",
      "+        type: { s390x: u64, s390: u32 }",
      "+        c: unsigned long",
      "+        doc: TODO",
    ],
  },
  {
    what: "a flexible array and a length by name",
    path: X86,
    from: "\t__u32 ldt_entry_size, nldt;\n",
    to: "\t__u32 ldt_entry_size, nldt;\n\t__u8 signals[CKPT_ARCH_NSIG/8];\n\t__u64 entries[];\n",
    lines: [
      "+      signals:",
      "+        since: v24",
      '+        type: "u8[CKPT_ARCH_NSIG/8]"',
      "+        doc: TODO",
      "+      entries:",
      "+        since: v24",
      '+        type: "u64[]"',
      "+        count: TODO",
      "+        doc: TODO",
    ],
  },
  {
    what: "another order",
    from: "arg_start, arg_end, env_start, env_end",
    to: "env_start, env_end, arg_start, arg_end",
    lines: [
      "+    order:",
      "+      v24:",
      "+        [",
      ...[
        "h",
        "map_count",
        "exe_objref",
        "def_flags",
        "flags",
        "start_code",
        "end_code",
        "start_data",
        "end_data",
        "start_brk",
        "brk",
        "start_stack",
        "env_start",
        "env_end",
        "arg_start",
        "arg_end",
      ].map((key) => `+          ${key},`),
      "+        ]",
    ],
  },
  {
    what: "another alignment",
    from: "\t__u32 fd_close_on_exec;\n} __attribute__((aligned(8)));;",
    to: "\t__u32 fd_close_on_exec;\n} __attribute__((aligned(16)));;",
    lines: ["-    aligned: 8", "+    aligned: { v16: 8, v24: 16 }"],
  },
  {
    what: "a new constant",
    from: "#define CKPT_N_TTY_BUF_SIZE 0x1000\n",
    to: "#define CKPT_N_TTY_BUF_SIZE 0x1000\n#define CKPT_N_TTY_NEW (1 << 4)\n",
    lines: [
      "+  CKPT_N_TTY_NEW:",
      "+    value: 16",
      "+    since: v24",
      "+    header: linux/checkpoint_hdr.h",
      "+    doc: TODO",
    ],
  },
  {
    what: "a new flag",
    path: FLAGS,
    from: "#define RESTART_GHOST 4\n",
    to: "#define RESTART_GHOST 4\n#define RESTART_NEW 0x20\n",
    lines: ["+      RESTART_NEW:", "+        value: 32", "+        since: v24", "+        doc: TODO"],
  },
  {
    what: "another value",
    path: FLAGS,
    from: "#define CHECKPOINT_VERSION 6",
    to: "#define CHECKPOINT_VERSION 7",
    lines: [
      "-    value: { v16: 1, v17: absent, v18-dev-a: 3, v19-rc1: 4, v19-rc3: 5, v20-a: 6 }",
      "+    value: { v16: 1, v17: absent, v18-dev-a: 3, v19-rc1: 4, v19-rc3: 5, v20-a: 6, v24: 7 }",
    ],
  },
  {
    what: "another value on one architecture",
    path: FLAGS,
    from: "define __NR_restart 0x15d",
    to: "define __NR_restart 400",
    lines: [
      "-      x86_32: { v18-dev-a: 339, v19-rc3: 340, v23-rc1-a: 343, v23-rc2-arm: 349 }",
      "+      x86_32: { v18-dev-a: 339, v19-rc3: 340, v23-rc1-a: 343, v23-rc2-arm: 349, v24: 400 }",
    ],
  },
  { what: "a constant that is gone", from: "#define CKPT_PID_NULL -4096\n", to: "", lines: ["+    until: v24"] },
  {
    what: "a constant that comes back",
    path: X86,
    from: "#define CKPT_X86_SEG_NULL 0\n",
    to: "#define CKPT_X86_SEG_NULL 0\n#define CKPT_TTY_NCC 8\n",
    lines: [
      "+      x86_32: { v18: 8, v23-rc1-b: absent, v24: 8 }",
      "+      x86_64: { v18: 8, v23-rc1-b: absent, v24: 8 }",
    ],
  },
  {
    what: "a new enumerator",
    from: "\tCKPT_FILE_EVENTFD,",
    to: "\tCKPT_FILE_EVENTFD,\n\tCKPT_FILE_SIGNALFD,",
    lines: ["+      CKPT_FILE_SIGNALFD:", "+        value: 8", "+        since: v24", "+        doc: TODO"],
  },
  {
    what: "a new object type at the end",
    from: "\tCKPT_OBJ_MAX,",
    to: "\tCKPT_OBJ_NEW,\n\tCKPT_OBJ_MAX,",
    lines: ["+  NEW:", "+    number: 24", "+    since: v24", "+    summary: TODO"],
  },
  {
    what: "a record without a struct",
    from: "\tCKPT_HDR_FS = (450 + 1),",
    to: "\tCKPT_HDR_FS = (450 + 1),\n\tCKPT_HDR_FS_DATA,",
    lines: [
      "+    unplaced:",
      '+      doc: "TODO: move these records to their places in the stream, and remove this rule."',
      "+      sequence:",
      "+        - record: FS_DATA",
      "+          since: v24",
      "+  FS_DATA:",
      "+    number: 452",
      "+    since: v24",
      "+    summary: TODO",
      "+    purpose: TODO",
      "+    payload:",
      "+      kind: bytes",
      "+      doc: TODO",
    ],
  },
  {
    what: "another name for a field",
    from: "exe_objref",
    to: "executable_objref",
    lines: [
      "-          number: MM.exe_objref",
      "+          number: MM.executable_objref",
      "-      exe_objref:",
      "+      executable_objref:",
      "+        names: { v16: exe_objref, v24: executable_objref }",
    ],
  },
  {
    what: "another name for a struct",
    from: "struct ckpt_hdr_mm {",
    to: "struct ckpt_hdr_memory {",
    lines: [
      "-    struct: ckpt_hdr_mm",
      "+    struct: ckpt_hdr_memory",
      "-  ckpt_hdr_mm:",
      "+  ckpt_hdr_memory:",
      "+    names: { v16: ckpt_hdr_mm, v24: ckpt_hdr_memory }",
    ],
  },
];

describe("one change at a time", () => {
  test.each(CASES.map((one) => [one.what, one] as const))("%s", (_, { path = STRUCTS, from, to, lines }) => {
    const found = changes(edited(files, path, from, to));
    expect(found).toEqual(lines);
  });
});

test("the made-up revision, with a record inserted in the middle", () => {
  const lines = changes(madeUp());
  expect(lines).toContain("-    number: { v16: 103, v23-rc1-c: 104 }");
  expect(lines).toContain("+    number: { v16: 103, v23-rc1-c: 104, v24: 105 }");
  expect(lines.filter((line) => line.startsWith("-    number"))).toHaveLength(15);
  expect(lines.filter((line) => line.startsWith("+") && /TODO/.test(line))).toHaveLength(9);
  expect(lines.filter((line) => line.startsWith("-"))).toHaveLength(15);
});

test("without renames, what looks renamed is gone and new", () => {
  const lines = changes(edited(files, STRUCTS, "exe_objref", "executable_objref"), false);
  expect(lines).toEqual([
    "+      executable_objref:",
    "+        since: v24",
    "+        type: s32",
    "+        doc: TODO",
    "+        until: v24",
  ]);
});

test("a second import changes nothing, under the same id or another, and a later one goes on from there", () => {
  const root = tree(
    edited(files, STRUCTS, "arg_start, arg_end, env_start, env_end", "env_start, env_end, arg_start, arg_end"),
  );
  const imported = importTree(root);
  if (imported.outcome !== "written") throw new Error(imported.outcome);
  const texts = filled(imported.texts);
  expect(importTree(root, texts)).toEqual({ outcome: "nothing", as: "v24" });
  expect(importTree(root, texts, "v25")).toEqual({ outcome: "nothing", as: "v24" });
  // The order is explicit now, so a new field has to be added to it.
  const next = tree(
    edited(files, STRUCTS, "arg_start, arg_end, env_start, env_end", "env_start, env_new, env_end, arg_start, arg_end"),
  );
  const later = importTree(next, texts, "v25");
  if (later.outcome !== "written") throw new Error(later.outcome);
  const memory = later.texts.find(({ file }) => file === "schema/structs/memory.yaml")?.text;
  expect(memory).toMatch(/ {6}v25:\n {8}\[\n(?: {10}\w+,\n)+ {10}env_start,\n {10}env_new,\n {10}env_end,\n/);
  expect(importTree(next, texts, "v24").outcome).toBe("taken");
});

describe("nothing to do", () => {
  test.each(["v23-rc2", "v20-c", "v17"])("headers of %s are %s already", (version) => {
    // PowerPC was not measured, so its headers cannot be made.
    const outcome = importTree(tree(madeFiles(version)), schema.texts, version);
    if (version === "v20-c") expect(outcome.outcome).toBe("taken");
    else expect(outcome).toEqual({ outcome: "nothing", as: version });
  });
});

describe("what was begun by a person goes on", () => {
  const enums = schema.texts.find(({ file }) => file === "schema/enums.yaml")?.text ?? "";
  /** The text of one file after the import. */
  function imported(root: string, texts: SchemaFiles["texts"], file: string): string {
    const outcome = importTree(root, texts);
    if (outcome.outcome !== "written") throw new Error(outcome.outcome);
    return outcome.texts.find((text) => text.file === file)?.text ?? "";
  }
  const withEnums = (more: string) =>
    schema.texts.map(({ file, text }) => ({ file, text: file === "schema/enums.yaml" ? enums + more : text }));
  const fresh = (tag: string) =>
    tree(
      edited(
        files,
        STRUCTS,
        "struct ckpt_hdr_vma {",
        `enum ${tag} { FRESH_ONE, FRESH_TWO = 7, FRESH_THREE };\nstruct ckpt_hdr_vma {`,
      ),
    );
  const VALUES = [
    ["FRESH_ONE", 0],
    ["FRESH_TWO", 7],
    ["FRESH_THREE", 8],
  ] as const;
  const entries = VALUES.map(
    ([name, value]) => `      ${name}:\n        value: ${value}\n        since: v24\n        doc: TODO\n`,
  ).join("");

  test("an enumeration with a tag, as the refusal advises", () => {
    expect(() => importTree(fresh("fresh"))).toThrow(
      /FRESH_ONE belongs to no enumeration that the schema knows: add an enumeration with `c: fresh` to schema\/enums.yaml, with a summary and `values: {}`/,
    );
    const begun = "  fresh:\n    summary: Made up.\n    c: fresh\n    values: {}\n";
    expect(imported(fresh("fresh"), withEnums(begun), "schema/enums.yaml")).toBe(
      `${enums}${begun.replace(" {}", "")}${entries}`,
    );
  });

  test.each([
    ["    values: {} # none yet\n", `    values: # none yet\n${entries}`],
    ["    values: {\n      # none yet\n    }\n", `    values:\n      # none yet\n${entries}`],
  ])("one without a tag, %j", (values, result) => {
    const begun = `  fresh:\n    summary: Made up.\n`;
    expect(() => importTree(fresh(""))).toThrow(
      /: add an enumeration to schema\/enums.yaml, with a summary and `values: {}`/,
    );
    expect(imported(fresh(""), withEnums(begun + values), "schema/enums.yaml")).toBe(`${enums}${begun}${result}`);
  });

  test("one on one line", () => {
    const begun = "  fresh: { summary: Made up., c: fresh, values: {} }\n";
    const values = VALUES.map(([name, value]) => `${name}: { value: ${value}, since: v24, doc: TODO }`).join(", ");
    expect(imported(fresh("fresh"), withEnums(begun), "schema/enums.yaml")).toBe(
      enums + begun.replace("{}", `{ ${values} }`),
    );
  });

  test("which of two without a tag is meant cannot be known", () => {
    const root = tree(
      edited(files, STRUCTS, "struct ckpt_hdr_vma {", "enum { ONE_A };\nenum { TWO_A };\nstruct ckpt_hdr_vma {"),
    );
    const begun = "  fresh:\n    summary: Made up.\n    values: {}\n";
    expect(() => importTree(root, withEnums(begun))).toThrow(
      /ONE_A belongs to no enumeration .*: 2 enumerations without a tag are new: add each to schema\/enums.yaml, with its first value/,
    );
  });

  test("a section of structs", () => {
    const file = "schema/arch/x86-more.yaml";
    const texts = [{ file, text: "family: x86\nstructs: {}\n" }, ...schema.texts];
    const root = tree(
      edited(
        files,
        X86,
        "#include <linux/types.h>\n",
        "#include <linux/types.h>\nstruct first_one { __u32 a; };\nstruct second_one { __u64 b; };\n",
      ),
    );
    const struct = (name: string, field: string, type: string) =>
      `  ${name}:\n    summary: TODO\n    purpose: TODO\n    since: v24\n    fields:\n      ${field}:\n        type: ${type}\n        doc: TODO\n`;
    expect(imported(root, texts, file)).toBe(
      `family: x86\nstructs:\n${struct("first_one", "a", "u32")}${struct("second_one", "b", "u64")}`,
    );
  });
});

describe("layouts that attributes make", () => {
  const added = (struct: string) => edited(files, STRUCTS, "struct ckpt_hdr_vma {", `${struct}\nstruct ckpt_hdr_vma {`);
  const FIELDS = ["+      a:", "+        type: u32", "+        doc: TODO"];
  const HEAD = ["+    summary: TODO", "+    purpose: TODO", "+    since: v24"];

  test("packed where it changes nothing is taken, as the comparison takes it", () => {
    expect(changes(added("struct __packed fresh { __u32 a; } __aligned(4);"))).toEqual([
      "+  fresh:",
      ...HEAD,
      "+    aligned: 4",
      "+    fields:",
      ...FIELDS,
    ]);
  });

  test.each([
    ["struct __packed fresh { __u8 a; __u32 b; };", /struct fresh is packed: the schema has no notation for it/],
    ["struct fresh { __u8 a; __u32 b __packed; };", /b is packed: the schema has no notation for it/],
    [
      "struct fresh { __u8 a; struct { __u8 c; __u32 d; } __packed b; };",
      /b is packed: the schema has no notation for it/,
    ],
    [
      "typedef __u64 __attribute__((aligned(2))) low_t;\nstruct fresh { __u32 a; __u16 b; low_t c; };",
      /c is less aligned than its type: the schema has no notation for it/,
    ],
  ])("%s", (struct, message) => {
    expect(() => importTree(tree(added(struct)))).toThrow(message);
  });

  test("the alignment of a typedef is written at the field", () => {
    expect(changes(added("struct fresh { __u32 a; __aligned_u64 b; };"))).toEqual([
      "+  fresh:",
      ...HEAD,
      "+    fields:",
      ...FIELDS,
      "+      b:",
      "+        aligned: 8",
      "+        type: u64",
      "+        doc: TODO",
    ]);
  });

  test("words of the machine in a new struct", () => {
    expect(changes(added("struct fresh { __u32 a; struct { unsigned long c; } b; };"))).toEqual([
      "+  fresh:",
      ...HEAD,
      "+    fields:",
      ...FIELDS,
      "+      b:",
      "+        doc: TODO",
      "+        struct:",
      "+          c:",
      "+            type: { x86_32: u32, x86_64: u64, s390x: u64, s390: u32 }",
      "+            c: unsigned long",
      "+            doc: TODO",
    ]);
  });
});

describe("architectures that the headers refuse", () => {
  test("all of them: nothing was compared", () => {
    const root = tree(edited(files, STRUCTS, "struct ckpt_hdr_vma {", "#error not yet\nstruct ckpt_hdr_vma {"));
    expect(refusal(root)).toMatch(
      /checkpoint_hdr\.h:\d+:1: nothing was compared: the headers refuse every architecture \(x86_32, x86_64, s390x, s390\): define the macros of their conditionals: --define NAME=VALUE/,
    );
  });

  test("one of them is named, and the version does not have it", () => {
    const root = tree(
      edited(
        files,
        X86,
        "#include <linux/types.h>\n",
        "#include <linux/types.h>\n#ifdef __x86_64__\n#error 32 bits only\n#endif\n",
      ),
    );
    const outcome = importTree(root);
    if (outcome.outcome !== "written") throw new Error(outcome.outcome);
    const refused = outcome.without.filter(({ refusal }) => refusal);
    expect(refused.map(({ arch }) => arch.id)).toEqual(["x86_64"]);
    expect(refused[0]?.refusal?.message).toBe("the headers refuse x86_64: 32 bits only");
    const abi = outcome.texts.find(({ file }) => file === "schema/abi.yaml")?.text ?? "";
    const { arches } = parse(abi) as { arches: Record<string, { versions: string[] }> };
    expect(arches.x86_32?.versions.at(-1)).toBe("v24");
    expect(arches.x86_64?.versions.at(-1)).toBe(NEWEST);
  });
});

describe("what a person has to do is said, and nothing is written", () => {
  const cases: readonly (readonly [what: string, path: string, from: string, to: string, message: RegExp])[] = [
    [
      "packed",
      STRUCTS,
      "_padding, index, ldisc;",
      "_padding, index, ldisc;\n\t__u8 odd;\n\t__u32 more __packed;",
      /more is packed/,
    ],
    ["a type of another kind", STRUCTS, SHIFT, "\tstruct { __u16 a; } hugetlb_shift;\n", /hugetlb_shift is now struct/],
    ["a byte order without a type", STRUCTS, SHIFT, `${SHIFT}\t__le64 wide;\n`, /the schema has no type `le64`/],
    [
      "an enumeration of its own",
      STRUCTS,
      "struct ckpt_hdr_vma {",
      "enum fresh { FRESH_ONE };\nstruct ckpt_hdr_vma {",
      /FRESH_ONE belongs to no enumeration/,
    ],
    [
      "a field that comes back",
      X86,
      "\t__u32 used_math;",
      "\t__u32 used_math;\n\t__u64 debugreg0;",
      /debugreg0 was removed in an older version and is back/,
    ],
    [
      "a field that is gone on one architecture",
      X86,
      "\t__u64 sysenter_return;",
      "#ifdef __i386__\n\t__u64 sysenter_return;\n#endif",
      /sysenter_return is gone on x86_64 only/,
    ],
    ["a bit field", STRUCTS, SHIFT, "\t__u16 hugetlb_shift : 4;\n", /a bit field is not allowed/],
  ];
  test.each(cases)("%s", (_, path, from, to, message) => {
    const root = tree(edited(files, path, from, to));
    expect(refusal(root)).toMatch(message);
  });

  test("an architecture that the schema does not know", () => {
    const root = tree(
      new Map([...files, ["include/asm-mips/checkpoint_hdr.h", "struct ckpt_hdr_header_arch { __u32 a; };\n"]]),
    );
    expect(() => importTree(root)).toThrow(/the architecture mips, which the schema does not know/);
  });
});
