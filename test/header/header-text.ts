/**
 * C headers made from the measured layouts, in the dialects of kernels and extracts. They contain no line of a real header: names, types, numbers and
 * their order were measured with a compiler, and the rest is generated.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { abi } from "../../generated/codecs/index.js";
import type { FixtureMember, FixtureStruct, Measurement } from "../codecs/measurements.js";

export interface Dialect {
  readonly name: string;
  /** Layout of the tree: `include/asm-x86` with a header that selects the architecture, `arch/x86/include/asm`, or one file per architecture. */
  readonly tree: "extract" | "kernel" | "old-kernel";
  /** Whether `#define CKPT_HDR_X CKPT_HDR_X` follows every enumerator, as in the extract. */
  readonly selfDefines: boolean;
  /** Whether attributes come first, `struct __attribute__((aligned(8))) x {`, instead of `} __attribute__((aligned(8)));`. */
  readonly attributeFirst: boolean;
  readonly attribute: (bytes: number) => string;
  readonly semicolon: string;
  readonly emptyLength: "[0]" | "[]";
  readonly integer: (sign: "u" | "s", bits: number) => string;
  /** Whether members of one type share a line. */
  readonly together: boolean;
  /** Condition of an `#if` for an architecture. */
  readonly condition: (arch: string) => string;
  /** Whether there are parts for the kernel only, which programs do not see. */
  readonly kernelParts: boolean;
  readonly lineEnd: "\n" | "\r\n";
}

const COMPILER: Readonly<Record<string, string>> = { x86_32: "__i386__", x86_64: "__x86_64__", s390x: "__s390x__" };
const CONFIGURATION: Readonly<Record<string, string>> = {
  x86_32: "CONFIG_X86_32",
  x86_64: "CONFIG_X86_64",
  s390x: "CONFIG_S390) && defined(CONFIG_64BIT",
};

export const DIALECTS: readonly Dialect[] = [
  {
    name: "extract of user-cr",
    tree: "extract",
    selfDefines: true,
    attributeFirst: false,
    attribute: (bytes) => `__attribute__((aligned(${bytes})))`,
    semicolon: ";;",
    emptyLength: "[0]",
    integer: (sign, bits) => `__${sign}${bits}`,
    together: true,
    condition: (arch) => `#if ${COMPILER[arch]}`,
    kernelParts: false,
    lineEnd: "\n",
  },
  {
    name: "kernel tree",
    tree: "kernel",
    selfDefines: false,
    attributeFirst: true,
    attribute: (bytes) => `__attribute__ ((__aligned__ (${bytes})))`,
    semicolon: ";",
    emptyLength: "[]",
    integer: (sign, bits) => `${sign === "u" ? "uint" : "int"}${bits}_t`,
    together: false,
    condition: (arch) => `#if defined(${CONFIGURATION[arch]})`,
    kernelParts: true,
    lineEnd: "\n",
  },
  {
    name: "kernel tree of 2.6.27 and CRLF",
    tree: "old-kernel",
    selfDefines: true,
    attributeFirst: false,
    attribute: (bytes) => `__aligned(${bytes})`,
    semicolon: ";",
    emptyLength: "[0]",
    integer: (sign, bits) => `${sign}${bits}`,
    together: true,
    condition: (arch) => `#ifdef ${COMPILER[arch]}`,
    kernelParts: true,
    lineEnd: "\r\n",
  },
];

/** Texts by path below the tree. */
export type HeaderFiles = Map<string, string>;

export function writeTree(root: string, files: HeaderFiles): string {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Headers of one version, for all measured architectures. */
export function headerFiles(version: readonly Measurement[], dialect: Dialect): HeaderFiles {
  const families = new Map<string, Measurement[]>();
  for (const measurement of version) {
    const family = measurement.arch.startsWith("x86") ? "x86" : "s390";
    families.set(family, [...(families.get(family) ?? []), measurement]);
  }
  const structs = splitStructs(families);
  const numbers = splitNumbers(version, families);
  const writer = new Writer(dialect, version);
  const generic = writer.generic(structs.generic, numbers.generic);
  const files: HeaderFiles = new Map([
    ["include/linux/checkpoint_hdr.h", generic],
    ["include/linux/checkpoint.h", writer.flags(numbers.flags)],
  ]);
  for (const family of families.keys()) {
    const path = dialect.tree === "kernel" ? `arch/${family}/include/asm` : `include/asm-${family}`;
    files.set(
      `${path}/checkpoint_hdr.h`,
      writer.architecture(family, structs.byFamily.get(family) ?? [], numbers.byFamily.get(family) ?? []),
    );
  }
  if (dialect.tree === "extract") files.set("include/asm/checkpoint_hdr.h", chooser(families));
  return new Map([...files].map(([path, text]) => [path, text.replaceAll("\n", dialect.lineEnd)]));
}

function chooser(families: ReadonlyMap<string, readonly Measurement[]>): string {
  const tests: Readonly<Record<string, string>> = { x86: "__i386__ || __x86_64__", s390: "__s390x__" };
  const branches = [...families.keys()].map(
    (family, index) => `#${index === 0 ? "if" : "elif"} ${tests[family]}\n#include <asm-${family}/checkpoint_hdr.h>\n`,
  );
  return `#ifndef CHOOSER\n#define CHOOSER\n${branches.join("")}#else\n#error "no headers for this machine"\n#endif\n#endif\n`;
}

interface SharedStruct {
  readonly struct: FixtureStruct;
  /** All measurements of the struct, from which the required attributes follow. */
  readonly measured: readonly { readonly struct: FixtureStruct; readonly measurement: Measurement }[];
}

function splitStructs(families: ReadonlyMap<string, readonly Measurement[]>) {
  const generic: SharedStruct[] = [];
  const byFamily = new Map<string, SharedStruct[]>();
  const forms = new Map<string, { family: string; measurement: Measurement; struct: FixtureStruct }[]>();
  for (const [family, measurements] of families)
    for (const measurement of measurements)
      for (const struct of measurement.structs.values())
        forms.set(struct.name, [...(forms.get(struct.name) ?? []), { family, measurement, struct }]);
  for (const all of forms.values()) {
    const texts = new Set(all.map(({ struct }) => JSON.stringify(declared(struct.members))));
    const inAll = new Set(all.map(({ family }) => family)).size === families.size;
    const [first] = all as [(typeof all)[number]];
    if (texts.size === 1 && inAll && families.size > 1) generic.push({ struct: first.struct, measured: all });
    else if (families.size === 1 && !ARCHITECTURE.has(first.struct.name))
      generic.push({ struct: first.struct, measured: all });
    else
      for (const family of families.keys()) {
        const own = all.filter((form) => form.family === family);
        if (own[0]) byFamily.set(family, [...(byFamily.get(family) ?? []), { struct: own[0].struct, measured: own }]);
      }
  }
  return { generic, byFamily };
}

/** Structs of architecture headers. If only one family was measured, nothing but the name identifies them. */
const ARCHITECTURE = new Set(["ckpt_hdr_header_arch", "ckpt_hdr_thread", "ckpt_hdr_cpu", "ckpt_hdr_mm_context"]);

/** The declarations of members, without the results of a compiler. */
function declared(members: readonly FixtureMember[]): unknown {
  return members.map(([name, , , type, more]) => [
    name,
    type,
    more?.dims,
    more?.flexible !== undefined,
    more?.members && declared(more.members),
  ]);
}

interface SharedNumber {
  readonly name: string;
  readonly enumerator: boolean;
  /** Values by architecture. */
  readonly values: ReadonlyMap<string, number>;
}

function splitNumbers(version: readonly Measurement[], families: ReadonlyMap<string, readonly Measurement[]>) {
  const all = new Map<string, { enumerator: boolean; values: Map<string, number> }>();
  for (const { arch, enums, defines } of version)
    for (const [numbers, enumerator] of [
      [enums, true],
      [defines, false],
    ] as const)
      for (const [name, value] of numbers) {
        const known = all.get(name) ?? { enumerator, values: new Map() };
        known.values.set(arch, value);
        all.set(name, known);
      }
  const generic: SharedNumber[] = [];
  const flags: SharedNumber[] = [];
  const byFamily = new Map<string, SharedNumber[]>();
  for (const [name, number] of all) {
    const shared = { name, ...number };
    const families_ = [...families]
      .filter(([, own]) => own.some(({ arch }) => number.values.has(arch)))
      .map(([family]) => family);
    if (/^(?:CHECKPOINT_(?!LSM)|RESTART_|__NR_)/.test(name)) flags.push(shared);
    else if (
      families_.length < families.size ||
      /^CKPT_(?:X86|ARCH_NSIG|TTY_NCC)|^CKPT_HDR_(?:CPU_FPU|MM_CONTEXT_LDT|THREAD_TLS)$/.test(name)
    )
      for (const family of families_) byFamily.set(family, [...(byFamily.get(family) ?? []), shared]);
    else generic.push(shared);
  }
  return { generic, flags, byFamily };
}

class Writer {
  constructor(
    private readonly dialect: Dialect,
    private readonly version: readonly Measurement[],
  ) {}

  generic(structs: readonly SharedStruct[], numbers: readonly SharedNumber[]): string {
    const defines = numbers.filter(({ enumerator }) => !enumerator);
    const [first, ...others] = inOrder(structs);
    return `/*
 *  Made from measurements: not what #include "anything" or struct { __u32 x; } in a comment says.
 */
#ifndef _CHECKPOINT_CKPT_HDR_H_
#define _CHECKPOINT_CKPT_HDR_H_
${this.dialect.kernelParts ? "#ifdef __KERNEL__\n#include <linux/socket.h>\n#include <linux/un.h>\n#else\n#include <sys/socket.h>\n#endif\n" : "#include <sys/socket.h>\n"}
#include <linux/types.h>	// fixed widths \\
   and more { of a comment
${first ? this.struct(first) : ""}
#include <asm/checkpoint_hdr.h>

${this.enumerations(numbers.filter(({ enumerator }) => enumerator))}
${this.defines(defines)}
${others.map((struct) => this.struct(struct)).join("\n")}
#define CKPT_TST_OVERFLOW_16(a, b) \\
	((sizeof(a) > sizeof(b)) && ((a) > SHORT_MAX))
${this.dialect.kernelParts ? "#ifdef __KERNEL__\nstruct not_for_programs { unknown_t x : 3; };\n#endif\n" : ""}
#endif /* _CHECKPOINT_CKPT_HDR_H_ */
`;
  }

  architecture(family: string, structs: readonly SharedStruct[], numbers: readonly SharedNumber[]): string {
    const guard = `__ASM_${family.toUpperCase()}_CKPT_HDR_H`;
    const id =
      this.dialect.kernelParts && family === "x86"
        ? "#ifdef CONFIG_X86_32\n#define CKPT_ARCH_ID CKPT_ARCH_X86_32\n#endif\n"
        : "";
    return `#ifndef ${guard}
#define ${guard}
#include <linux/types.h>
${family === "s390" ? "#include <asm/ptrace.h>\n" : ""}${id}
${this.enumerations(numbers.filter(({ enumerator }) => enumerator))}
${this.defines(numbers.filter(({ enumerator }) => !enumerator))}
${inOrder(structs)
  .map((struct) => this.struct(struct))
  .join("\n")}
#endif
`;
  }

  flags(numbers: readonly SharedNumber[]): string {
    return `#ifndef _LINUX_CHECKPOINT_H_\n#define _LINUX_CHECKPOINT_H_\n\n${this.defines(numbers)}\n#endif\n`;
  }

  private defines(numbers: readonly SharedNumber[]): string {
    return numbers.map((number) => this.define(number)).join("");
  }

  private define({ name, values }: SharedNumber): string {
    const arches = this.version.map(({ arch }) => arch);
    const distinct = new Map<number, string[]>();
    for (const [arch, value] of values) distinct.set(value, [...(distinct.get(value) ?? []), arch]);
    const line = (value: number) =>
      `define ${name} ${value < 0 ? value : value >= 16 ? `0x${value.toString(16)}` : value}`;
    const [[value, own]] = [...distinct] as [[number, string[]]];
    if (distinct.size === 1 && (own.length === arches.length || !name.startsWith("__NR_"))) return `#${line(value)}\n`;
    return [...distinct]
      .flatMap(([each, those]) =>
        those.map(
          (arch) => `${this.dialect.condition(arch)}\n#\tifndef ${name}\n#\t\t${line(each)}\n#\tendif\n#endif\n`,
        ),
      )
      .join("");
  }

  private enumerations(numbers: readonly SharedNumber[]): string {
    const groups = new Map<string, SharedNumber[]>();
    for (const number of numbers) {
      const [prefix = ""] = /^CKPT_(?:NETDEV_ADDR|RESTART_BLOCK|[A-Z]+)_/.exec(number.name) ?? [];
      groups.set(prefix, [...(groups.get(prefix) ?? []), number]);
    }
    const tags: Readonly<Record<string, string>> = {
      CKPT_OBJ_: "obj_type ",
      CKPT_FILE_: "file_type ",
      CKPT_VMA_: "vma_type ",
      CKPT_RESTART_BLOCK_: "restart_block_type ",
      CKPT_NETDEV_: "ckpt_netdev_types ",
      CKPT_NETDEV_ADDR_: "ckpt_netdev_addr_types ",
    };
    return [...groups]
      .map(([prefix, own]) => {
        let next = 0;
        const lines = own.map(({ name, values }) => {
          const [value = 0] = values.values();
          const text = value === next ? name : `${name} = ${value > 100 ? `(${value - 1} + 1)` : value}`;
          next = value + 1;
          return `\t${text},\t/* comment, with { and # */\n${this.dialect.selfDefines ? `#define ${name} ${name}\n` : ""}`;
        });
        return `enum ${tags[prefix] ?? ""}{\n${lines.join("\n")}};\n`;
      })
      .join("\n");
  }

  private struct({ struct, measured }: SharedStruct): string {
    const needs = measured.map(({ struct: { members, align }, measurement }) => {
      const natural = this.extent(members, measurement).align;
      return align > natural ? align : 0;
    });
    // Real headers have the attribute everywhere, even where the alignment of the record header suffices.
    if (measured.every((form) => form.struct.align === 8)) needs.push(8);
    const attribute = Math.max(...needs) > 0 ? this.dialect.attribute(Math.max(...needs)) : "";
    const body = this.members(
      struct.members,
      measured.map((form) => ({ members: form.struct.members, measurement: form.measurement, name: struct.name })),
      "\t",
    );
    const { attributeFirst, semicolon } = this.dialect;
    return attributeFirst && attribute !== ""
      ? `struct ${attribute} ${struct.name} {\n${body}}${semicolon}\n`
      : `struct ${struct.name} {\n${body}}${attribute && ` ${attribute}`}${semicolon}\n`;
  }

  private members(
    members: readonly FixtureMember[],
    forms: readonly { members: readonly FixtureMember[]; measurement: Measurement; name: string }[],
    indent: string,
  ): string {
    let text = "";
    let open: string | undefined;
    members.forEach((member, index) => {
      const [name, , , type, details = {}] = member;
      const attribute = this.memberAttribute(index, forms);
      const dims =
        details.flexible !== undefined
          ? this.dialect.emptyLength
          : (details.dims ?? []).map((dim) => `[${this.length(name, dim)}]`).join("");
      if (details.members) {
        if (open !== undefined) text += ";\n";
        open = undefined;
        const inner = this.members(
          details.members,
          forms.map(({ members: outer, ...form }) => ({
            ...form,
            members: (outer[index] as FixtureMember)[4]?.members ?? [],
          })),
          `${indent}\t`,
        );
        const ofType = attribute?.ofType ? ` ${this.dialect.attribute(attribute.bytes)}` : "";
        const own = attribute && !attribute.ofType ? ` ${this.dialect.attribute(attribute.bytes)}` : "";
        text += `${indent}${type} {\n${inner}${indent}}${ofType}${name === null ? "" : ` ${name}`}${dims}${own};\n`;
        return;
      }
      const c = this.type(type, details.c, forms[0] as { measurement: Measurement; name: string }, name);
      const own = attribute ? ` ${this.dialect.attribute(attribute.bytes)}` : "";
      if (this.dialect.together && open === c && own === "") text += `, ${name}${dims}`;
      else {
        if (open !== undefined) text += ';\t/* says "nothing" */\n';
        text += `${indent}${c} ${name}${dims}${own}`;
        open = c;
      }
    });
    return open === undefined ? text : `${text};\n`;
  }

  private type(
    type: string,
    typedef: string | undefined,
    { measurement, name }: { measurement: Measurement; name: string },
    member: string | null,
  ): string {
    if (typedef !== undefined) return typedef;
    // Only widths were measured: the signedness is that of the codecs.
    if (measurement.structs.get(name)?.widths_only === true) {
      const found = abi(measurement.version, measurement.arch)
        .describe(name)
        .layout.members.find((candidate) => candidate.name === member);
      if (found) return found.c;
    }
    const [, sign, bits] = /^([us])(8|16|32|64)$/.exec(type) ?? [];
    if (sign !== undefined) return this.dialect.integer(sign as "u" | "s", Number(bits));
    if (type === "be32") return "__be32";
    return type === "ulong" ? "unsigned long" : type;
  }

  /** The attribute that a member needs in order to have its measured offset. */
  private memberAttribute(
    index: number,
    forms: readonly { members: readonly FixtureMember[]; measurement: Measurement }[],
  ): { bytes: number; ofType: boolean } | undefined {
    let found: { bytes: number; ofType: boolean } | undefined;
    for (const { members, measurement } of forms) {
      const [, offset, size, , details] = members[index] as FixtureMember;
      const before = members[index - 1];
      const end = before ? before[1] + before[2] : 0;
      const natural = this.extentOf(members[index] as FixtureMember, measurement);
      const elements = (details?.dims ?? []).reduce((product, dim) => product * dim, 1);
      if (details?.members && size > natural.size * elements) found = { bytes: 8, ofType: true };
      else if (offset > roundUp(end, natural.align)) found ??= { bytes: 8, ofType: false };
    }
    return found;
  }

  private extent(members: readonly FixtureMember[], measurement: Measurement): { size: number; align: number } {
    let end = 0;
    let align = 1;
    for (const member of members) {
      const own = this.extentOf(member, measurement);
      align = Math.max(align, own.align);
      end = Math.max(end, member[1] + member[2]);
    }
    return { size: roundUp(end, align), align };
  }

  /** Extent of one element, without attributes. */
  private extentOf(
    [, , size, type, details = {}]: FixtureMember,
    measurement: Measurement,
  ): { size: number; align: number } {
    if (details.members) return this.extent(details.members, measurement);
    const tag = /^struct (.*)$/.exec(type)?.[1];
    const struct =
      tag === undefined ? undefined : (measurement.structs.get(tag) ?? measurement.externalStructs.get(tag));
    if (struct) return struct;
    const elements = (details.dims ?? []).reduce((product, dim) => product * dim, 1);
    const width = details.flexible ?? size / elements;
    return { size: width, align: width === 8 && measurement.arch === "x86_32" ? 4 : width };
  }

  /** Length of an array in the notation of headers: the constant, if it has that value. */
  private length(name: string | null, dim: number): string {
    const [constant, compute] = LENGTHS[name ?? ""] ?? [];
    if (constant === undefined || !compute) return String(dim);
    const values = this.version.map(
      ({ defines, externalConstants }) => defines.get(constant) ?? externalConstants.get(constant),
    );
    const fits =
      values.every((value) => value === undefined || compute(value)[1] === dim) &&
      values.some((value) => value !== undefined);
    return fits ? compute(dim)[0] : String(dim);
  }
}

type Length = readonly [constant: string, compute: (value: number) => readonly [text: string, length: number]];
const uts: Length = ["CKPT_NEW_UTS_LEN", (value) => ["CKPT_NEW_UTS_LEN + 1", value + 1]];
const LENGTHS: Readonly<Record<string, Length>> = {
  sysname: uts,
  nodename: uts,
  domainname: uts,
  sigset: ["CKPT_ARCH_NSIG", (value) => ["CKPT_ARCH_NSIG / 8", value / 8]],
  rlim: ["CKPT_RLIM_NLIMITS", (value) => ["CKPT_RLIM_NLIMITS", value]],
  read_flags: ["CKPT_N_TTY_BUF_SIZE", (value) => ["(CKPT_N_TTY_BUF_SIZE >> 3)", value / 8]],
  gprs: ["NUM_GPRS", (value) => ["NUM_GPRS", value]],
  acrs: ["NUM_ACRS", (value) => ["NUM_ACRS", value]],
};

/** Structs in dependency order. */
function inOrder(structs: readonly SharedStruct[]): SharedStruct[] {
  const byName = new Map(structs.map((shared) => [shared.struct.name, shared]));
  const sorted = new Set<SharedStruct>();
  const visit = (shared: SharedStruct): void => {
    if (sorted.has(shared)) return;
    for (const tag of embedded(shared.struct.members)) {
      const inner = byName.get(tag);
      if (inner) visit(inner);
    }
    sorted.add(shared);
  };
  const head = byName.get("ckpt_hdr");
  if (head) visit(head);
  structs.forEach(visit);
  return [...sorted];
}

function* embedded(members: readonly FixtureMember[]): Generator<string> {
  for (const [, , , type, details] of members) {
    const tag = /^struct (.*)$/.exec(type)?.[1];
    if (tag !== undefined) yield tag;
    if (details?.members) yield* embedded(details.members);
  }
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
