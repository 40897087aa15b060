/** Searches the names, numbers, fields and bytes of an image, a part at a time, so that a search can be shown as it goes on and be stopped. */
import { copyBytes } from "../../../tools/image/bytes/source.js";
import { hex } from "../../../tools/image/hex.js";
import { listAddressSpaces } from "../../../tools/inspect/maps.js";
import { valueText } from "../../../tools/records/value-text.js";
import type { Opened } from "../opened.js";
import { layoutOf } from "../record-layout.js";
import { nextRecordRow, rowAt } from "../row-at.js";
import { shown } from "../shown.js";
import { wantedPattern } from "../wanted-pattern.js";

/** Something that was found, and the view that shows it. */
export interface Hit {
  readonly kind: "offset" | "task" | "object" | "address" | "mapping" | "record type" | "field" | "bytes";
  readonly title: string;
  readonly detail: string;
  /** Name of the view, and what it needs to know. */
  readonly view: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Where a search goes on. */
export type SearchPlace =
  | { readonly part: "names" }
  | { readonly part: "fields" /** Row of the table of records. */; readonly row: number }
  | { readonly part: "bytes"; readonly offset: number };

export interface SearchStep {
  readonly hits: readonly Hit[];
  /** Undefined when all was searched. */
  readonly next: SearchPlace | undefined;
}

/** Milliseconds that a step may take. */
const STEP_TIME = 200;

/** Maximum number of hits of a step. */
const MAX_HITS = 100;

const NUMBER = /^(?:0x[0-9a-f]+|\d+)$/i;

export function search(
  opened: Opened,
  { query, at }: { readonly query: string; readonly at: SearchPlace },
): SearchStep {
  const text = query.trim();
  if (text === "") return { hits: [], next: undefined };
  if (at.part === "names")
    return { hits: namesAndNumbers(opened, text).slice(0, MAX_HITS), next: { part: "fields", row: 0 } };
  return at.part === "fields" ? searchFields(opened, text, at.row) : searchBytes(opened, text, at.offset);
}

function namesAndNumbers(opened: Opened, text: string): Hit[] {
  return NUMBER.test(text) ? numbers(opened, BigInt(text)) : names(opened, text.toLowerCase());
}

function numbers({ image, tasks }: Opened, number: bigint): Hit[] {
  const hits: Hit[] = [];
  const value = Number(number);
  const { table, source, format } = image;
  if (number < BigInt(source.size)) {
    const row = rowAt(table, value);
    const record = row < 0 ? undefined : image.node(row).record;
    const inside = record && value < record.next ? `byte ${value - record.offset} of ${record.name}` : "";
    hits.push(hit("offset", `offset ${hex(number)}`, inside, "hex", { at: hex(value) }));
  }
  for (const { pid, name = "?" } of tasks)
    if (pid === value) hits.push(hit("task", `${pid} ${name}`, "task", "tree", { task: String(pid) }));
  const object = number <= 0x7fff_ffffn ? image.objects.get(value) : undefined;
  if (object)
    hits.push(hit("object", `object ${value}`, object.rule ?? "", "hex", { at: hex(object.record?.offset ?? 0) }));
  const kind = number <= 0xffff_ffffn ? format.kinds.get(value) : undefined;
  if (kind) hits.push(hit("record type", kind.name, `type ${value} of a record`, "records", { type: kind.name }));
  for (const space of listAddressSpaces(image, tasks))
    for (const mapping of space.mappings) {
      if (number < mapping.start || number >= mapping.end) continue;
      const whose = space.tasks[0];
      const name = mapping.path ?? mapping.use ?? "memory";
      const address = hex(number);
      hits.push(
        hit("address", address, `${name} of ${whose?.pid ?? "?"} ${whose?.name ?? ""}`, "memory", {
          space: String(space.objref),
          address,
        }),
      );
    }
  return hits;
}

function names({ image, tasks }: Opened, text: string): Hit[] {
  const hits: Hit[] = [];
  for (const { pid, name = "?" } of tasks)
    if (name.toLowerCase().includes(text))
      hits.push(hit("task", `${pid} ${name}`, "task", "tree", { task: String(pid) }));
  for (const number of image.table.types) {
    const kind = image.format.kinds.get(number);
    if (kind?.name.toLowerCase().includes(text.replace(/^ckpt_hdr_/, "")))
      hits.push(hit("record type", kind.name, `type ${kind.number} of a record`, "records", { type: kind.name }));
  }
  for (const space of listAddressSpaces(image, tasks))
    for (const mapping of space.mappings) {
      const name = mapping.path ?? mapping.use;
      if (!name?.toLowerCase().includes(text)) continue;
      const address = hex(mapping.start);
      hits.push(
        hit("mapping", name, `${address} of ${space.tasks[0]?.pid ?? "?"}`, "memory", {
          space: String(space.objref),
          address,
        }),
      );
      if (hits.length >= MAX_HITS) return hits;
    }
  return hits;
}

/** Maximum number of hits in one record. */
const MAX_OF_RECORD = 1000;

/** Fields whose name or value contains a text, or whose value is a number. */
function searchFields({ image }: Opened, text: string, from: number): SearchStep {
  const { table, format } = image;
  const number = NUMBER.test(text) ? BigInt(text) : undefined;
  const wanted = text.toLowerCase();
  const hits: Hit[] = [];
  const until = performance.now() + STEP_TIME;
  let row = from === 0 ? nextRecordRow(table, -1) : from;
  for (; row < table.size && hits.length < MAX_HITS && performance.now() < until; row = nextRecordRow(table, row)) {
    const { record, node, places } = layoutOf(image, row);
    for (const { start, field } of places) {
      if (!field || field.path === "") continue;
      const shownValue = () => valueText(format.abi, field);
      const fits =
        number === undefined
          ? field.path.toLowerCase().includes(wanted) || shownValue().toLowerCase().includes(wanted)
          : hasNumber(field.value, number);
      if (fits) hits.push(hit("field", `${record.name}.${field.path}`, shownValue(), "hex", { at: hex(start) }));
      if (hits.length >= MAX_OF_RECORD) break;
    }
    if (number === undefined && node.label?.includes(wanted) && hits.length < MAX_HITS)
      hits.push(hit("field", node.label, record.name, "hex", { at: hex(record.offset) }));
  }
  return { hits, next: row < table.size ? { part: "fields", row } : { part: "bytes", offset: 0 } };
}

function hasNumber(value: unknown, number: bigint): boolean {
  if (typeof value === "bigint") return value === number;
  if (typeof value === "number") return Number.isInteger(value) && BigInt(value) === number;
  return Array.isArray(value) && value.some((item) => hasNumber(item, number));
}

/** Bytes that are searched at once. */
const BLOCK_BYTES = 512 * 1024;

function searchBytes({ image }: Opened, text: string, from: number): SearchStep {
  const { source, table, format } = image;
  const pattern = NUMBER.test(text) ? undefined : wantedPattern(text, format);
  if (!pattern) return { hits: [], next: undefined };
  const hits: Hit[] = [];
  const until = performance.now() + STEP_TIME;
  let at = from;
  while (at < source.size && hits.length < MAX_HITS && performance.now() < until) {
    const bytes = copyBytes(source, at, Math.min(BLOCK_BYTES + pattern.longest - 1, source.size - at));
    const piece = { start: 0, until: Math.min(BLOCK_BYTES, bytes.length), end: bytes.length };
    let behind = piece.until;
    for (const match of pattern.find(bytes, [piece], 0)) {
      const offset = at + match.at;
      const record = image.node(Math.max(0, rowAt(table, offset))).record;
      const title = textAround(bytes, match.at, match.length);
      hits.push(hit("bytes", title, `${record?.name ?? ""} at ${hex(offset)}`, "hex", { at: hex(offset) }));
      behind = Math.max(piece.until, match.at + match.length);
      if (hits.length < MAX_HITS) continue;
      behind = match.at + match.length;
      break;
    }
    at += behind;
  }
  return { hits, next: at < source.size ? { part: "bytes", offset: at } : undefined };
}

/** Number of bytes that are shown on each side of a match. */
const AROUND = 16;

/** The printable ASCII of a match and the bytes around it; a dot stands for any other byte. */
function textAround(bytes: Uint8Array, at: number, length: number): string {
  const shownBytes = bytes.subarray(Math.max(0, at - AROUND), at + Math.min(length, AROUND) + AROUND);
  return Array.from(shownBytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("");
}

function hit(kind: Hit["kind"], title: string, detail: string, view: string, parameters: Hit["parameters"]): Hit {
  return { kind, title: shown(title), detail: shown(detail), view, parameters };
}
