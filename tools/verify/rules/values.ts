/** What the schema says about single fields: enumerations, bits, fixed values, and the bytes that belong to no field. */
import type { BoundStruct } from "../../../runtime/index.js";
import { scalar } from "../../image/scalars.js";
import { elementsOf } from "../elements.js";
import { bitsOf, enumerationOf, valuesOf } from "../enumeration.js";
import { inspector, type Report, type Scene } from "../inspector.js";
import type { RecordView } from "../record-view.js";
import { type FieldFact, factsOf } from "../struct-facts.js";

/** Enumerations that rules of their own look after, because more than their enumerators is right, or less. */
const ELSEWHERE: readonly string[] = ["record_type", "obj_type", "arch_id", "task_state", "exit_state", "x86_segment"];

/** Fields that are 1 or 0. */
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

type Id =
  | "unknown-value"
  | "doubtful-value"
  | "unknown-flag"
  | "doubtful-flag"
  | "fixed-value"
  | "not-a-switch"
  | "padding";

/** Looks at a struct that begins at a place of the source's view and at an offset of the image. */
type Test = (window: number, start: number, prefix: string) => void;

export const values = inspector<Id>(
  {
    "unknown-value": ["error", "Fields with an enumeration of the checkpoint headers hold one of its values."],
    "doubtful-value": ["warning", "Fields with an enumeration of the kernel or the C library hold one of its values."],
    "unknown-flag": ["error", "Fields with flags of the checkpoint headers have no other bits."],
    "doubtful-flag": ["note", "Fields with flags of the kernel have no bits that the kernels of that time had not."],
    "fixed-value": ["error", "Fields for which only one value is right hold it."],
    "not-a-switch": ["warning", "Fields that say yes or no hold 1 or 0."],
    padding: ["warning", "Bytes that belong to no field are zero."],
  },
  (scene, report) => {
    const tests = new ValueTests(scene, report);
    const switches = Object.entries(SWITCHES).map(([name, paths]) => [name, switchTest(paths, report)] as const);
    return { every: (view) => tests.apply(view), records: Object.fromEntries(switches) };
  },
);

function switchTest(paths: readonly string[], report: Report<Id>) {
  return (view: RecordView) => {
    for (const field of paths) {
      const value = view.number(field) ?? 0;
      if (value > 1) report("not-a-switch", view, { field, expected: "0 or 1", found: `${value}` });
    }
  };
}

class ValueTests {
  private readonly byStruct = new Map<BoundStruct, readonly Test[]>();
  private view!: RecordView;

  constructor(
    private readonly scene: Scene,
    private readonly report: Report<Id>,
  ) {}

  apply(view: RecordView): void {
    this.view = view;
    const { struct, record } = view;
    const { source } = this.scene;
    if (struct) {
      const { size } = struct.layout;
      const tests = this.testsOf(struct);
      if (size <= record.length && tests.length > 0) {
        const window = source.window(record.offset, size);
        for (const test of tests) test(window, record.offset, "");
      }
      this.checkSlack(view, factsOf(this.scene.format, struct).slack);
    }
    const elements = elementsOf(view);
    const tests = elements && this.testsOf(elements.struct);
    if (!elements || !tests || tests.length === 0) return;
    const { size } = elements.struct.layout;
    for (let i = 0; i < elements.count; i++) {
      const start = elements.start + i * elements.size;
      const window = source.window(start, size);
      for (const test of tests) test(window, start, `${elements.name}[${i}].`);
    }
  }

  /** A flexible array may begin within the struct's own padding; then as many bytes are left over at its end. */
  private checkSlack({ record }: RecordView, slack: number): void {
    if (slack > 0 && record.length >= slack)
      this.checkZero(this.scene.source.window(record.end - slack, slack), slack, record.end - slack);
  }

  private testsOf(struct: BoundStruct): readonly Test[] {
    const known = this.byStruct.get(struct);
    if (known) return known;
    const { fields, gaps } = factsOf(this.scene.format, struct);
    const tests = [
      ...fields.flatMap((field) => this.testsOfField(field)),
      ...gaps.map(
        ({ offset, size }): Test =>
          (window, start) =>
            this.checkZero(window + offset, size, start + offset),
      ),
    ];
    this.byStruct.set(struct, tests);
    return tests;
  }

  private testsOfField(field: FieldFact): Test[] {
    const { meaning, inUnion, foreign, offset, size } = field;
    if (!meaning || inUnion) return [];
    const tests: Test[] = [];
    if (meaning.reserved && !foreign)
      tests.push((window, start, prefix) => this.checkZero(window + offset, size, start + offset, prefix + field.path));
    if (field.isArray) return tests;
    // Of an enumeration with one right value no other need be told.
    if (meaning.const !== undefined) tests.push(this.fixed(field, meaning.const));
    else if (meaning.enum !== undefined && !ELSEWHERE.includes(meaning.enum))
      tests.push(...this.enumerated(field, meaning.enum));
    if (meaning.flags !== undefined) tests.push(...this.flagged(field, meaning.flags));
    return tests;
  }

  private fixed(field: FieldFact, value: number | bigint): Test {
    const read = this.reader(field);
    return (window, start, prefix) => {
      const own = read(window);
      // biome-ignore lint/suspicious/noDoubleEquals: 64-bit fields are bigints, and the constant may be a number
      if (own == value) return;
      const show = (number: number | bigint) => (field.meaning?.format === "hex" ? hex(number) : `${number}`);
      this.tell("fixed-value", field, start, prefix, show(value), show(own));
    };
  }

  private enumerated(field: FieldFact, name: string): Test[] {
    const values = valuesOf(this.scene.format.abi, name);
    if (values.size === 0) return [];
    const rule = this.isSure(field, name) ? "unknown-value" : "doubtful-value";
    const expected = `one of ${name} (${[...values].join(", ")})`;
    const read = this.reader(field);
    return [
      (window, start, prefix) => {
        const own = read(window);
        if (!values.has(BigInt(own))) this.tell(rule, field, start, prefix, expected, `${own}`);
      },
    ];
  }

  private flagged(field: FieldFact, name: string): Test[] {
    const bits = bitsOf(this.scene.format.abi, name);
    if (bits === 0n) return [];
    const rule = this.isSure(field, name) ? "unknown-flag" : "doubtful-flag";
    const expected = `bits of ${name} (${hex(bits)})`;
    const read = this.reader(field);
    return [
      (window, start, prefix) => {
        const unknown = BigInt(read(window)) & ~bits;
        if (unknown !== 0n) this.tell(rule, field, start, prefix, expected, hex(unknown));
      },
    ];
  }

  /** Whether the headers of the checkpoint themselves say what the field can hold. */
  private isSure({ meaning }: FieldFact, name: string): boolean {
    const entry = enumerationOf(this.scene.format.abi, name);
    return !entry?.external && !entry?.confidence && !meaning?.confidence;
  }

  private reader({ type, offset }: FieldFact): (window: number) => number | bigint {
    const { source, format } = this.scene;
    const width = scalar(type);
    if (!width) throw new TypeError(`the schema gives a field the type ${type}, which is no number`);
    return (window) => width.read(source.view, window + offset, format.littleEndian);
  }

  private checkZero(window: number, size: number, at: number, field?: string): void {
    const { view } = this.scene.source;
    for (let i = 0; i < size; i++) {
      const byte = view.getUint8(window + i);
      if (byte === 0) continue;
      this.report("padding", this.view, {
        field,
        at: at + i,
        expected: "zero",
        found: `0x${byte.toString(16).padStart(2, "0")} at byte ${at + i - this.view.offset}`,
      });
      return;
    }
  }

  private tell(
    id: Id,
    { path, offset }: FieldFact,
    start: number,
    prefix: string,
    expected: string,
    found: string,
  ): void {
    this.report(id, this.view, { field: prefix + path, at: start + offset, expected, found });
  }
}

function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
