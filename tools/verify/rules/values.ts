/** Checks single fields against the schema: enumerations, bits, fixed values, and the bytes that belong to no field. */

import type { BoundStruct, Member } from "../../../runtime/index.js";
import type { RecordKind } from "../../image/abi/format.js";
import { hex } from "../../image/hex.js";
import { bitsOf, valuesOf } from "../enumeration.js";
import { inspection, type RecordHandler, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";
import { structBytes } from "../struct-bytes.js";
import { type StructTest, StructTests } from "../struct-tests.js";
import { highWord, lowWord } from "../words.js";

/** Enumerations with rules of their own, because the valid values differ from their enumerators. */
const ELSEWHERE: readonly string[] = ["record_type", "obj_type", "arch_id", "task_state", "exit_state", "x86_segment"];

/** Kernel enumerations that restart itself evaluates: it refuses all other values and bits. */
const REFUSED: readonly string[] = [
  ...["tcp_state", "socket_state", "sock_shutdown", "sock_userlock", "securebits", "shm_flags"],
  ...["tty_driver_type", "tty_driver_subtype"],
];

/** Fields that are 1 or 0, by record. */
const SWITCHES: Readonly<Record<string, readonly string[]>> = {
  HEADER_ARCH: ["has_fxsr", "has_xsave", "mmu", "aeabi", "oabi_compat"],
  CPU: ["used_math"],
  FILE_DESC: ["fd_close_on_exec"],
  SOCKET: ["has_buffers"],
  TTY_LDISC: [
    ...["stopped", "hw_stopped", "flow_stopped", "packet", "lnext"],
    ...["erasing", "raw", "real_raw", "icanon", "closing"],
  ],
};

export class ValueRules extends inspection({
  "unknown-value": [
    "refused",
    "Fields with an enumeration of the checkpoint headers, or one that restart evaluates, hold one of its values.",
  ],
  "doubtful-value": ["doubtful", "Fields with an enumeration of the kernel or the C library hold one of its values."],
  "unknown-flag": [
    "refused",
    "Fields with flags of the checkpoint headers, or with flags by which restart goes, have no other bits.",
  ],
  "doubtful-flag": [
    "odd",
    "Fields with flags of the kernel have no bits that kernels of the image's version do not have.",
  ],
  "fixed-value": ["refused", "Fields for which only one value is right hold it."],
  "not-a-switch": ["doubtful", "Fields that say yes or no hold 1 or 0."],
  padding: ["doubtful", "Bytes that belong to no field are zero."],
}) {
  private readonly tests = new StructTests(this.scene, (struct) => this.testsOf(struct));

  readonly every = (kind: RecordKind | undefined): RecordHandler | undefined => {
    const test = this.tests.of(kind);
    if (kind?.fixedLength !== undefined) return test;
    return (view) => {
      test?.(view);
      if (view.struct) this.checkSlack(view, structBytes(view.struct).slack);
    };
  };
  readonly records: RecordHandlers = Object.fromEntries(
    Object.entries(SWITCHES).map(([name, fields]) => [name, (view: RecordView) => this.notASwitch(view, fields)]),
  );

  private notASwitch(view: RecordView, fields: readonly string[]): void {
    for (const field of fields) {
      const value = view.number(field) ?? 0;
      if (value > 1) this.wrong("not-a-switch", view, field, "0 or 1", `${value}`);
    }
  }

  /** A flexible array may begin within the struct's own padding; then as many bytes remain unused at its end. */
  private checkSlack(view: RecordView, slack: number): void {
    const { length, end } = view.record;
    if (slack > 0 && length >= slack) this.padding(view, this.source.window(end - slack, slack), slack, end - slack);
  }

  private testsOf(struct: BoundStruct): StructTest[] {
    const { fields, gaps } = structBytes(struct);
    return [
      ...fields.flatMap((field) => this.testsOfField(field)),
      ...gaps.map(
        ({ offset, size }): StructTest =>
          (view, window, start) =>
            this.padding(view, window + offset, size, start + offset),
      ),
    ];
  }

  private testsOfField(field: Member): StructTest[] {
    const { meaning, inUnion, isForeign, offset, size } = field;
    if (inUnion) return [];
    const tests: StructTest[] = [];
    if (meaning.reserved && !isForeign)
      tests.push((view, window, start, prefix) =>
        this.padding(view, window + offset, size, start + offset, prefix + field.path),
      );
    if (field.dims) return tests;
    // A fixed value needs no test of its enumeration.
    if (meaning.const !== undefined) tests.push(this.fixedValue(field, meaning.const));
    else if (meaning.enum !== undefined && !ELSEWHERE.includes(meaning.enum))
      tests.push(...this.enumerated(field, meaning.enum));
    if (meaning.flags !== undefined) tests.push(...this.flagged(field, meaning.flags));
    return tests;
  }

  private fixedValue(field: Member, value: number | bigint): StructTest {
    const read = this.reader(field);
    return (view, window, start, prefix) => {
      const own = read(window);
      // biome-ignore lint/suspicious/noDoubleEquals: 64-bit fields are bigints, and the constant may be a number
      if (own == value) return;
      const show = (number: number | bigint) => (field.meaning.format === "hex" ? hex(number) : `${number}`);
      this.report("fixed-value", view, {
        ...placeIn(field, start, prefix),
        expected: show(value),
        found: show(own),
      });
    };
  }

  private enumerated(field: Member, name: string): StructTest[] {
    const values = valuesOf(this.format.abi, name);
    if (values.size === 0) return [];
    const rule = this.isSure(field, name) ? "unknown-value" : "doubtful-value";
    const expected = `one of ${name} (${[...values].join(", ")})`;
    const read = this.reader(field);
    const known = new Set<number | bigint>([...values].flatMap((value) => [value, Number(value)]));
    return [
      (view, window, start, prefix) => {
        const own = read(window);
        if (known.has(own)) return;
        this.report(rule, view, { ...placeIn(field, start, prefix), expected, found: `${own}` });
      },
    ];
  }

  private flagged(field: Member, name: string): StructTest[] {
    const bits = bitsOf(this.format.abi, name);
    if (bits === 0n) return [];
    const [others, highOthers] = [~lowWord(bits), ~highWord(bits)];
    const rule = this.isSure(field, name) ? "unknown-flag" : "doubtful-flag";
    const expected = `bits of ${name} (${hex(bits)})`;
    const read = this.reader(field);
    return [
      (view, window, start, prefix) => {
        const own = read(window);
        if ((lowWord(own) & others) === 0 && (highWord(own) & highOthers) === 0) return;
        const found = hex(BigInt(own) & ~bits);
        this.report(rule, view, { ...placeIn(field, start, prefix), expected, found });
      },
    ];
  }

  /** Whether the headers of the checkpoint, or restart itself, define the values of the field. */
  private isSure({ meaning }: Member, name: string): boolean {
    const entry = this.format.abi.enumEntry(name);
    if (REFUSED.includes(name)) return true;
    return !entry?.external && !entry?.confidence && !meaning.confidence;
  }

  /** Reads a field as a number if that is exact, else as a bigint. */
  private reader({ type, width, offset }: Member): (window: number) => number | bigint {
    const { source, format } = this;
    if (!width) throw new TypeError(`the schema gives a field the type ${type}, which is not a number`);
    return (window) => {
      const number = width.readNumber(source.view, window + offset, format.littleEndian);
      return Number.isSafeInteger(number) ? number : width.read(source.view, window + offset, format.littleEndian);
    };
  }

  private padding(view: RecordView, window: number, size: number, at: number, field?: string): void {
    for (let i = 0; i < size; i++) {
      const byte = this.source.view.getUint8(window + i);
      if (byte === 0) continue;
      const found = `${hex(byte, 2)} at byte ${at + i - view.offset}`;
      this.report("padding", view, { field, at: at + i, expected: "zero", found });
      return;
    }
  }
}

/** The place of a finding: path of the member, and its offset in bytes from the start of the record. */
function placeIn({ path, offset }: Member, start: number, prefix: string) {
  return { field: prefix + path, at: start + offset };
}
