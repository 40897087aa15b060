/**
 * `npm run bench -- codec`: decodes and encodes three structs with the generated codecs and with what a user would pick instead.
 * Values and bytes are compared before anything is timed.
 */
import { abi } from "../../../generated/codecs/index.js";
import { type Bound, median } from "../bound.js";
import type { Outcome } from "../index.js";
import { binaryParser } from "./binary-parser.js";
import type { Contender, Records } from "./contender.js";
import { generated } from "./generated.js";
import { handWritten } from "./hand-written.js";
import { kaitai } from "./kaitai.js";
import { compile, type Loop } from "./loop.js";
import { protobuf } from "./protobuf.js";
import { fieldsOf, layRecords, makeValues } from "./records.js";
import { restructure } from "./restructure.js";
import { measure, ratio, type Times } from "./rounds.js";
import { verifyDecoding, verifyEncoding, verifyView } from "./verify.js";

const DUMPED: [string, Times][] = [];
const TARGET = abi("v21", "x86_64");

/** Records of a struct in one buffer: enough that none is predictable, few enough for the second-level cache. */
const COUNT = 512;

/** The structs, and the fields that a reader of the view is after. */
const STRUCTS = {
  ckpt_hdr_vma: ["vm_start", "vm_end", "vm_flags"],
  ckpt_hdr_cpu: ["ip", "sp", "flags"],
  ckpt_hdr_task: ["robust_futex_list", "set_child_tid", "clear_child_tid"],
} as const;

/** What the package promises: times of its codecs by times of the hand-written ones. */
const PROMISES = [
  { operation: "decode", base: "decode", limit: 1.1 },
  { operation: "encode", base: "encode", limit: 1.0 },
  { operation: "view", base: "decode", limit: 0.6 },
] as const;

type Operation = (typeof PROMISES)[number]["operation"];

const OPERATIONS: Readonly<Record<Operation, string>> = {
  decode: "decode",
  encode: "encode, checked",
  view: "view, three fields read",
};

const BASE = "hand-written";
const OURS = "ckpt-abi";

interface Struct {
  readonly records: Records;
  readonly contenders: readonly Contender[];
  readonly loops: ReadonlyMap<string, Loop>;
}

interface Measured extends Struct {
  readonly times: ReadonlyMap<string, Times>;
}

export async function run(print: (line: string) => void): Promise<Outcome> {
  const notes: string[] = [];
  const structs: Struct[] = [];
  for (const [index, [name, viewed]] of Object.entries(STRUCTS).entries())
    structs.push(await prepare(name, viewed, index + 1, notes));
  print(
    `${TARGET.name}, node ${process.version}: ns per record, and the ratio to hand-written; values and bytes verified equal first\n`,
  );
  const bounds: Bound[] = [];
  const numbers: Record<string, unknown> = {};
  for (const struct of structs) {
    const measured = { ...struct, times: measure(struct.loops, COUNT) };
    for (const [k, v] of measured.times) if (/hand|ckpt/.test(k)) DUMPED.push([`${struct.records.struct} ${k}`, v]);
    printTable(measured, print);
    bounds.push(...boundsOf(measured));
    numbers[struct.records.struct] = numbersOf(measured);
  }
  for (const note of notes) print(note);
  print("");
  if (process.env.DUMP) for (const [k, v] of DUMPED) print(`${k}: ${v.map((x) => x.toFixed(0)).join(" ")}`);
  return { bounds, numbers: { abi: TARGET.name, node: process.version, structs: numbers, notes } };
}

/** Makes records and contenders of a struct, and verifies that they agree. */
async function prepare(name: string, viewed: readonly string[], seed: number, notes: string[]): Promise<Struct> {
  const fields = fieldsOf(TARGET, name);
  const values = makeValues(fields, COUNT, seed);
  const { size } = TARGET.describe(name).layout;
  const records: Records = { struct: name, fields, values, size, view: layRecords(fields, values, size) };
  const contenders = [
    handWritten(records),
    generated(records, TARGET, viewed),
    await kaitai(records),
    binaryParser(records),
    restructure(records),
    protobuf(records),
  ];
  const loops = new Map<string, Loop>();
  for (const contender of contenders) {
    const { decode, encode, view } = contender;
    const decoding = compile(`${name} by ${contender.name}: decode`, decode, size);
    loops.set(key(contender.name, "decode"), decoding);
    const wrong = verifyDecoding(records, contender, decode, decoding);
    if (wrong > 0)
      notes.push(
        `${contender.name} rounds 64-bit values above 2^53: ${wrong} values of ${name} came out wrong, the others are equal`,
      );
    if (encode) {
      const encoding = compile(`${name} by ${contender.name}: encode`, encode, size);
      loops.set(key(contender.name, "encode"), encoding);
      verifyEncoding(records, contender, encode, encoding);
    }
    if (view) {
      const reading = compile(`${name} by ${contender.name}: view`, view, size);
      loops.set(key(contender.name, "view"), reading);
      verifyView(records, contender, view.fields, reading);
    }
  }
  return { records, contenders, loops };
}

function key(contender: string, operation: Operation): string {
  return `${contender} ${operation}`;
}

function boundsOf({ records, times }: Measured): Bound[] {
  return PROMISES.map(({ operation, base, limit }) => ({
    name: `${records.struct} ${OPERATIONS[operation]} / ${BASE} ${base}`,
    ratio: ratio(times.get(key(OURS, operation)) as Times, times.get(key(BASE, base)) as Times),
    limit,
  }));
}

/** Median and ratio by operation and contender; null where the contender cannot do it. */
function numbersOf({ contenders, times }: Measured): Record<Operation, Record<string, Figure | null>> {
  const of = ({ operation, base }: (typeof PROMISES)[number]) =>
    Object.fromEntries(
      contenders.map(({ name }): [string, Figure | null] => {
        const own = times.get(key(name, operation));
        return [name, own ? { ns: median(own), ratio: ratio(own, times.get(key(BASE, base)) as Times) } : null];
      }),
    );
  const [decode, encode, view] = PROMISES;
  return { decode: of(decode), encode: of(encode), view: of(view) };
}

interface Figure {
  /** Per record, median of the rounds. */
  readonly ns: number;
  /** To hand-written, median of the rounds. */
  readonly ratio: number;
}

function printTable(measured: Measured, print: (line: string) => void): void {
  const { records, contenders } = measured;
  const numbers = numbersOf(measured);
  const cell = (figure: Figure | null | undefined) =>
    figure ? `${figure.ns.toFixed(0).padStart(7)} ${figure.ratio.toFixed(2).padStart(6)}` : "    n/a".padEnd(14);
  print(`${records.struct}, ${records.size} bytes`.padEnd(30) + "decode          encode, checked    three fields");
  for (const { name } of contenders)
    print(
      `  ${name.padEnd(20)}  ${cell(numbers.decode[name])}    ${cell(numbers.encode[name])}    ${cell(numbers.view[name])}`,
    );
  print("");
}
