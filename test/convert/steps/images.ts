/** Images for tests of single steps: small, and converted over one boundary. */
import { expect } from "vitest";
import { compose, ImageWriter, MemorySink } from "../../../tools/write/index.js";
import { header } from "../../make-image/header.js";
import { ascending } from "../../make-image/numbers.js";
import { type Settings, settle } from "../../make-image/options.js";
import { pidRecords } from "../../make-image/pids.js";
import { Scene } from "../../make-image/scene.js";
import { tasks } from "../../make-image/task.js";
import { imageOf, type Parsed, textOf } from "../../text/text.js";
import { type Converted, converted, edited, faults, made } from "../conversions.js";

/** One plain task, with other values in some fields. */
export function plain(abi: string, ...assignments: string[]): Uint8Array {
  return edited(made(abi, { tasks: 1, pages: 1, vmas: 0, plain: true }), abi, ...assignments);
}

/** Tasks with all kinds of records, except for the given records and constants. */
export function without(abi: string, missing: readonly string[], count = 1): Uint8Array {
  const scene = sceneWithout(missing, settle({ abi, tasks: count, pages: 1, vmas: 0 }));
  const sink = new MemorySink();
  const writer = new ImageWriter(scene.format, sink);
  const { firstPid, next } = ascending(scene.hasRecord("PIDS") ? count : 0);
  const records = { ...header(scene), ...pidRecords(scene, firstPid), TAIL: {} };
  compose(writer, { records, rules: { task: tasks(scene) } }, next);
  writer.flush();
  return sink.bytes;
}

function sceneWithout(missing: readonly string[], settings: Settings): Scene {
  return new (class extends Scene {
    override hasRecord(name: string): boolean {
      return !missing.includes(name) && super.hasRecord(name);
    }
    override has(constant: string): boolean {
      return !missing.includes(constant) && super.has(constant);
    }
  })(settings);
}

/** An image after changes to its nodes as text. */
export function rewritten(bytes: Uint8Array, abi: string, change: (nodes: readonly Parsed[]) => void): Uint8Array {
  const document: Parsed = JSON.parse(textOf(bytes, { abi }));
  const nodes: Parsed[] = [];
  const visit = (node: Parsed) => {
    nodes.push(node);
    node.records?.forEach(visit);
  };
  visit(document);
  change(nodes);
  return imageOf(JSON.stringify(document));
}

/** Converts an image; the result must have no findings, except for `known` ones. */
export async function clean(bytes: Uint8Array, abi: string, to: string, known = /(?!)/): Promise<Converted> {
  const result = await converted(bytes, abi, to);
  const found = faults(result.bytes, `${to}/${abi.split("/")[1]}`);
  expect(
    found.filter((fault) => !known.test(fault)),
    `${abi} to ${to}`,
  ).toEqual([]);
  return result;
}

/** Whether an image is restored exactly after conversion to `over` and back. */
export async function returns(bytes: Uint8Array, abi: string, over: string): Promise<boolean> {
  const [version = "", arch = ""] = abi.split("/");
  const there = await converted(bytes, abi, over);
  const back = await converted(there.bytes, `${over}/${arch}`, version);
  return Buffer.compare(back.bytes, bytes) === 0;
}

/** Invented values as `RECORD.field: value`. */
export function inventions({ report }: Pick<Converted, "report">): string[] {
  return report.inventions.map(({ record, field = "", examples: [first] }) => `${record}.${field}: ${first?.value}`);
}

/** Lengths of the records with a name in bytes, including headers. */
export function lengths(image: Converted["image"], name: string): number[] {
  return [...image.root].flatMap(({ record, rule }) =>
    rule === undefined && record?.name === name ? record.length : [],
  );
}

/** 32-bit words of a payload. */
export function words(bytes: Uint8Array, littleEndian = true): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(i * 4, littleEndian));
}
