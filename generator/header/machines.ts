/**
 * How a kernel tree and a compiler call an architecture of the schema: the directory of its headers, and the macros that its compiler and
 * its kernel configuration define.
 */
import type { Arch } from "../model.js";

interface Machine {
  /** `arch/<directory>/include/asm`, `include/asm-<directory>`. */
  readonly directory: string;
  /** Macros with the value 1. */
  readonly macros: readonly string[];
}

const MACHINES: Readonly<Record<string, Machine>> = {
  x86_32: { directory: "x86", macros: ["__i386__", "__i386", "CONFIG_X86", "CONFIG_X86_32"] },
  x86_64: { directory: "x86", macros: ["__x86_64__", "__x86_64", "CONFIG_X86", "CONFIG_X86_64", "CONFIG_COMPAT"] },
  s390x: { directory: "s390", macros: ["__s390__", "__s390x__", "CONFIG_S390", "CONFIG_COMPAT"] },
  s390: { directory: "s390", macros: ["__s390__", "CONFIG_S390"] },
  powerpc: { directory: "powerpc", macros: ["__powerpc__", "__PPC__", "CONFIG_PPC", "CONFIG_PPC32"] },
  powerpc64: {
    directory: "powerpc",
    macros: ["__powerpc__", "__powerpc64__", "__PPC__", "__PPC64__", "CONFIG_PPC", "CONFIG_PPC64", "CONFIG_COMPAT"],
  },
  arm: {
    directory: "arm",
    macros: ["__arm__", "__ARMEL__", "__ARM_EABI__", "CONFIG_ARM", "CONFIG_AEABI", "CONFIG_MMU"],
  },
};

/** Directory of an architecture's headers in a kernel tree. */
export function directoryOf(arch: Arch): string {
  return MACHINES[arch.id]?.directory ?? arch.family;
}

/** Macros that are defined before the first line, with their values. `__KERNEL__` is none of them: the headers are read as programs see them. */
export function predefined(arch: Arch): Map<string, string> {
  const names = MACHINES[arch.id]?.macros ?? [
    `__${arch.id}__`,
    `__${arch.family}__`,
    `CONFIG_${arch.id.toUpperCase()}`,
    `CONFIG_${arch.family.toUpperCase()}`,
  ];
  const big = arch.endian === "big";
  return new Map([
    ...names.map((name): [string, string] => [name, "1"]),
    ...KERNEL_MACROS,
    ["CONFIG_CHECKPOINT", "1"],
    ["__linux__", "1"],
    ["__GNUC__", "4"],
    ["__STDC__", "1"],
    [big ? "__BIG_ENDIAN" : "__LITTLE_ENDIAN", big ? "4321" : "1234"],
    [big ? "__BIG_ENDIAN_BITFIELD" : "__LITTLE_ENDIAN_BITFIELD", "1"],
    ["__ORDER_LITTLE_ENDIAN__", "1234"],
    ["__ORDER_BIG_ENDIAN__", "4321"],
    ["__BYTE_ORDER__", big ? "4321" : "1234"],
    ["__BITS_PER_LONG", String(arch.bits)],
    ["BITS_PER_LONG", String(arch.bits)],
    ["__SIZEOF_POINTER__", String(arch.bits / 8)],
    ...(arch.bits === 64
      ? ([
          ["__LP64__", "1"],
          ["_LP64", "1"],
          ["CONFIG_64BIT", "1"],
        ] as const)
      : ([["CONFIG_32BIT", "1"]] as const)),
  ]);
}

/** What headers of a kernel use and others of its headers define: attributes, marks for checkers, and members that come in groups. */
export const KERNEL_MACROS: readonly (readonly [head: string, body: string])[] = [
  ["__packed", "__attribute__((packed))"],
  ["__aligned(bytes)", "__attribute__((aligned(bytes)))"],
  ["__aligned_u64", "__u64 __attribute__((aligned(8)))"],
  ["__aligned_s64", "__s64 __attribute__((aligned(8)))"],
  ["__aligned_be64", "__be64 __attribute__((aligned(8)))"],
  ["__aligned_le64", "__le64 __attribute__((aligned(8)))"],
  ...["__user", "__kernel", "__iomem", "__force", "__nocast", "__bitwise", "__percpu", "__rcu"].map(
    (name) => [name, ""] as const,
  ),
  ...["__always_inline", "__attribute_const__", "__attribute_pure__", "__must_check", "__deprecated"].map(
    (name) => [name, ""] as const,
  ),
  [
    "__struct_group(tag, name, attributes, members...)",
    "union { struct { members } attributes; struct tag { members } attributes name; } attributes",
  ],
  ["struct_group(name, members...)", "__struct_group(, name, , members)"],
  ["struct_group_attr(name, attributes, members...)", "__struct_group(, name, attributes, members)"],
  ["__DECLARE_FLEX_ARRAY(type, name)", "struct { struct { } __empty_##name; type name[]; }"],
  ["DECLARE_FLEX_ARRAY(type, name)", "__DECLARE_FLEX_ARRAY(type, name)"],
  ["__counted_by(member)", ""],
];
