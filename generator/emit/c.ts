/**
 * Step 5: the folder `c` of a unit: a C header per version, and assertions that a compiler checks against it.
 *
 * The header is written from the schema, with explicit widths and `#if` where architectures differ. The assertions state what the layout
 * step computed; a C compiler that accepts them has computed the same.
 */

import type { ScalarType } from "../../runtime/integers.js";
import { expressionWords } from "../expression.js";
import type { DistinctLayout, LaidMember, Layout, Layouts } from "../layout.js";
import { nestedStructs } from "../members.js";
import {
  type Abi,
  type Arch,
  bindingName,
  type Constant,
  type Enumerator,
  type Model,
  type Struct,
  type Version,
} from "../model.js";
import { IMAGE, type Unit } from "../units.js";
import { banner, commentText, docComment } from "./text.js";
import { objectMembers } from "./types.js";

/** Preprocessor expression that is true when the compiler targets the architecture. */
const COMPILER_TEST: Readonly<Record<string, string>> = {
  x86_32: "defined(__i386__)",
  x86_64: "defined(__x86_64__)",
  s390x: "defined(__s390x__)",
  s390: "(defined(__s390__) && !defined(__s390x__))",
  powerpc: "(defined(__powerpc__) && !defined(__powerpc64__))",
  powerpc64: "defined(__powerpc64__)",
  arm: "defined(__arm__)",
};

const SCALAR: Readonly<Record<ScalarType, string>> = {
  u8: "uint8_t",
  u16: "uint16_t",
  u32: "uint32_t",
  u64: "ckpt_abi_u64",
  s8: "int8_t",
  s16: "int16_t",
  s32: "int32_t",
  s64: "ckpt_abi_s64",
  f32: "float",
  f64: "ckpt_abi_f64",
  le16: "uint16_t",
  be16: "uint16_t",
  be32: "uint32_t",
  char: "char",
};

export function emitC(model: Model, layouts: Layouts, unit: Unit): Map<string, string> {
  const directory = `${unit.output}/c`;
  const files = new Map<string, string>();
  for (const version of model.versions) {
    const abis = layouts.abis.filter(({ abi }) => abi.version === version);
    const groups = model.structs.flatMap((struct) => {
      const own = abis.flatMap(({ abi, structs }) => {
        const layout = structs.get(struct);
        return layout ? [{ abi, layout }] : [];
      });
      return own.length > 0 ? [{ struct, own }] : [];
    });
    const sorted = inDependencyOrder(groups);
    files.set(`${directory}/${version.id}.h`, header(model, version, sorted, unit));
    files.set(`${directory}/${version.id}_assert.c`, assertions(version, sorted, unit));
  }
  return files;
}

interface AssertionGroup {
  readonly struct: Struct;
  readonly own: readonly { readonly abi: Abi; readonly layout: DistinctLayout }[];
}

/** Groups sorted so that a struct follows the structs that it contains. */
function inDependencyOrder(groups: readonly AssertionGroup[]): AssertionGroup[] {
  const sorted: AssertionGroup[] = [];
  const visit = (group: AssertionGroup): void => {
    if (sorted.includes(group)) return;
    for (const { struct: inner } of group.own.flatMap(({ layout }) => nestedStructs(layout.layout))) {
      const other = groups.find((candidate) => candidate.struct === inner);
      if (other && other !== group) visit(other);
    }
    sorted.push(group);
  };
  groups.forEach(visit);
  return sorted;
}

/** Name of the macro that selects the architecture of the images. */
function archMacro(arch: string): string {
  return `CKPT_ABI_ARCH_${arch.toUpperCase()}`;
}

function archTest(arch: string): string {
  return `defined(${archMacro(arch)})`;
}

/** Selects the architecture of the images: the target of the compiler, unless the program defines another one. */
function archChoice(version: Version, arches: readonly Arch[]): string {
  const own = arches.map(
    ({ id }, index) =>
      `#${index === 0 ? "if" : "elif"} ${COMPILER_TEST[id] ?? `defined(__${id}__)`}\n#define ${archMacro(id)} 1\n`,
  );
  // Without the attribute, the alignment would be that of the target of the compiler.
  const byAlignment = [4, 8].flatMap((align) => {
    const such = arches.filter(({ align64 }) => align64 === align);
    return such.length > 0 ? [{ align, test: such.map(({ id }) => archTest(id)).join(" || ") }] : [];
  });
  const typedefs = byAlignment.map(
    ({ align, test }, index) => `#${index === 0 ? "if" : "elif"} ${test}
typedef uint64_t ckpt_abi_u64 __attribute__((aligned(${align})));
typedef int64_t ckpt_abi_s64 __attribute__((aligned(${align})));
typedef double ckpt_abi_f64 __attribute__((aligned(${align})));
`,
  );
  return `#if !(${arches.map(({ id }) => archTest(id)).join(" || ")})
${own.join("")}#else
#error "${version.id} does not have this architecture; to read images of another one, define ${archMacro(arches[0]?.id ?? "")} or the like"
#endif
#endif

${typedefs.join("")}#endif
`;
}

/** Numbers of records and objects, enumerators and constants, those common to all architectures first. Foreign ones come from their own headers. */
function numbers(model: Model, abis: readonly Abi[]): string {
  const arches = abis.map(({ arch }) => arch.id);
  const texts = (items: readonly (Constant | Enumerator)[], write: (name: string, value: bigint) => string) => {
    const entries = items.flatMap(({ name, value }) => {
      const own = abis.flatMap((abi) => {
        const number = value.at(abi);
        return number === undefined ? [] : [{ arch: abi.arch.id, text: write(name, number) }];
      });
      return own.length > 0 ? [own] : [];
    });
    const isShared = (own: (typeof entries)[number]) =>
      own.length === arches.length && own.every(({ text }) => text === own[0]?.text);
    const shared = entries.filter(isShared).map((own) => own[0]?.text);
    return {
      shared: shared.join(""),
      others: entries
        .filter((own) => !isShared(own))
        .map((own) => byArch(own, arches))
        .join(""),
    };
  };
  const enums = model.enums
    .filter(
      ({ external, family }) =>
        external === undefined && (family === undefined || abis.some(({ arch }) => arch.family === family)),
    )
    .flatMap(({ summary, values }) => {
      const { shared, others } = texts(values, (name, value) =>
        value > INT_MAX ? define(name, value) : `#define ${name} ${value}\n`,
      );
      return shared + others === "" ? [] : [`${comment([summary])}${shared}${others}`];
    });
  // Kernel limits are left out: programs that read images do not need them, and may use the names themselves.
  const { shared, others } = texts(
    model.constants.filter(({ external }) => external !== "kernel"),
    define,
  );
  return [...enums, `/* Constants. Other headers define some of them too. */\n${shared}${others}`].join("\n");
}

function comment(texts: readonly string[]): string {
  return docComment(texts.map(commentText)).replace("/**", "/*");
}

const INT_MAX = 0x7fffffffn;

function define(name: string, value: bigint): string {
  const text = value > INT_MAX ? `0x${value.toString(16)}${value > 0xffffffffn ? "ULL" : "U"}` : String(value);
  return `#ifndef ${name}\n#define ${name} ${text}\n#endif\n`;
}

/** Texts by architecture as C: one text where all are equal, else `#if` branches. */
function byArch(entries: readonly { arch: string; text: string }[], all: readonly string[]): string {
  const texts = new Map<string, string[]>();
  for (const { arch, text } of entries) texts.set(text, [...(texts.get(text) ?? []), arch]);
  if (texts.size === 1 && entries.length === all.length) return entries[0]?.text ?? "";
  const branches = [...texts].map(
    ([text, arches], index) => `#${index === 0 ? "if" : "elif"} ${arches.map(archTest).join(" || ")}\n${text}`,
  );
  return `${branches.join("")}#endif\n`;
}

function header(model: Model, version: Version, groups: readonly AssertionGroup[], unit: Unit): string {
  const abis = model.abis.filter((abi) => abi.version === version);
  const arches = abis.map(({ arch }) => arch.id);
  const guard = `${["CKPT_ABI", ...(unit === IMAGE ? [] : [unit.name]), version.id].join("_").toUpperCase().replaceAll("-", "_")}_H`;
  const body = groups
    .map(
      ({ struct, own }) =>
        `${comment([struct.summary, ...privateLines(struct)])}${byArch(
          own.map(({ abi, layout }) => ({ arch: abi.arch.id, text: declaration(struct, layout.layout, abi) })),
          arches,
        )}`,
    )
    .join("\n");
  return `${banner([unit.schema], "//")}//
// Structs${unit.foreign ? "" : " and numbers"} of ${unit.contents}, ${version.id} (${version.date}), for gcc and clang. Byte order is that of the machine that wrote
// them, except where a comment says otherwise. To read images of an architecture other than that of the program, define
// CKPT_ABI_ARCH_X86_32 or the like before this file is included.
#ifndef ${guard}
#define ${guard}

#include <stdint.h>

${archChoice(
  version,
  abis.map(({ arch }) => arch),
)}
${unit.foreign ? "" : `${numbers(model, abis)}\n`}${body}
#endif
`;
}

/** Lines of a comment on what the size of a kernel struct depends on. */
function privateLines({ private: part }: Struct): string[] {
  if (!part) return [];
  const sizes = part.sizes.map(([kernel, size]) => `${expressionWords(size)} from Linux ${kernel} on`);
  return [
    "",
    `In images, every element has private bytes of the kernel after these fields: ${sizes.join(", ")}. The distance between elements is the length of the array divided by their number, not sizeof.`,
  ];
}

/** Names of scalar types and structs in declarations. */
export interface Vocabulary {
  scalar(type: ScalarType): string;
  tag(struct: Struct, abi: Abi): string;
}

/** Structs of the C library and the kernel get a prefix, so that the header can be included together with theirs. */
const OF_THE_HEADER: Vocabulary = {
  scalar: (type) => SCALAR[type],
  tag(struct, abi) {
    const name = bindingName(struct, abi);
    return struct.external && !name.startsWith("ckpt_") ? `ckpt_abi_${name}` : name;
  },
};

/** Uses the types of the compiler and the struct names of the C library. */
export const OF_THE_COMPILER: Vocabulary = {
  scalar: (type) =>
    type === "f64" ? "double" : SCALAR[type].replace("ckpt_abi_u64", "uint64_t").replace("ckpt_abi_s64", "int64_t"),
  tag: bindingName,
};

export function declaration(struct: Struct, layout: Layout, abi: Abi, words: Vocabulary = OF_THE_HEADER): string {
  const aligned = struct.aligned.at(abi) ?? 0;
  return `struct ${words.tag(struct, abi)} {\n${members(layout, abi, "\t", words)}}${attribute(aligned)};\n`;
}

function attribute(aligned: number): string {
  return aligned > 0 ? ` __attribute__((aligned(${aligned})))` : "";
}

function members(layout: Layout, abi: Abi, indent: string, words: Vocabulary): string {
  return layout.members
    .map((member) => `${indent}${memberText(member, abi, indent, words)};${byteOrder(member)}\n`)
    .join("");
}

function memberText(member: LaidMember, abi: Abi, indent: string, words: Vocabulary): string {
  const { type, field } = member;
  const dims = `${member.flexible ? "[]" : ""}${member.dims.map((dim) => `[${dim}]`).join("")}`;
  const name = member.name === null ? "" : ` ${member.name}`;
  if (type.kind === "scalar") return `${words.scalar(type.scalar)}${name}${dims}${attribute(field.aligned)}`;
  if (type.kind === "reference")
    return `struct ${words.tag(type.struct, abi)}${name}${dims}${attribute(field.aligned)}`;
  return `${type.kind} {\n${members(type.layout, abi, `${indent}\t`, words)}${indent}}${attribute(field.typeAligned)}${name}${dims}${attribute(field.aligned)}`;
}

function byteOrder(member: LaidMember): string {
  if (member.type.kind !== "scalar") return "";
  if (/^be/.test(member.type.scalar)) return " /* big-endian */";
  return /^le/.test(member.type.scalar) ? " /* little-endian */" : "";
}

function assertions(version: Version, groups: readonly AssertionGroup[], unit: Unit): string {
  const arches = [...new Set(groups.flatMap(({ own }) => own.map(({ abi }) => abi.arch.id)))];
  const body = groups
    .map(({ struct, own }) =>
      byArch(
        own.map(({ abi, layout }) => ({
          arch: abi.arch.id,
          text: structAssertions(OF_THE_HEADER.tag(struct, abi), layout.layout),
        })),
        arches,
      ),
    )
    .join("\n");
  return `${banner([unit.schema], "//")}//
// What the generator computed for ${version.id}; a C compiler that accepts this file has computed the same.
#include <stddef.h>
#include "${version.id}.h"

#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " has another size")
#define ALIGN(type, align) _Static_assert(_Alignof(type) == (align), #type " has another alignment")
#define AT(type, member, at) _Static_assert(offsetof(type, member) == (at), #type "." #member " has another offset")
#define WIDTH(type, member, size) _Static_assert(sizeof(((type *)0)->member) == (size), #type "." #member " has another size")

${body}`;
}

const asserted = new WeakMap<Layout, Map<string, string>>();

/** Assertions on the size, alignment and offsets of a struct. Cached, because many versions and architectures share a layout. */
function structAssertions(name: string, layout: Layout): string {
  const texts = asserted.get(layout) ?? new Map<string, string>();
  asserted.set(layout, texts);
  const text = texts.get(name) ?? makeAssertions(name, layout);
  texts.set(name, text);
  return text;
}

function makeAssertions(name: string, layout: Layout): string {
  const type = `struct ${name}`;
  return [
    `SIZE(${type}, ${layout.size});`,
    `ALIGN(${type}, ${layout.align});`,
    ...memberAssertions(type, layout, "", 0),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function* memberAssertions(type: string, layout: Layout, prefix: string, base: number): Generator<string> {
  for (const { name, offset, member } of objectMembers(layout)) {
    const path = prefix + name;
    yield `AT(${type}, ${path}, ${base + offset});`;
    yield `WIDTH(${type}, ${path}, ${member.size});`;
    const inner = member.type.kind === "struct" || member.type.kind === "union" ? member.type.layout : undefined;
    if (inner) yield* memberAssertions(type, inner, `${path}${"[0]".repeat(member.dims.length)}.`, base + offset);
  }
  const flexible = layout.members.find((member) => member.flexible);
  if (flexible) yield `AT(${type}, ${prefix}${flexible.name}, ${base + flexible.offset});`;
}
