/** The mappings of an address space, and which of their pages the image has. */
import { type ListedMapping, listAddressSpaces } from "../../../tools/inspect/maps.js";
import type { Opened } from "../opened.js";
import { shown } from "../shown.js";

/** What the memory of a mapping is for. */
export type MappingKind = "file" | "anonymous" | "shared" | "heap" | "stack" | "kernel" | "unknown";

export interface MappingRow {
  readonly start: bigint;
  /** First address after the mapping. */
  readonly end: bigint;
  readonly permissions: string;
  readonly kind: MappingKind;
  /** C name of the type, e.g. `CKPT_VMA_ANON`. */
  readonly type: string;
  /** Path or use, e.g. `[heap]`; empty for plain memory. */
  readonly name: string;
  /** Offset in the file or segment, in bytes; undefined for memory that has neither. */
  readonly offset: bigint | undefined;
  readonly flags: readonly string[];
  /** Bytes of the pages that the image has with this mapping. */
  readonly present: number;
  /** Object number of the file or segment; undefined if there is none. */
  readonly backing: number | undefined;
}

/** Maximum number of mappings of one address space: twice what Linux allows by default. */
const MAX_MAPPINGS = 131_072;

/** In the order of their addresses. */
export function mappings({ image, tasks }: Opened, { space }: { readonly space: number }): MappingRow[] {
  const rows: MappingRow[] = [];
  for (const listed of listAddressSpaces(image, tasks)) {
    if (listed.objref !== space) continue;
    for (const mapping of listed.mappings) if (rows.push(rowOf(mapping)) >= MAX_MAPPINGS) break;
  }
  return rows;
}

function rowOf(mapping: ListedMapping): MappingRow {
  const { start, end, permissions, type, path, use, offset, flags, present, file, segment } = mapping;
  return {
    start,
    end,
    permissions,
    kind: kindOf(mapping),
    type,
    name: shown(path ?? use ?? ""),
    offset,
    flags,
    present,
    backing: file ?? segment,
  };
}

function kindOf({ use, type, segment }: ListedMapping): MappingKind {
  if (use === "[heap]") return "heap";
  if (use === "[stack]") return "stack";
  if (type === "CKPT_VMA_VDSO" || use === "[vdso]") return "kernel";
  if (segment !== undefined || /^CKPT_VMA_(SHM|HUGETLB)/.test(type)) return "shared";
  if (type === "CKPT_VMA_FILE") return "file";
  return type === "CKPT_VMA_ANON" ? "anonymous" : "unknown";
}

export interface AddressRange {
  readonly start: bigint;
  /** First address after the range. */
  readonly end: bigint;
  /** Number of equal parts of the range. */
  readonly parts: number;
}

/** For each part of each range, the share of its bytes that the image has, from 0 to 255. Rounded up, so that 0 means none. */
export function presence(
  { memory }: Opened,
  { space, ranges }: { readonly space: number; readonly ranges: readonly AddressRange[] },
): Uint8Array[] {
  const process = memory.of(space);
  return ranges.map(({ start, end, parts }) => {
    const shares = new Float64Array(parts);
    const size = Number(end - start);
    for (const extent of process?.extents(start, end) ?? []) {
      if (extent.backing.kind !== "image") continue;
      const from = (Number(extent.start - start) / size) * parts;
      const to = Math.min((Number(extent.end - start) / size) * parts, parts);
      for (let part = Math.floor(from); part < to; part++)
        shares[part] = (shares[part] as number) + Math.min(to, part + 1) - Math.max(from, part);
    }
    return Uint8Array.from(shares, (share) => Math.min(255, Math.ceil(share * 255)));
  });
}
