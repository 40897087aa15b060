/** A number that a record announces and later records add up to. */
import type { FindingFacts } from "./inspector.js";
import type { RecordView } from "./record-view.js";

export class Total {
  /** What the parts add up to so far. */
  found = 0;
  /** Of the record that announces it. */
  readonly offset: number;
  readonly name: string;
  private readonly announced: number;
  private readonly at: number | undefined;

  constructor(
    view: RecordView,
    private readonly field: string,
  ) {
    this.offset = view.offset;
    this.name = view.name;
    this.announced = view.number(field) ?? 0;
    this.at = view.offsetOf(field);
  }

  /** @returns undefined when it is right */
  difference(parts: string): FindingFacts | undefined {
    const { field, at, found, announced } = this;
    return found === announced
      ? undefined
      : { field, at, expected: `${found}, the ${parts} together`, found: `${announced}` };
  }
}
