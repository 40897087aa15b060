/** Texts of new entries. Facts that are not in the headers are left as `TODO`, which the generator rejects. */
import { parseExpression } from "../../expression.js";
import type { Arch, Model } from "../../model.js";
import type { HeaderMember, HeaderScalar, HeaderStruct, HeaderType, SourcePlace } from "../model.js";
import { alignedOf, unusual } from "../plain.js";
import { CannotImport } from "./cannot-import.js";
import { type EntryLines, scalarText } from "./yaml-file.js";

/** Names of widths that the schema treats as equal to its own. */
const PLAIN = /^(?:__)?(?:[us](?:8|16|32|64)|[bl]e(?:16|32|64))$|^u?int(?:8|16|32|64)_t$|^(?:char|float|double)$/;
const IN_SCHEMA = new Set<HeaderScalar>([
  "u8",
  "u16",
  "u32",
  "u64",
  "s8",
  "s16",
  "s32",
  "s64",
  "f32",
  "f64",
  "le16",
  "be16",
  "be32",
  "char",
]);

/** A member on each architecture; the first one determines its place in errors. */
export type MemberByArch = ReadonlyMap<Arch, HeaderMember>;

export class EntryWriter {
  constructor(
    private readonly model: Model,
    /** Returns the key of the struct with a tag. */
    private readonly keyOf: (tag: string) => string,
    /** Names that have a value in the new version. */
    private readonly constants: ReadonlySet<string>,
    /** Whether the schema can express the layout of the struct with a tag, wherever the headers have it. */
    private readonly isPlain: (tag: string) => boolean,
    /** The last number used in keys of anonymous members: `anonymous_3`. */
    private anonymous: number,
  ) {}

  /**
   * Checks the layout of a struct.
   *
   * @throws {CannotImport} when the schema cannot express it
   */
  checkLayout(header: HeaderStruct): void {
    if (this.isPlain(header.tag)) return;
    const { member, packed } = unusual(header) ?? { packed: true };
    const name = member ? (member.name ?? `the ${member.type.kind} in ${header.tag}`) : `struct ${header.tag}`;
    throw new CannotImport(
      member?.place ?? header.place,
      packed ? `${name} is packed` : `${name} is less aligned than its type`,
      "the schema has no notation for it",
    );
  }

  /** Lines for a struct, given on each architecture; the first one determines its place in errors. */
  struct(byArch: ReadonlyMap<Arch, HeaderStruct>, key: string, since: string, arches: readonly string[]): EntryLines {
    const [header] = byArch.values() as Iterable<HeaderStruct> as [HeaderStruct];
    if (header.kind === "union")
      throw new CannotImport(
        header.place,
        `union ${header.tag} is not inside a struct`,
        "the schema has unions within structs only",
      );
    return [
      `${key}:`,
      ...indented([
        "summary: TODO",
        "purpose: TODO",
        `since: ${since}`,
        ...(arches.length > 0 ? [`arches: [${arches.join(", ")}]`] : []),
        ...(header.aligned > 0 ? [`aligned: ${header.aligned}`] : []),
        "fields:",
        ...indented(this.members(byArch, header.place)),
      ]),
    ];
  }

  private members(
    byArch: ReadonlyMap<Arch, { readonly members: readonly HeaderMember[] }>,
    place: SourcePlace,
  ): string[] {
    const [first = { members: [] }] = byArch.values();
    const names = ({ members }: typeof first) => members.map(({ name, type }) => `${name} ${name ?? type.kind}`).join();
    if ([...byArch.values()].some((other) => names(other) !== names(first)))
      throw new CannotImport(
        place,
        "the members of a new struct differ between architectures",
        "write it into the schema by hand, with `arches` at the members",
      );
    return first.members.flatMap((_, index) =>
      this.member(new Map([...byArch].map(([arch, { members }]) => [arch, members[index] as HeaderMember]))),
    );
  }

  /** Lines for a member. `extra` are keys such as `since`. */
  member(byArch: MemberByArch, extra: EntryLines = []): EntryLines {
    const [member] = byArch.values() as Iterable<HeaderMember> as [HeaderMember];
    const { name, type } = member;
    const aligned = alignedOf(member);
    const key = name ?? `anonymous_${++this.anonymous}`;
    const common = [
      ...(name === null ? ["anonymous: true"] : []),
      ...extra,
      ...(aligned > 0 ? [`aligned: ${aligned}`] : []),
    ];
    if (type.kind === "scalar" || type.kind === "reference")
      return [`${key}:`, ...indented([...common, ...this.typeLines(byArch), ...documented(type)])];
    const dims = member.dims.map((dim) => `[${this.length(dim)}]`).join("");
    return [
      `${key}:`,
      ...indented([
        ...common,
        ...(type.aligned > 0 ? [`type_aligned: ${type.aligned}`] : []),
        ...(dims === "" ? [] : [`array: ${JSON.stringify(dims)}`]),
        "doc: TODO",
        `${type.kind}:`,
        ...indented(this.members(insides(byArch), member.place)),
      ]),
    ];
  }

  private typeLines(byArch: MemberByArch): EntryLines {
    const texts = [...byArch].map(([arch, member]) => [arch, this.type(member)] as const);
    const [[, first] = [undefined, ""]] = texts;
    const [member] = byArch.values() as Iterable<HeaderMember> as [HeaderMember];
    const same = texts.every(([, text]) => text === first);
    const value = same
      ? scalarText(first)
      : `{ ${texts.map(([arch, text]) => `${arch.id}: ${scalarText(text)}`).join(", ")} }`;
    const { type, dims } = member;
    return [
      `type: ${value}`,
      ...(type.kind === "scalar" && !PLAIN.test(type.c) ? [`c: ${type.c}`] : []),
      ...(dims[0]?.value === 0 ? ["count: TODO"] : []),
    ];
  }

  /** Type of a member as text: `u8[CKPT_ARCH_NSIG / 8]`. */
  type(member: HeaderMember): string {
    const { type, dims, place } = member;
    if (type.kind !== "scalar" && type.kind !== "reference")
      throw new CannotImport(
        place,
        `\`${member.name ?? `the ${type.kind}`}\` is now a ${type.kind}`,
        "write it into the schema by hand",
      );
    if (type.kind === "scalar" && !IN_SCHEMA.has(type.scalar))
      throw new CannotImport(
        place,
        `the schema has no type \`${type.scalar}\``,
        "add it to `runtime/integers.ts` first",
      );
    const base = type.kind === "reference" ? this.keyOf(type.tag) : type.scalar;
    return base + dims.map((dim) => `[${this.length(dim)}]`).join("");
  }

  /** Length of an array: with names of constants where the schema can evaluate it, else the number. */
  private length({ text, value }: HeaderMember["dims"][number]): string {
    if (value === 0) return "";
    if (text === undefined) return String(value);
    const names = text.match(/[A-Za-z_]\w*/g) ?? [];
    const isKnown = names.every((name) => this.constants.has(name));
    return isKnown && /^[\w\s+*/()-]+$/.test(text) && "expression" in parseExpression(text) ? text : String(value);
  }

  /** Ids for some of the architectures: a family where all its architectures are included; empty when all architectures are. */
  limit(own: readonly Arch[], all: readonly Arch[]): string[] {
    if (all.every((arch) => own.includes(arch))) return [];
    return [...new Set(own.map((arch) => (this.isWhole(arch.family, own, all) ? arch.family : arch.id)))];
  }

  private isWhole(family: string, own: readonly Arch[], all: readonly Arch[]): boolean {
    // A family with the name of an architecture would be read as the architecture.
    const isAmbiguous = this.model.arches.some(({ id }) => id === family);
    return !isAmbiguous && all.every((arch) => arch.family !== family || own.includes(arch));
  }
}

/** The members of an aggregate on each architecture. */
function insides(byArch: MemberByArch): Map<Arch, { readonly members: readonly HeaderMember[] }> {
  return new Map(
    [...byArch].map(([arch, { type }]) => [arch, { members: "members" in type ? type.members : [] }] as const),
  );
}

/** Documentation of a member; none if its type is a struct, whose summary serves for it. */
function documented(type: HeaderType): EntryLines {
  return type.kind === "reference" ? [] : ["doc: TODO"];
}

export function indented(lines: EntryLines): string[] {
  return lines.map((line) => `  ${line}`);
}
