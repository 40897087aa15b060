/** A number that a record announces, compared with the sum over later records. */
import type { FindingDetails } from "./inspection.js";
import type { RecordView } from "./record-view.js";

export class Total {
  /** Sum so far. */
  found = 0;
  /** Offset of the record that announces the number. */
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

  /**
   * Compares the announced total with the sum of the parts.
   *
   * @returns the details of a finding; undefined if announced and found number are equal
   */
  difference(parts: string): FindingDetails | undefined {
    const { field, at, found, announced } = this;
    return found === announced
      ? undefined
      : { field, at, expected: `${found}, the ${parts} together`, found: `${announced}` };
  }
}
