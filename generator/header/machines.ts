/**
 * Names of an architecture in a kernel tree: the directory of its headers, and the macros of its kernel configuration, in addition to those of its
 * compiler.
 */
import type { Arch } from "../model.js";
import { compilerMacros, type MacroText } from "./compiler-macros.js";

interface Machine {
  /** Directory in the paths `arch/<directory>/include/asm` and `include/asm-<directory>`. */
  readonly directory: string;
  /** Kernel options that are set, without `CONFIG_`. */
  readonly configuration: readonly string[];
}

const MACHINES: Readonly<Record<string, Machine>> = {
  x86_32: { directory: "x86", configuration: ["X86", "X86_32"] },
  x86_64: { directory: "x86", configuration: ["X86", "X86_64", "COMPAT"] },
  s390x: { directory: "s390", configuration: ["S390", "COMPAT"] },
  s390: { directory: "s390", configuration: ["S390"] },
  powerpc: { directory: "powerpc", configuration: ["PPC", "PPC32"] },
  powerpc64: { directory: "powerpc", configuration: ["PPC", "PPC64", "COMPAT"] },
  arm: { directory: "arm", configuration: ["ARM", "AEABI", "MMU"] },
};

/** Directory of an architecture's headers in a kernel tree. */
export function directoryOf(arch: Arch): string {
  return MACHINES[arch.id]?.directory ?? arch.family;
}

/** Predefined macros with their values. `__KERNEL__` is not one of them: the headers are read as programs see them. */
export function predefined(arch: Arch): Map<string, string> {
  const { id, family, bits } = arch;
  const configuration = MACHINES[id]?.configuration ?? [id.toUpperCase(), family.toUpperCase()];
  const big = arch.endian === "big";
  return new Map([
    ...compilerMacros(arch).map(withoutWords),
    ...KERNEL_MACROS,
    ...[...configuration, "CHECKPOINT", `${bits}BIT`].map((name) => [`CONFIG_${name}`, "1"] as const),
    [big ? "__BIG_ENDIAN" : "__LITTLE_ENDIAN", big ? "4321" : "1234"],
    [big ? "__BIG_ENDIAN_BITFIELD" : "__LITTLE_ENDIAN_BITFIELD", "1"],
    ["__BITS_PER_LONG", String(bits)],
    ["BITS_PER_LONG", String(bits)],
  ]);
}

/** Keeps names of types such as `__SIZE_TYPE__` unexpanded: they say more than the keywords for them, such as `long unsigned int` (see `types`). */
function withoutWords([head, body]: MacroText): MacroText {
  return isNamedType(head) ? [head, head] : [head, body];
}

function isNamedType(name: string): boolean {
  return /^__(?:U?INT(?:8|16|32|64|PTR)|SIZE|PTRDIFF)_TYPE__$/.test(name);
}

/** Macros that kernel headers use and other kernel headers define: attributes, annotations for checkers, and grouped members. */
export const KERNEL_MACROS: readonly MacroText[] = [
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
