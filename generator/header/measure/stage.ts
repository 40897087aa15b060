/**
 * Puts the headers into a separate directory, where they compile without a kernel or a C library: copies of the headers, and stand-ins for the files
 * that they include, which declare the names of the schema.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { declaration, OF_THE_COMPILER } from "../../emit/c.js";
import { nestedStructs } from "../../members.js";
import type { Arch } from "../../model.js";
import type { DescribedAbi, DescribedStruct } from "../described.js";
import { foreignMacros } from "../foreign-macros.js";
import { directoryOf, KERNEL_MACROS } from "../machines.js";
import type { HeaderMember, HeaderModel } from "../model.js";
import type { HeaderSources } from "../sources.js";

/** File with the declarations of all stand-ins. */
const FOREIGN = "ckpt-abi-foreign.h";

export interface Stage {
  /** Directory for `-I`. */
  readonly directory: string;
  /** File names in the order of inclusion. */
  readonly includes: readonly string[];
}

export function stageHeaders(
  directory: string,
  sources: HeaderSources,
  header: HeaderModel,
  described: DescribedAbi,
): Stage {
  const write = (name: string, text: string): void => {
    // Keeps a name with `..` within the directory.
    const path = join(directory, normalize(join("/", name)));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const arch = directoryOf(described.abi.arch);
  const own = sources.archHeader(arch);
  const chooses = sources.asmChooses && described.abi.arch.unsupported === undefined;
  const copies = new Map<string, string>();
  if (sources.generic) copies.set("linux/checkpoint_hdr.h", sources.generic.text);
  if (sources.flags) copies.set("linux/checkpoint.h", sources.flags.text);
  for (const [name, text] of sources.byDirectory) copies.set(`asm-${name}/checkpoint_hdr.h`, text.text);
  const asm = chooses ? sources.asm : own;
  if (asm) copies.set("asm/checkpoint_hdr.h", asm.text);
  sources.others.forEach(({ text }, index) => {
    copies.set(`others/${index}.h`, text);
  });
  for (const [name, text] of copies) write(name, text);
  write(FOREIGN, foreign(header, described));
  for (const name of header.foreign)
    if (!copies.has(name)) write(name, `#include <${FOREIGN}>\n${macrosOf(name, described.abi.arch)}`);
  const first = sources.generic ? ["linux/checkpoint_hdr.h"] : [];
  const others = [...copies.keys()].filter((name) => name.startsWith("others/"));
  return { directory, includes: [FOREIGN, ...first, ...others, ...(asm ? ["asm/checkpoint_hdr.h"] : [])] };
}

/** Macros that conditionals depend on, as the parser of the headers defines them. */
function macrosOf(name: string, arch: Arch): string {
  return foreignMacros(name, arch)
    .map(([macro, body]) => `#ifndef ${macro}\n#define ${macro} ${body}\n#endif\n`)
    .join("");
}

/** Declarations that the headers do not define: widths of the kernel and of stdint.h, structs of the C library, constants of other headers. */
function foreign(header: HeaderModel, { abi, foreignStructs, foreignNumbers }: DescribedAbi): string {
  const integers = [8, 16, 32, 64].flatMap((bits) => [
    `typedef __UINT${bits}_TYPE__ __u${bits}, u${bits}, uint${bits}_t, u_int${bits}_t;`,
    `typedef __INT${bits}_TYPE__ __s${bits}, s${bits}, int${bits}_t;`,
  ]);
  const orders = [16, 32, 64].map((bits) => `typedef __u${bits} __be${bits}, __le${bits};`);
  const words = [
    "typedef __SIZE_TYPE__ size_t, __kernel_size_t, uintptr_t;",
    "typedef long ssize_t, off_t, time_t, intptr_t, __kernel_ssize_t, __kernel_long_t;",
    "typedef unsigned long __kernel_ulong_t;",
    "typedef int pid_t; typedef unsigned int uid_t, gid_t; typedef long long loff_t;",
    "typedef __u16 sa_family_t; typedef __be16 in_port_t; typedef __be32 in_addr_t;",
    ...KERNEL_MACROS.map(([head, body]) => `#ifndef ${head.replace(/\(.*/, "")}\n#define ${head} ${body}\n#endif`),
  ];
  const numbers = [...foreignNumbers].map(([name, value]) => `#ifndef ${name}\n#define ${name} ${value}\n#endif`);
  const declarations = embedded(header, foreignStructs).map(({ struct, layout }) =>
    declaration(struct, layout, abi, OF_THE_COMPILER),
  );
  return [
    "#ifndef CKPT_ABI_FOREIGN_H",
    "#define CKPT_ABI_FOREIGN_H",
    ...integers,
    ...orders,
    ...words,
    ...numbers,
    ...declarations,
    "#endif",
    "",
  ].join("\n");
}

/** Structs that the headers embed but do not define, each after those that it contains. */
function embedded({ structs }: HeaderModel, foreignStructs: DescribedAbi["foreignStructs"]): DescribedStruct[] {
  const sorted = new Set<DescribedStruct>();
  const visit = (tag: string): void => {
    const struct = structs.has(tag) ? undefined : foreignStructs.get(tag);
    if (!struct || sorted.has(struct)) return;
    for (const { struct: inner } of nestedStructs(struct.layout)) visit(inner.key);
    sorted.add(struct);
  };
  const all = (members: readonly HeaderMember[]): void => {
    for (const { type } of members)
      if (type.kind === "reference") visit(type.tag);
      else if (type.kind !== "scalar") all(type.members);
  };
  for (const { members } of structs.values()) all(members);
  return [...sorted];
}
