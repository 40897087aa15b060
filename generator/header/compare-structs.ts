/**
 * Compares the structs of the headers of one architecture with those of the schema, by members and by layout: an attribute counts only where it makes
 * a difference.
 */
import type { Layout } from "../layout.js";
import type { Abi, Field, Member, Struct } from "../model.js";
import { compareMembers, describeHeader, describeMember, type MemberContext } from "./compare-members.js";
import type { DescribedAbi, DescribedStruct, HeaderPart } from "./described.js";
import type { Aggregate, HeaderDifference } from "./difference.js";
import { type Extent, type ExtentOf, layOutHeader } from "./layout.js";
import type { HeaderMember, HeaderModel, HeaderStruct } from "./model.js";
import { alignedOf, isPlain } from "./plain.js";

/** Returns the kind of header that a file is. */
export type PartOf = (file: string) => "structs" | "architecture" | "flags";

export function compareHeaderStructs(
  described: DescribedAbi,
  header: HeaderModel,
  wasRead: (part: HeaderPart) => boolean,
  partOf: PartOf,
  wantsRenames: boolean,
): HeaderDifference[] {
  const { abi, structs, foreignStructs } = described;
  const gone = [...structs.values()].filter(({ tag, part }) => !header.structs.has(tag) && wasRead(part));
  const added = [...header.structs.values()].filter(({ tag }) => !structs.has(tag) && !foreignStructs.has(tag));
  const renames = wantsRenames ? findRenames(gone, added, abi) : [];
  const tags = new Map(renames.map(({ described: { tag }, header: { tag: now } }) => [now, tag]));
  const context: MemberContext = { abi, wantsRenames, tags };
  const differences: HeaderDifference[] = [];

  for (const struct of gone)
    if (!renames.some((rename) => rename.described === struct))
      differences.push({ kind: "struct-removed", described: struct });
  for (const rename of renames) differences.push({ kind: "struct-renamed", ...rename });

  const extentOf = extents(described, header);
  /** The preceding struct, by header. */
  const before = new Map<HeaderPart, Struct>();
  for (const struct of header.structs.values()) {
    const ours = structs.get(struct.tag) ?? foreignStructs.get(struct.tag) ?? structs.get(tags.get(struct.tag) ?? "");
    if (ours) {
      before.set(ours.part, ours.struct);
      differences.push(...compareStruct(ours, struct, context, extentOf));
      continue;
    }
    const part = partOf(struct.place.file) === "architecture" ? "architecture" : "structs";
    const after = before.get(part);
    differences.push({ kind: "struct-added", header: struct, part, ...(after && { after }) });
  }
  return differences;
}

function compareStruct(
  ours: DescribedStruct,
  header: HeaderStruct,
  context: MemberContext,
  extentOf: ExtentOf,
): HeaderDifference[] {
  const at: Aggregate = { struct: ours.struct, tag: header.tag, inside: [] };
  const members = compareMembers(at, ours.members, header.members, header.place, context);
  if (members.length === 0) return compareLayout(at, ours, header, context.abi, extentOf);
  // Different members explain a different layout, but not one that is packed.
  const { arch } = context.abi;
  if (!isPacked(header) || isPlain(header, arch, extentOf)) return members;
  return [...members, layoutChanged(at, ours.layout, layOutHeader(header, arch, extentOf), header)];
}

function compareLayout(
  at: Aggregate,
  { struct, members, layout }: DescribedStruct,
  header: HeaderStruct,
  abi: Abi,
  extentOf: ExtentOf,
): HeaderDifference[] {
  const now = layOutHeader(header, abi.arch, extentOf);
  if (layout.align === now.align && sameLayout(layout, header, now, abi, extentOf)) return [];
  const declared = struct.aligned.at(abi) ?? 0;
  const { place } = header;
  const differences: HeaderDifference[] = attributes(at, members, header.members);
  if (declared !== header.aligned)
    differences.push({ kind: "alignment-changed", at, ofType: false, was: declared, now: header.aligned, place });
  return differences.length > 0 && !isPacked(header) ? differences : [layoutChanged(at, layout, now, header)];
}

function layoutChanged(at: Aggregate, was: Extent, now: Extent, header: HeaderStruct): HeaderDifference {
  return {
    kind: "layout-changed",
    at,
    was: extent(was),
    now: extent(now),
    packed: isPacked(header),
    place: header.place,
  };
}

function extent({ size, align }: Extent): Extent {
  return { size, align };
}

/** Compares the size and the offsets of all members at all depths. Differences in nested alignment show as different offsets. */
function sameLayout(
  layout: Layout,
  header: Pick<HeaderStruct, "kind" | "members" | "aligned" | "packed">,
  now: ReturnType<typeof layOutHeader>,
  abi: Abi,
  extentOf: ExtentOf,
): boolean {
  if (layout.size !== now.size) return false;
  return layout.members.every(({ offset, type }, index) => {
    if (offset !== now.offsets[index]) return false;
    const inner = header.members[index]?.type;
    if (type.kind === "scalar" || type.kind === "reference" || !inner) return true;
    if (inner.kind === "scalar" || inner.kind === "reference") return false;
    return sameLayout(type.layout, inner, layOutHeader(inner, abi.arch, extentOf), abi, extentOf);
  });
}

/** Differences in the alignment attributes of members. */
function attributes(at: Aggregate, members: readonly Member[], headers: readonly HeaderMember[]): HeaderDifference[] {
  return members.flatMap(({ field, type, aligned }, index): HeaderDifference[] => {
    const header = headers[index];
    if (!header) return [];
    const { place } = header;
    const own: HeaderDifference[] = [];
    const now = alignedOf(header);
    if (aligned !== now) own.push({ kind: "alignment-changed", at, field, ofType: false, was: aligned, now, place });
    if (type.kind === "scalar" || type.kind === "reference") return own;
    if (header.type.kind === "scalar" || header.type.kind === "reference") return own;
    const { aligned: ofType, members: inner } = header.type;
    if (field.typeAligned !== ofType)
      own.push({ kind: "alignment-changed", at, field, ofType: true, was: field.typeAligned, now: ofType, place });
    return [...own, ...attributes({ ...at, inside: [...at.inside, field] }, type.members, inner)];
  });
}

function isPacked(aggregate: { readonly packed: boolean; readonly members: readonly HeaderMember[] }): boolean {
  return (
    aggregate.packed ||
    aggregate.members.some(
      ({ packed, type }) => packed || (type.kind !== "scalar" && type.kind !== "reference" && isPacked(type)),
    )
  );
}

/**
 * Size and alignment of embedded structs. Uses the schema's where it has the struct, so that a changed struct is reported once and not wherever it is
 * embedded.
 */
export function extents({ structs, foreignStructs, abi }: DescribedAbi, header: HeaderModel): ExtentOf {
  const computed = new Map<string, Extent>();
  const extentOf: ExtentOf = (tag) => {
    const known = structs.get(tag)?.layout ?? foreignStructs.get(tag)?.layout ?? computed.get(tag);
    if (known) return known;
    const struct = header.structs.get(tag);
    if (!struct) return undefined;
    const own = layOutHeader(struct, abi.arch, extentOf);
    computed.set(tag, own);
    return own;
  };
  return extentOf;
}

/** Pairs a removed struct and an added one with identical members: they are likely to be renamed. */
function findRenames(
  gone: readonly DescribedStruct[],
  added: readonly HeaderStruct[],
  abi: Abi,
): { readonly described: DescribedStruct; readonly header: HeaderStruct }[] {
  const theirs = bySignature(added, ({ members }) =>
    members.map((member) => `${member.name ?? ""} ${describeHeader(member)}`),
  );
  const ours = bySignature(gone, ({ members }) =>
    members.map((member) => `${member.name ?? ""} ${describeMember(member, abi)}`),
  );
  return [...ours].flatMap(([key, [described, ...more]]) => {
    const [header, ...rivals] = theirs.get(key) ?? [];
    // Two members are too few: the record header and one integer prove nothing.
    const isTelling = described !== undefined && described.members.length > 2;
    return described && header && isTelling && more.length + rivals.length === 0 ? [{ described, header }] : [];
  });
}

function bySignature<T>(structs: readonly T[], lines: (struct: T) => readonly string[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const struct of structs) {
    const key = lines(struct).join(";");
    const like = found.get(key);
    if (like) like.push(struct);
    else found.set(key, [struct]);
  }
  return found;
}

/** Path of a member in C notation. */
export function pathOf({ tag, inside }: Aggregate, name?: string): string {
  return [tag, ...inside.map((field: Field) => field.key), ...(name === undefined ? [] : [name])].join(".");
}
