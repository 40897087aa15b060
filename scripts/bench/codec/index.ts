/**
 * `npm run bench -- codec`: decodes and encodes three structs with the generated codecs and with alternatives. Values and bytes are compared before
 * anything is timed.
 */
import { abi } from "../../../generated/codecs/index.js";
import { median } from "../median.js";
import type { Bound, Outcome } from "../outcome.js";
import { binaryParser } from "./binary-parser.js";
import type { Contender, Records } from "./contender.js";
import { generated } from "./generated.js";
import { HAND_WRITTEN, handWritten } from "./hand-written.js";
import { kaitai } from "./kaitai.js";
import { compile, type Loop } from "./loop.js";
import { protobuf } from "./protobuf.js";
import { encodeRecords, fieldsOf, makeValues } from "./records.js";
import { restructure } from "./restructure.js";
import { measure, ratio, type Times } from "./rounds.js";
import { verifyDecoding, verifyEncoding, verifyFields } from "./verify.js";

const TARGET = abi("v21", "x86_64");

/** Number of records of a struct in one buffer: enough that none is predictable, few enough for the cache. */
const COUNT = 4096;

/** The structs, and the three fields that are read through the view. */
const STRUCTS: Readonly<Record<string, readonly string[]>> = {
  ckpt_hdr_vma: ["vm_start", "vm_end", "vm_flags"],
  ckpt_hdr_cpu: ["ip", "sp", "flags"],
  ckpt_hdr_task: ["state", "exit_code", "robust_futex_list"],
};

/** Two loops over the same code differ by up to this. */
const NOISE = 0.03;

/** Promises of the package: times of its codecs relative to those of the fastest hand-written one of this version of Node. */
const PROMISES = {
  decode: { by: "decode", limit: 1 + NOISE },
  encode: { by: "encode", limit: 1 + NOISE },
  view: { by: "decode", limit: 0.6 },
  // V8 before version 13 takes longer to decode.
  columns: { by: "own decode", limit: Number.parseInt(process.versions.v8, 10) < 13 ? 1 / 8 : 1 / 3 },
} as const;

type Operation = keyof typeof PROMISES;

const OPERATIONS = Object.keys(PROMISES) as Operation[];
const TITLES: Readonly<Record<Operation, string>> = {
  decode: "decode",
  encode: "checked encode",
  view: "view, three fields read",
  columns: "columns, three fields",
};

/** Time of one contender's operation. */
interface Figure {
  /** Nanoseconds per record, median of the rounds. */
  readonly ns: number;
  /** Ratio to the fastest hand-written codec in the same round, median of the rounds. */
  readonly ratio: number;
}

/** By operation and contender; null if a contender does not support it. */
type Figures = Readonly<Record<Operation, Readonly<Record<string, Figure | null>>>>;

interface Struct {
  readonly records: Records;
  readonly contenders: readonly Contender[];
  readonly loops: ReadonlyMap<string, Loop>;
  /** Number of 64-bit values that an inexact contender decoded wrong. */
  readonly wrong: ReadonlyMap<string, number>;
}

export async function run(print: (line: string) => void): Promise<Outcome> {
  const structs: Struct[] = [];
  for (const name of Object.keys(STRUCTS)) structs.push(await prepare(name, structs.length));
  print(`${TARGET.name}, node ${process.version}; values and bytes were verified equal first`);
  const notes = notesOn(structs);
  for (const note of notes) print(`- ${note}`);
  print(
    "\nns per record, and ratio to the fastest hand-written codec (of the view: to its decode; of columns: to the own decode)\n",
  );
  const bounds: Bound[] = [];
  const numbers: Record<string, Figures> = {};
  for (const struct of structs) {
    const { records, contenders } = struct;
    const figures = figuresOf(contenders, measure(struct.loops, COUNT));
    numbers[records.struct] = figures;
    printTable(records, contenders, figures, print);
    bounds.push(...boundsOf(records, figures));
  }
  return { bounds, numbers: { abi: TARGET.name, node: process.version, notes, structs: numbers } };
}

/** Prepares records and contenders of a struct, and verifies that they agree. */
async function prepare(name: string, seed: number): Promise<Struct> {
  const fields = fieldsOf(TARGET, name);
  const values = makeValues(fields, COUNT, seed);
  const { size } = TARGET.describe(name).layout;
  const records: Records = { struct: name, fields, values, size, view: encodeRecords(fields, values, size) };
  const contenders = [
    ...handWritten(records),
    generated(records, TARGET, STRUCTS[name] ?? []),
    await kaitai(records),
    binaryParser(records),
    restructure(records),
    protobuf(records),
  ];
  const loops = new Map<string, Loop>();
  const wrong = new Map<string, number>();
  for (const contender of contenders) {
    const add = (operation: Operation) => {
      const work = contender[operation];
      const key = keyOf(contender.name, operation);
      return work && loops.set(key, compile(`${name}, ${key}`, work, size)).get(key);
    };
    const [decode, encode, view, columns] = [add("decode"), add("encode"), add("view"), add("columns")];
    if (decode) wrong.set(contender.name, verifyDecoding(records, contender, decode));
    if (encode) verifyEncoding(records, contender, encode);
    if (contender.view && view) verifyFields(records, contender.name, contender.view, view);
    if (contender.columns && columns) verifyFields(records, contender.name, contender.columns, columns);
  }
  return { records, contenders, loops, wrong };
}

function keyOf(contender: string, operation: Operation): string {
  return `${contender} ${operation}`;
}

function notesOn(structs: readonly Struct[]): string[] {
  const notes: string[] = [];
  for (const { name, decode, encode } of structs[0]?.contenders ?? []) {
    const wrong = structs.reduce((sum, struct) => sum + (struct.wrong.get(name) ?? 0), 0);
    if (decode.inexact)
      notes.push(`${name} holds 64-bit values in numbers: ${wrong} above 2^53 came out wrong, those below are equal`);
    if (!encode) notes.push(`${name} cannot write`);
  }
  return notes;
}

function figuresOf(contenders: readonly Contender[], times: ReadonlyMap<string, Times>): Figures {
  const of = (operation: Operation) =>
    Object.fromEntries(
      contenders.map(({ name }): [string, Figure | null] => {
        const own = times.get(keyOf(name, operation));
        const by = baseOf(times, operation);
        return [name, own && by ? { ns: median(own), ratio: ratio(own, by) } : null];
      }),
    );
  return { decode: of("decode"), encode: of("encode"), view: of("view"), columns: of("columns") };
}

/** The times that an operation is compared with. */
function baseOf(times: ReadonlyMap<string, Times>, operation: Operation): Times | undefined {
  const { by } = PROMISES[operation];
  return by === "own decode" ? times.get(keyOf("ckpt-abi", "decode")) : fastest(times, by);
}

/** The times of the fastest hand-written codec. */
function fastest(times: ReadonlyMap<string, Times>, operation: Operation): Times | undefined {
  const all = HAND_WRITTEN.map((name) => times.get(keyOf(name, operation)) as Times);
  return [...all].sort((a, b) => median(a) - median(b))[0];
}

function boundsOf({ struct }: Records, figures: Figures): Bound[] {
  return OPERATIONS.map((operation) => {
    const { by, limit } = PROMISES[operation];
    const own = figures[operation]["ckpt-abi"];
    if (!own) throw new Error(`there is no time for ${operation} of ${struct}`);
    const base = by === "own decode" ? by : `best ${TITLES[by]} by hand`;
    return { name: `${struct}: ${TITLES[operation]} / ${base}`, ratio: own.ratio, limit };
  });
}

function printTable(
  { struct, size }: Records,
  contenders: readonly Contender[],
  figures: Figures,
  print: (line: string) => void,
): void {
  const row = (title: string, cells: readonly string[]) =>
    print([title.padEnd(26), ...cells.map((cell) => cell.padStart(24))].join(""));
  row(
    `${struct}, ${size} bytes`,
    OPERATIONS.map((operation) => TITLES[operation]),
  );
  for (const { name } of contenders)
    row(
      `  ${name}`,
      OPERATIONS.map((operation) => {
        const figure = figures[operation][name];
        return figure ? `${figure.ns.toFixed(0)} ns ${figure.ratio.toFixed(2).padStart(7)}` : "n/a";
      }),
    );
  print("");
}
