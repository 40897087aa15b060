/** Tests of structs: the struct of a record, and repeated ones. They are built once per struct and applied to each occurrence. */
import type { BoundStruct } from "../../runtime/index.js";
import type { RecordKind } from "../image/abi/format.js";
import { elementsOf } from "./elements.js";
import type { RecordHandler, Scene } from "./inspection.js";
import type { RecordView } from "./record-view.js";

/**
 * Tests a struct.
 *
 * @param window offset of the struct in the view of the source
 * @param start offset of the struct, in bytes from the start of the image
 * @param prefix path prefix of its fields, e.g. `action[3].`
 */
export type StructTest = (view: RecordView, window: number, start: number, prefix: string) => void;

export class StructTests {
  private readonly byStruct = new Map<BoundStruct, readonly StructTest[]>();

  /** @param make builds the tests of a struct; `owner` is the name of the record, or the schema key of a repeated struct */
  constructor(
    private readonly scene: Scene,
    private readonly make: (struct: BoundStruct, owner: string) => readonly StructTest[],
  ) {}

  /** What tests the records of a type; undefined if nothing in them is tested. */
  of(kind: RecordKind | undefined): RecordHandler | undefined {
    if (kind?.fixedLength === undefined) return (view) => this.apply(view);
    const tests = kind.struct ? this.testsOf(kind.struct, kind.name) : [];
    return tests.length === 0 ? undefined : (view) => this.run(tests, view, kind.payloadOffset);
  }

  private apply(view: RecordView): void {
    const { struct, record } = view;
    const { source } = this.scene;
    if (struct) this.run(this.testsOf(struct, record.name), view, struct.layout.size);
    const elements = elementsOf(view);
    const tests = elements && this.testsOf(elements.struct, elements.struct.entry.descriptor.key);
    if (!elements || !tests || tests.length === 0) return;
    for (let i = 0; i < elements.count; i++) {
      const start = elements.start + i * elements.size;
      const window = source.window(start, elements.struct.layout.size);
      for (const test of tests) test(view, window, start, `${elements.name}[${i}].`);
    }
  }

  /**
   * Runs the tests, if the record has the whole struct.
   *
   * @param size bytes of the struct
   */
  private run(tests: readonly StructTest[], view: RecordView, size: number): void {
    const { offset, length } = view.record;
    if (tests.length === 0 || size > length) return;
    const window = this.scene.source.window(offset, size);
    for (let i = 0; i < tests.length; i++) (tests[i] as StructTest)(view, window, offset, "");
  }

  private testsOf(struct: BoundStruct, owner: string): readonly StructTest[] {
    let tests = this.byStruct.get(struct);
    if (!tests) {
      tests = this.make(struct, owner);
      this.byStruct.set(struct, tests);
    }
    return tests;
  }
}
