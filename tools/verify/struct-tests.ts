/** Tests of structs: the record's own, and those that it repeats. They are made once for a struct and applied wherever one comes by. */
import type { BoundStruct } from "../../runtime/index.js";
import { elementsOf } from "./elements.js";
import type { Scene } from "./inspector.js";
import type { RecordView } from "./record-view.js";

/**
 * Looks at a struct.
 *
 * @param window where it begins in the view of the source
 * @param start where it begins, in bytes from the start of the image
 * @param prefix what stands before its fields in paths, e.g. `action[3].`
 */
export type StructTest = (view: RecordView, window: number, start: number, prefix: string) => void;

export class StructTests {
  private readonly byStruct = new Map<BoundStruct, readonly StructTest[]>();

  /** @param make the tests of a struct; its owner is the name of the record, or the schema key of a struct that a record repeats */
  constructor(
    private readonly scene: Scene,
    private readonly make: (struct: BoundStruct, owner: string) => readonly StructTest[],
  ) {}

  apply(view: RecordView): void {
    const { struct, record } = view;
    const { source } = this.scene;
    const size = struct?.layout.size ?? 0;
    if (struct && size <= record.length) {
      const tests = this.testsOf(struct, record.name);
      if (tests.length > 0) {
        const window = source.window(record.offset, size);
        for (const test of tests) test(view, window, record.offset, "");
      }
    }
    const elements = elementsOf(view);
    const tests = elements && this.testsOf(elements.struct, elements.struct.entry.descriptor.key);
    if (!elements || !tests || tests.length === 0) return;
    for (let i = 0; i < elements.count; i++) {
      const start = elements.start + i * elements.size;
      const window = source.window(start, elements.struct.layout.size);
      for (const test of tests) test(view, window, start, `${elements.name}[${i}].`);
    }
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
