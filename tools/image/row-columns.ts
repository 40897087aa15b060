/** The same numbers of many records of one type, in a typed array per field. */
import { type BoundStruct, type Member, membersOf, type NumberColumn, type WideColumn } from "../../runtime/index.js";
import { RowFields, type Tabled } from "./row-fields.js";

/** Fields of some records; element `i` of each column belongs to `rows[i]`. */
export interface RowBlock {
  readonly rows: readonly number[];
  /** By the number of the field, in the order in which they were requested. A field that the version or the record lacks is 0. */
  readonly columns: readonly (NumberColumn | WideColumn)[];
}

/** Maximum number of bytes of an image that a block extends over: few enough to stay in the cache. */
const MAX_BLOCK_SPAN = 128 * 1024;

/** Reads the same numbers of many records in columns, as {@link RowFields} reads them one by one. */
export class RowColumns {
  private readonly struct: BoundStruct | undefined;
  /** Each field; undefined if the version lacks it. */
  private readonly members: readonly (Member | undefined)[];
  private readonly fields: RowFields;

  /**
   * @param name type of the records, without `CKPT_HDR_`
   * @param paths numbers in the part that all structs of the type have in common
   */
  constructor(
    private readonly image: Tabled,
    name: string,
    paths: readonly string[],
  ) {
    this.struct = image.format.kind(name)?.struct;
    const members = this.struct && membersOf(this.struct);
    this.members = paths.map((path) => members?.at(path));
    this.fields = new RowFields(image, name, paths);
  }

  /**
   * Reads the records of some rows in blocks of neighbours.
   *
   * @param rows in ascending order
   */
  *blocks(rows: Iterable<number>): Generator<RowBlock, void, void> {
    const { table } = this.image;
    const size = this.struct?.layout.size ?? Number.POSITIVE_INFINITY;
    let block: number[] = [];
    let start = 0;
    for (const row of rows) {
      const offset = table.offsetOf(row);
      const isShort = table.lengthOf(row) < size;
      if (block.length > 0 && (isShort || offset + size - start > MAX_BLOCK_SPAN)) {
        yield this.read(block, start);
        block = [];
      }
      if (isShort) yield this.readShort(row);
      else {
        if (block.length === 0) start = offset;
        block.push(row);
      }
    }
    if (block.length > 0) yield this.read(block, start);
  }

  /** Reads complete records, the first of which is at `start`. */
  private read(rows: readonly number[], start: number): RowBlock {
    const { table, source, format } = this.image;
    const { layout } = this.struct as BoundStruct;
    const end = table.offsetOf(rows.at(-1) as number) + layout.size;
    const moved = source.window(start, end - start) - start;
    const offsets = rows.map((row) => table.offsetOf(row) + moved);
    const paths = this.members.flatMap((member) => member?.cPath ?? []);
    const columns = format.codec(this.struct as BoundStruct).columns(source.view, offsets, paths);
    return { rows, columns: this.members.map((member) => columns[member?.cPath ?? ""] ?? new Uint8Array(rows.length)) };
  }

  /** A record that ends before its struct does. */
  private readShort(row: number): RowBlock {
    const { fields } = this;
    fields.read(row);
    const columns = this.members.map((member, field) =>
      member?.width?.size === 8
        ? BigUint64Array.of(fields.big(field) ?? 0n)
        : Float64Array.of(fields.number(field) ?? 0),
    );
    return { rows: [row], columns };
  }
}
