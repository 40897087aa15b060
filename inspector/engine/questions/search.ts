/** Searches the names, numbers, fields and bytes of an image, a part at a time, so that a search can be shown as it goes on and be stopped. */
import { fieldReport, fieldsAt } from "../../../tools/edit/get.js";
import { parsePath } from "../../../tools/edit/path.js";
import { Resolver } from "../../../tools/edit/resolve.js";
import { UsageError } from "../../../tools/errors/usage-error.js";
import { copyBytes } from "../../../tools/image/bytes/source.js";
import { hex } from "../../../tools/image/hex.js";
import type { TreeNode } from "../../../tools/image/tree.js";
import { listAddressSpaces } from "../../../tools/inspect/maps.js";
import { listRegisters } from "../../../tools/model/task-registers.js";
import { placeOfNode } from "../../../tools/records/listing.js";
import { valueText } from "../../../tools/records/value-text.js";
import type { Opened } from "../opened.js";
import { layoutOf } from "../record-layout.js";
import { nextRecordRow, rowAt } from "../row-at.js";
import { shown } from "../shown.js";
import { wantedPattern } from "../wanted-pattern.js";

/** Something that was found, and the view that shows it. */
export interface Hit {
  readonly kind:
    | "offset"
    | "task"
    | "object"
    | "register"
    | "address"
    | "mapping"
    | "record type"
    | "record"
    | "field"
    | "bytes";
  readonly title: string;
  readonly detail: string;
  /** Name of the view, and what it needs to know. */
  readonly view: string;
  readonly parameters: Readonly<Record<string, string | undefined>>;
}

/** Where a search goes on. */
export type SearchPlace =
  | { readonly part: "names" }
  | {
      /** Fields and bytes in turn, so that what is at the beginning of a large image is found first. */
      readonly part: "image";
      /** Row of the table of records from which fields are searched. */
      readonly row: number;
      /** Offset from which bytes are searched. */
      readonly offset: number;
    };

export interface SearchStep {
  readonly hits: readonly Hit[];
  /** Undefined when all was searched. */
  readonly next: SearchPlace | undefined;
}

/** Milliseconds that a step may take for fields, and for bytes. */
const STEP_TIME = 100;

/** Maximum number of hits of a step. */
const MAX_HITS = 100;

const NUMBER = /^-?(?:0x[0-9a-f]+|\d+)$/i;

/** A number with what it counts: `task 183`, `pid 183`, `object 9`. */
const NAMED_NUMBER = /^(?:task|pid|object)\s+(\d+)$/i;

function numberOf(text: string): bigint | undefined {
  if (!NUMBER.test(text)) return undefined;
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

export function search(
  opened: Opened,
  { query, at }: { readonly query: string; readonly at: SearchPlace },
): SearchStep {
  const text = query.trim();
  if (text === "") return { hits: [], next: undefined };
  if (at.part === "names")
    return { hits: namesAndNumbers(opened, text).slice(0, MAX_HITS), next: { part: "image", row: 0, offset: 0 } };
  const fields = searchFields(opened, text, at.row);
  const bytes = searchBytes(opened, text, at.offset);
  const { table, source } = opened.image;
  const isDone = fields.next >= table.size && bytes.next >= source.size;
  return {
    hits: [...fields.hits, ...bytes.hits],
    next: isDone ? undefined : { part: "image", row: fields.next, offset: bytes.next },
  };
}

/** What a part of an image has, and where its search goes on. */
interface Found {
  readonly hits: readonly Hit[];
  readonly next: number;
}

function namesAndNumbers(opened: Opened, text: string): Hit[] {
  const [, counted] = NAMED_NUMBER.exec(text) ?? [];
  if (counted !== undefined)
    return numbers(opened, BigInt(counted)).filter(({ kind }) => kind === (/^object/i.test(text) ? "object" : "task"));
  const number = numberOf(text);
  const found = number === undefined ? names(opened, text.toLowerCase()) : numbers(opened, number);
  return [...found, ...registers(opened, text, number), ...(number === undefined ? paths(opened, text) : [])];
}

/** Maximum number of tasks whose registers are looked at. */
const MAX_TASKS = 1000;

/** The registers of that name, or with that value, which may be written with a sign. */
function registers({ image, tasks }: Opened, text: string, number: bigint | undefined): Hit[] {
  const hits: Hit[] = [];
  const wanted = text.replace(/^\$/, "").toLowerCase();
  for (const { pid, name = "?", groups = [] } of listRegisters(image, tasks.slice(0, MAX_TASKS)))
    for (const register of groups.flatMap((group) => group.registers)) {
      const { value, bits } = register;
      if (number === undefined ? register.name !== wanted : value !== BigInt.asUintN(bits, number)) continue;
      // A small number is the value of many registers, and of none in particular.
      if (number !== undefined && number >= 0n && number < SMALL) continue;
      hits.push(hit("register", `${register.name} of ${pid} ${name}`, hex(value), "regs", { task: String(pid) }));
      if (hits.length >= MAX_HITS) return hits;
    }
  return hits;
}

const SMALL = 4096n;

/** Maximum number of fields that are listed of a path. */
const MAX_FIELDS = 50;

/** The fields that a path of `ckpt get` leads to. A single name is that of a field of each task: `comm`. */
function paths({ image }: Opened, text: string): Hit[] {
  const hits: Hit[] = [];
  try {
    const path = parsePath(/^\w+$/.test(text) ? `task[*].${text}` : text);
    for (const listed of fieldsAt(new Resolver(image), path)) {
      const { offset } = listed.field;
      const { text: value = "" } = fieldReport(listed);
      hits.push(hit("field", listed.path, `${value}, at ${hex(offset)}`, "hex", { at: hex(offset) }));
      if (hits.length >= MAX_FIELDS) break;
    }
  } catch (error) {
    // Most texts are no paths.
    if (!(error instanceof UsageError)) throw error;
  }
  return hits;
}

/** Where a record is: the task in whose part of the image, and the object. */
function ownerOf({ tasks }: Opened, node: TreeNode): string {
  const task = tasks.find(({ section }) => section && node.index >= section.index && node.index < section.endIndex);
  const object = placeOfNode(node)
    .filter((name) => / \d+$/.test(name))
    .at(-1);
  return [task && `in the part of task ${task.pid}`, object].filter((part) => part !== undefined).join(", ");
}

function numbers({ image, tasks }: Opened, number: bigint): Hit[] {
  const hits: Hit[] = [];
  const value = Number(number);
  const { table, source, format } = image;
  if (number >= 0n && number < BigInt(source.size)) {
    const row = rowAt(table, value);
    const record = row < 0 ? undefined : image.node(row).record;
    const inside = record && value < record.next ? `byte ${value - record.offset} of ${record.name}` : "";
    hits.push(hit("offset", `offset ${hex(number)}`, inside, "hex", { at: hex(value) }));
  }
  for (const { pid, name = "?" } of tasks)
    if (pid === value) hits.push(hit("task", `${pid} ${name}`, "task", "tree", { task: String(pid) }));
  const object = number > 0n && number <= 0x7fff_ffffn ? image.objects.get(value) : undefined;
  if (object)
    hits.push(hit("object", `object ${value}`, object.rule ?? "", "hex", { at: hex(object.record?.offset ?? 0) }));
  const kind = number >= 0n && number <= 0xffff_ffffn ? format.kinds.get(value) : undefined;
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
          task: whose && String(whose.pid),
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
          task: space.tasks[0] && String(space.tasks[0].pid),
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
function searchFields(opened: Opened, text: string, from: number): Found {
  const { image } = opened;
  const { table, format } = image;
  const number = numberOf(text);
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
          : hasNumber(field.value, number, field.size * 8);
      if (fits) {
        const detail = [shownValue(), `at ${hex(start)}`, ownerOf(opened, node)].filter((part) => part !== "");
        hits.push(hit("field", `${record.name}.${field.path}`, detail.join(", "), "hex", { at: hex(start) }));
      }
      if (hits.length >= MAX_OF_RECORD) break;
    }
    if (number === undefined && node.label?.includes(wanted) && hits.length < MAX_HITS)
      hits.push(
        hit("record", node.label, `${record.name} at ${hex(record.offset)}, ${ownerOf(opened, node)}`, "hex", {
          at: hex(record.offset),
        }),
      );
  }
  return { hits, next: row };
}

/** @param bits of the field: a negative number is also found as the unsigned number with the same bits */
function hasNumber(value: unknown, number: bigint, bits: number): boolean {
  if (Array.isArray(value)) return value.some((item) => hasNumber(item, number, bits / value.length));
  if (typeof value !== "bigint" && !(typeof value === "number" && Number.isInteger(value))) return false;
  return BigInt(value) === number || (number < 0n && BigInt(value) === BigInt.asUintN(bits, number));
}

/** Bytes that are searched at once. */
const BLOCK_BYTES = 512 * 1024;

function searchBytes(opened: Opened, text: string, from: number): Found {
  const { image } = opened;
  const { source, table, format } = image;
  const pattern = numberOf(text) !== undefined ? undefined : wantedPattern(text, format);
  if (!pattern) return { hits: [], next: source.size };
  const hits: Hit[] = [];
  const until = performance.now() + STEP_TIME;
  let at = from;
  while (at < source.size && hits.length < MAX_HITS && performance.now() < until) {
    const bytes = copyBytes(source, at, Math.min(BLOCK_BYTES + pattern.longest - 1, source.size - at));
    const piece = { start: 0, until: Math.min(BLOCK_BYTES, bytes.length), end: bytes.length };
    let behind = piece.until;
    for (const match of pattern.find(bytes, [piece], 0)) {
      const offset = at + match.at;
      const row = rowAt(table, offset);
      const node = row < 0 ? undefined : image.node(row);
      if (!node || !isListed(image, row, offset, text)) {
        const title = textAround(bytes, match.at, match.length);
        const detail = [`${node?.record?.name ?? ""} at ${hex(offset)}`, node ? ownerOf(opened, node) : ""];
        hits.push(hit("bytes", title, detail.filter((part) => part !== "").join(", "), "hex", { at: hex(offset) }));
      }
      behind = Math.max(piece.until, match.at + match.length);
      if (hits.length < MAX_HITS) continue;
      behind = match.at + match.length;
      break;
    }
    at += behind;
  }
  return { hits, next: at };
}

/** Whether the bytes at an offset are a field whose value was found by its text. */
function isListed(image: Opened["image"], row: number, offset: number, text: string): boolean {
  if (!image.node(row).record) return false;
  const { places } = layoutOf(image, row);
  const field = places.find(({ start, end }) => offset >= start && offset < end)?.field;
  return (
    field !== undefined &&
    field.path !== "" &&
    valueText(image.format.abi, field).toLowerCase().includes(text.toLowerCase())
  );
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
