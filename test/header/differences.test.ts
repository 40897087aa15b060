/** Each single change of a header is reported as that change, with its places in the header and in the schema, and nothing else is. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { report, reportLines } from "../../generator/header/report.js";
import type { HeaderFiles } from "./header-text.js";
import { compare, edited, madeFiles, PROJECT, tree } from "./project.js";

const VERSION = "v23-rc2";
const STRUCTS = "include/linux/checkpoint_hdr.h";
const X86 = "include/asm-x86/checkpoint_hdr.h";
const FLAGS = "include/linux/checkpoint.h";
const files = madeFiles(VERSION);

/** Report about the changed headers, with paths relative to the tree; places in the schema are shown as `schema`. */
function told(changed: HeaderFiles): string[] {
  const root = tree(changed);
  return reportLines(report(compare(root, VERSION)))
    .filter((line) => !line.includes("ABI hazard"))
    .map((line) => line.replaceAll(`${root}/`, "").replace(/schema\/[\w/-]+\.yaml:\d+:\d+/, "schema"))
    .slice(0, -1);
}

/** `line:column` of a text in a file. */
function placed(changed: HeaderFiles, path: string, text: string, within = text): string {
  const all = changed.get(path) as string;
  const at = all.indexOf(text) + text.indexOf(within);
  const before = all.slice(0, at);
  return `${path}:${before.split("\n").length}:${at - before.lastIndexOf("\n")}`;
}

interface Mutation {
  readonly what: string;
  readonly path?: string;
  readonly from: string;
  readonly to: string;
  /** Text at whose place the header is reported, and the part of it. */
  readonly at?: readonly [text: string, within?: string];
  readonly lines: readonly string[];
}

const TREE = 'struct ckpt_hdr_tree {\n\tstruct ckpt_hdr h;\t/* says "nothing" */\n\t__u32 nr_tasks;\n}';
const VMA = "\t__u16 hugetlb_shift;\n";

const MUTATIONS: readonly Mutation[] = [
  {
    what: "a field more at the end",
    from: VMA,
    to: "\t__u16 hugetlb_shift;\n\t__u32 vm_color;\n",
    at: ["vm_color"],
    lines: ["@: field ckpt_hdr_vma.vm_color is new (u32)", "  schema: would follow this"],
  },
  {
    what: "a field more in the middle",
    from: "ino_size, vm_start,",
    to: "ino_size, vm_color, vm_start,",
    at: ["vm_color"],
    lines: ["@: field ckpt_hdr_vma.vm_color is new (u64)", "  schema: would follow this"],
  },
  {
    what: "a field less",
    from: VMA,
    to: "",
    at: ["struct ckpt_hdr_vma {", "ckpt_hdr_vma"],
    lines: ["@: field ckpt_hdr_vma.hugetlb_shift is gone", "  schema: the schema has it"],
  },
  {
    what: "another width",
    from: VMA,
    to: "\t__u32 hugetlb_shift;\n",
    at: ["hugetlb_shift"],
    lines: ["@: type of ckpt_hdr_vma.hugetlb_shift is u32, not u16", "  schema: the schema has it"],
  },
  {
    what: "another sign",
    from: VMA,
    to: "\t__s16 hugetlb_shift;\n",
    at: ["hugetlb_shift"],
    lines: ["@: type of ckpt_hdr_vma.hugetlb_shift is s16, not u16", "  schema: the schema has it"],
  },
  {
    what: "another length of an array",
    from: "(CKPT_N_TTY_BUF_SIZE >> 3)",
    to: "CKPT_N_TTY_BUF_SIZE / 4",
    at: ["read_flags"],
    lines: ["@: type of ckpt_hdr_ldisc_n_tty.read_flags is u8[1024], not u8[512]", "  schema: the schema has it"],
  },
  {
    what: "a length where there was none",
    from: "groups[0]",
    to: "groups[4]",
    at: ["groups[4]"],
    lines: ["@: type of ckpt_hdr_groupinfo.groups is u32[4], not u32[]", "  schema: the schema has it"],
  },
  {
    what: "a fixed byte order",
    from: VMA,
    to: "\t__be16 hugetlb_shift;\n",
    at: ["hugetlb_shift"],
    lines: ["@: type of ckpt_hdr_vma.hugetlb_shift is be16, not u16", "  schema: the schema has it"],
  },
  {
    what: "another order",
    from: "arg_start, arg_end, env_start, env_end",
    to: "env_start, env_end, arg_start, arg_end",
    at: ["env_start"],
    lines: [
      "@: order of ckpt_hdr_mm is h, map_count, exe_objref, def_flags, flags, start_code, end_code, start_data, end_data, start_brk, brk, start_stack, env_start, env_end, arg_start, arg_end",
      "  schema: the schema has h, map_count, exe_objref, def_flags, flags, start_code, end_code, start_data, end_data, start_brk, brk, start_stack, arg_start, arg_end, env_start, env_end",
    ],
  },
  {
    what: "another name for a field",
    from: "exe_objref",
    to: "executable_objref",
    at: ["executable_objref"],
    lines: [
      "@: field ckpt_hdr_mm.executable_objref seems to be exe_objref under a new name",
      "  schema: the schema has it",
    ],
  },
  {
    what: "a field in a nested struct",
    from: "__u8 state;\n\t} socket ",
    to: "__u8 state, phase;\n\t} socket ",
    at: ["phase"],
    lines: ["@: field ckpt_hdr_socket.socket.phase is new (u8)", "  schema: would follow this"],
  },
  {
    what: "a field in an anonymous aggregate",
    from: "inet4_mask, inet4_broadcast",
    to: "inet4_mask",
    at: ["struct {\n\t\t\t__be32 inet4_local"],
    lines: ["@: field ckpt_netdev_addr.address.inet4.inet4_broadcast is gone", "  schema: the schema has it"],
  },
  {
    what: "no attribute where it made a difference",
    from: "\t} __attribute__((aligned(8)));\n} __attribute__((aligned(8)));;",
    to: "\t};\n};;",
    at: ["union {\n\t\tstruct {\n\t\t\t__be32"],
    lines: [
      "@: alignment of ckpt_netdev_addr.address is no aligned attribute, not aligned(8)",
      "  schema: the schema has it",
      "include/linux/checkpoint_hdr.h:839:8: alignment of ckpt_netdev_addr is no aligned attribute, not aligned(8)",
      "  schema: the schema has it",
    ],
  },
  {
    what: "packed",
    from: `${TREE} __attribute__((aligned(8)))`,
    to: "struct ckpt_hdr_tree {\n\tstruct ckpt_hdr h;\n\t__u32 nr_tasks;\n} __packed",
    at: ["ckpt_hdr_tree"],
    lines: [
      "@: layout of ckpt_hdr_tree is 12 bytes aligned to 1, packed, not 16 bytes aligned to 8",
      "  schema: the schema has it",
    ],
  },
  {
    what: "packed, with another member",
    from: `${TREE} __attribute__((aligned(8)))`,
    to: "struct ckpt_hdr_tree {\n\tstruct ckpt_hdr h;\n\t__u8 odd;\n\t__u32 nr_tasks;\n} __packed",
    at: ["odd"],
    lines: [
      "@: field ckpt_hdr_tree.odd is new (u8)",
      "  schema: would follow this",
      "include/linux/checkpoint_hdr.h:794:8: layout of ckpt_hdr_tree is 13 bytes aligned to 1, packed, not 16 bytes aligned to 8",
      "  schema: the schema has it",
    ],
  },
  {
    what: "a struct more",
    from: "struct ckpt_hdr_vma {",
    to: "struct ckpt_hdr_new { struct ckpt_hdr h; __u32 a; };\nstruct ckpt_hdr_vma {",
    at: ["ckpt_hdr_new"],
    lines: ["@: struct ckpt_hdr_new is new (2 members)", "  schema: would follow this"],
  },
  {
    what: "a struct less",
    from: `${TREE} __attribute__((aligned(8)));;`,
    to: "",
    lines: ["schema: struct ckpt_hdr_tree is gone"],
  },
  {
    what: "another name for a struct",
    from: "struct ckpt_hdr_mm {",
    to: "struct ckpt_hdr_memory {",
    at: ["ckpt_hdr_memory"],
    lines: ["@: struct ckpt_hdr_memory seems to be ckpt_hdr_mm under a new name", "  schema: the schema has it"],
  },
  {
    what: "a define more",
    path: FLAGS,
    from: "#define RESTART_GHOST 4\n",
    to: "#define RESTART_GHOST 4\n#define RESTART_NEW (1UL << 5)\n",
    at: ["RESTART_NEW"],
    lines: ["@: define RESTART_NEW is new (32)"],
  },
  {
    what: "another value",
    path: FLAGS,
    from: "#define CHECKPOINT_VERSION 6",
    to: "#define CHECKPOINT_VERSION 7",
    at: ["CHECKPOINT_VERSION"],
    lines: ["@: define of CHECKPOINT_VERSION is 7, not 6", "  schema: the schema has it"],
  },
  {
    what: "a define less",
    from: "#define CKPT_PID_NULL -4096\n",
    to: "",
    lines: ["schema: define CKPT_PID_NULL is gone (it was -4096)"],
  },
  {
    what: "a value on one architecture",
    path: FLAGS,
    from: "define __NR_eclone 0x155",
    to: "define __NR_eclone 400",
    at: ["__NR_eclone 400"],
    lines: ["@: define of __NR_eclone is 400, not 341 [x86_32]", "  schema: the schema has it"],
  },
  {
    what: "a field of one family",
    path: X86,
    from: "\t__u64 sysenter_return;",
    to: "\t__u64 sysenter_return;\n\t__u64 fs_base;",
    at: ["fs_base"],
    lines: ["@: field ckpt_hdr_thread.fs_base is new (u64) [x86_32, x86_64]", "  schema: would follow this"],
  },
  {
    what: "a field of one architecture",
    path: X86,
    from: "\t__u64 sysenter_return;",
    to: "\t__u64 sysenter_return;\n#ifdef CONFIG_64BIT\n\t__u64 fs_base;\n#endif",
    at: ["fs_base"],
    lines: ["@: field ckpt_hdr_thread.fs_base is new (u64) [x86_64]", "  schema: would follow this"],
  },
  {
    what: "a field of another width on every architecture",
    path: X86,
    from: "\t__u64 sysenter_return;",
    to: "\tunsigned long sysenter_return;",
    at: ["sysenter_return"],
    lines: ["@: type of ckpt_hdr_thread.sysenter_return is u32, not u64 [x86_32]", "  schema: the schema has it"],
  },
];

describe("one change at a time", () => {
  test("there is none to begin with", () => {
    expect(told(files)).toEqual([]);
  });

  test.each(MUTATIONS.map((mutation) => [mutation.what, mutation] as const))("%s", (_, mutation) => {
    const { path = STRUCTS, from, to, at, lines } = mutation;
    const changed = edited(files, path, from, to);
    const place = at ? placed(changed, path, at[0], at[1]) : "";
    expect(told(changed)).toEqual(lines.map((line) => line.replace("@", place)));
  });
});

test("a record inserted in the middle of the enumeration moves those behind it", () => {
  const changed = edited(files, STRUCTS, "\tCKPT_HDR_TASK_NS,", "\tCKPT_HDR_TASK_NEW,\n\tCKPT_HDR_TASK_NS,");
  const lines = told(changed);
  expect(lines.filter((line) => line.includes("is new"))).toEqual([
    `${placed(changed, STRUCTS, "CKPT_HDR_TASK_NEW")}: enumerator CKPT_HDR_TASK_NEW is new (104)`,
  ]);
  const moved = lines.filter((line) => line.includes("enumerator of"));
  expect(moved[0]).toBe(
    `${placed(changed, STRUCTS, "CKPT_HDR_TASK_NS,", "CKPT_HDR_TASK_NS")}: enumerator of CKPT_HDR_TASK_NS is 105, not 104`,
  );
  // Up to the next enumerator with an explicit value.
  expect(moved).toHaveLength(15);
  expect(lines).toHaveLength(1 + 2 * 15);
});

test("a difference has the line of the schema that it is about", () => {
  const root = tree(edited(files, STRUCTS, VMA, "\t__u32 hugetlb_shift;\n"));
  const [entry] = report(compare(root, VERSION)).differences;
  expect(entry).toMatchObject({
    change: "changed",
    subject: "type",
    name: "ckpt_hdr_vma.hugetlb_shift",
    was: "u16",
    now: "u32",
  });
  const schema = entry?.schema as { file: string; line: number; column: number };
  const lines = readFileSync(join(PROJECT, schema.file), "utf8").split("\n");
  expect(lines[schema.line - 1]?.slice(schema.column - 1)).toMatch(/^type:/);
  expect(lines.slice(schema.line - 3, schema.line).join()).toMatch(/hugetlb_shift:/);
});

test("single headers are compared as far as they go", () => {
  const root = tree(files);
  const arches = ["x86_32", "x86_64"];
  expect(names(compare(join(root, X86), VERSION, arches))).toEqual([]);
  expect(names(compare(join(root, STRUCTS), VERSION, arches))).toEqual([]);
  const broken = tree(edited(files, X86, "#define CKPT_X86_SEG_NULL 0\n", ""));
  const both = compare([join(broken, X86), join(broken, STRUCTS)], VERSION, arches);
  expect(names(both)).toEqual(["CKPT_X86_SEG_NULL"]);
  expect(compare(join(broken, STRUCTS), VERSION, arches).notes).toEqual([
    "linux/checkpoint.h was not compared: it is missing",
    "no architecture header was compared: there is none",
  ]);
});

test("against another version, everything that came since is told", () => {
  expect(names(compare(tree(files), "v23-rc1-c"))).toEqual(
    expect.arrayContaining(["CKPT_HDR_HPAGE", "ckpt_hdr_hpage", "ckpt_hdr_vma.hugetlb_shift"]),
  );
});

function names(comparison: Parameters<typeof report>[0]): string[] {
  return report(comparison).differences.map(({ name }) => name);
}
