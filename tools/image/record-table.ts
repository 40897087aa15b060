/**
 * The records of an image and the grammar rules that explain them, as a compact table: one row per record, rule and shared object, in the order of
 * the image, parents before children. 10 bytes per row and 12 more for a rule or object, independent of the size of the records.
 */
import type { ImageFormat, RecordKind } from "./abi/format.js";
import { ImageRecord } from "./record/records.js";
import type { SyntaxRule, SyntaxStep } from "./walk/syntax.js";
import type { ObjectHead, WalkHandler } from "./walk/walk.js";

/** Properties that rows of the same kind share. */
export interface Role {
  /** Name of the rule, or of the object type whose body it is; undefined for a record. */
  readonly rule: string | undefined;
  /** Whether it is the body of a shared object. */
  readonly object: boolean;
  /** The node of the grammar; undefined for the start rule and for records that were stepped over. */
  readonly step: SyntaxStep | undefined;
  /** Type of a record; undefined for a rule. */
  readonly kind: RecordKind | undefined;
}

/** Rows are allocated by the chunk, so that a growing table is never copied. */
const CHUNK_BITS = 11;
const CHUNK_ROWS = 1 << CHUNK_BITS;
const WITHIN = CHUNK_ROWS - 1;
const MAX_CHUNK_SPAN = 2 ** 32 - 1;

/** Columns of {@link CHUNK_ROWS} rows. */
interface Rows {
  /** Number of the role. */
  readonly role: Uint16Array;
  /** Offset of the first row, in bytes from the start of the image. */
  readonly base: number;
  /** Offset of each row from `base`. Doubles only where the rows of the chunk span more than 4 GiB. */
  offset: Uint32Array | Float64Array;
  /** For a record the row of the rule or object that contains it; for a rule or object its place in the columns of these. */
  readonly link: Uint32Array;
}

/** Columns of {@link CHUNK_ROWS} rules and objects. */
interface Groups {
  /** The row of the rule or object that contains it. */
  readonly above: Uint32Array;
  /** The row after its last descendant; 0 while it is open. */
  readonly after: Uint32Array;
  /** Number of the object. */
  readonly objref: Int32Array;
}

export class RecordTable {
  /** Rows in use. */
  size = 0;
  /** Offset of the record that is added next. */
  private next = 0;
  private groupCount = 0;
  private readonly rows: Rows[] = [];
  private readonly groups: Groups[] = [];
  /** The chunk that the next row goes to. */
  private lastRows: Rows | undefined;
  /** The chunk that the next rule goes to. */
  private lastGroups: Groups | undefined;
  private roles: Role[] = [];
  /** Role numbers by the node of the grammar, for roles that one node determines; the rest are in `otherRoles`. */
  private readonly stepRoles: (number | undefined)[] = [];
  private readonly otherRoles = new Map<unknown, Map<SyntaxStep | undefined, number>>();
  /** Bytes outside the framing, by row; few records have any. */
  private readonly rawLengths = new Map<number, number>();
  /** Bytes of a payload element, by row; few records hold kernel structs. */
  private readonly elementSizes = new Map<number, number>();
  /** Type numbers that the version does not have, by row. */
  private readonly unknownTypes = new Map<number, number>();
  /** The kinds of all records, by index of the kind. */
  private readonly kinds: (RecordKind | undefined)[] = [];
  /** Type numbers of all records that the version does not have. */
  private readonly unknown = new Set<number>();

  private readonly objrefKind: RecordKind | undefined;

  constructor(readonly format: ImageFormat) {
    this.objrefKind = format.kind("OBJREF");
  }

  roleOf(row: number): Role {
    return this.roles[this.roleIndex(row)] as Role;
  }

  /** Position of {@link roleOf} among all roles of the table. */
  roleIndex(row: number): number {
    return this.chunk(row).role[row & WITHIN] as number;
  }

  /** Type numbers of all records in the image, including those that have no rows. */
  get types(): ReadonlySet<number> {
    return new Set([...this.kinds.flatMap((kind) => kind?.number ?? []), ...this.unknown]);
  }

  /** Type number of a record or an OBJREF; 0 for a rule. */
  typeOf(row: number): number {
    return this.kindOf(this.roleOf(row))?.number ?? this.unknownTypes.get(row) ?? 0;
  }

  /** The row after the last descendant of this row; for a record the next row. */
  end(row: number): number {
    if (this.roleOf(row).rule === undefined) return row + 1;
    const group = this.link(row);
    // Rules that damage left open extend to the end.
    return this.group(group).after[group & WITHIN] || this.size;
  }

  /** The row of the rule or object that contains the row; the root contains itself. */
  parent(row: number): number {
    const link = this.link(row);
    return this.roleOf(row).rule === undefined ? link : (this.group(link).above[link & WITHIN] as number);
  }

  /** Offset of the record of a row, in bytes from the start of the image; for a rule, of its first record. */
  offsetOf(row: number): number {
    const { base, offset } = this.chunk(row);
    return base + (offset[row & WITHIN] as number);
  }

  /** Bytes of the record of a row; for an object, of its OBJREF; 0 for a rule. */
  lengthOf(row: number): number {
    const { rule, object } = this.roleOf(row);
    if (rule !== undefined && !object) return 0;
    return this.nextOf(row) - this.offsetOf(row) - (this.rawLengths.get(row) ?? 0);
  }

  /** Number of a shared object; 0 for everything else. */
  objrefOf(row: number): number {
    if (!this.roleOf(row).object) return 0;
    const group = this.link(row);
    return this.group(group).objref[group & WITHIN] as number;
  }

  /** The record of a row; for an object its OBJREF; undefined for a rule. */
  recordOf(row: number): ImageRecord | undefined {
    const role = this.roleOf(row);
    if (role.rule !== undefined && !role.object) return undefined;
    const kind = this.kindOf(role);
    const offset = this.offsetOf(row);
    const rawLength = this.rawLengths.get(row) ?? 0;
    return new ImageRecord(
      offset,
      kind?.number ?? (this.unknownTypes.get(row) as number),
      this.nextOf(row) - offset - rawLength,
      rawLength,
      kind,
      this.elementSizes.get(row),
    );
  }

  /**
   * Appends a row for a rule, or for a shared object.
   *
   * @returns the new row
   */
  addRule(rule: SyntaxRule, step: SyntaxStep | undefined, object: ObjectHead | undefined, parent: number): number {
    const group = this.groupCount++;
    const groups = (group & WITHIN) === 0 ? this.addGroups() : (this.lastGroups as Groups);
    groups.above[group & WITHIN] = parent;
    if (object) groups.objref[group & WITHIN] = object.objref;
    const row = this.add(this.roleNumber(rule, step, object, undefined), group);
    if (object) this.passOver(object.record);
    return row;
  }

  /**
   * Appends a row for the body of a shared object whose records get no rows.
   *
   * @param parent row of the object
   */
  addBody(parent: number): void {
    this.add(this.roleNumber(undefined, undefined, undefined, undefined), parent);
  }

  /** Adds a record to the last row. */
  passOver({ kind, type, next }: ImageRecord): void {
    if (kind) this.kinds[kind.index] = kind;
    else this.unknown.add(type);
    this.next = next;
  }

  /**
   * Appends a row for a record.
   *
   * @returns the new row
   */
  addRecord(record: ImageRecord, step: SyntaxStep | undefined, parent: number): number {
    const { kind, rawLength, type, elementSize } = record;
    const row = this.add(this.roleNumber(undefined, step, undefined, kind), parent);
    if (rawLength > 0) this.rawLengths.set(row, rawLength);
    if (elementSize !== undefined) this.elementSizes.set(row, elementSize);
    if (!kind) this.unknownTypes.set(row, type);
    this.passOver(record);
    return row;
  }

  /** Ends a rule: the rows added since it was opened are its descendants. */
  close(row: number): void {
    const group = this.link(row);
    this.group(group).after[group & WITHIN] = this.size;
  }

  /** Offset of what follows the record of a row. */
  private nextOf(row: number): number {
    return row + 1 < this.size ? this.offsetOf(row + 1) : this.next;
  }

  private chunk(row: number): Rows {
    return this.rows[row >>> CHUNK_BITS] as Rows;
  }

  private group(group: number): Groups {
    return this.groups[group >>> CHUNK_BITS] as Groups;
  }

  private link(row: number): number {
    return this.chunk(row).link[row & WITHIN] as number;
  }

  private kindOf({ object, kind }: Role): RecordKind | undefined {
    return object ? this.objrefKind : kind;
  }

  /** Appends a row that begins where the last record ended. */
  private add(role: number, link: number): number {
    const row = this.size++;
    const rows = (row & WITHIN) === 0 ? this.addRows() : (this.lastRows as Rows);
    const offset = this.next - rows.base;
    if (offset > MAX_CHUNK_SPAN && rows.offset instanceof Uint32Array) rows.offset = Float64Array.from(rows.offset);
    rows.role[row & WITHIN] = role;
    rows.offset[row & WITHIN] = offset;
    rows.link[row & WITHIN] = link;
    return row;
  }

  private addRows(): Rows {
    // One buffer for all columns: each allocation outside of the heap brings the garbage collector closer.
    const columns = new ArrayBuffer(10 * CHUNK_ROWS);
    this.lastRows = {
      base: this.next,
      offset: new Uint32Array(columns, 0, CHUNK_ROWS),
      link: new Uint32Array(columns, 4 * CHUNK_ROWS, CHUNK_ROWS),
      role: new Uint16Array(columns, 8 * CHUNK_ROWS),
    };
    this.rows.push(this.lastRows);
    return this.lastRows;
  }

  private addGroups(): Groups {
    const columns = new ArrayBuffer(12 * CHUNK_ROWS);
    this.lastGroups = {
      above: new Uint32Array(columns, 0, CHUNK_ROWS),
      after: new Uint32Array(columns, 4 * CHUNK_ROWS, CHUNK_ROWS),
      objref: new Int32Array(columns, 8 * CHUNK_ROWS),
    };
    this.groups.push(this.lastGroups);
    return this.lastGroups;
  }

  private roleNumber(
    rule: SyntaxRule | undefined,
    step: SyntaxStep | undefined,
    object: ObjectHead | undefined,
    kind: RecordKind | undefined,
  ): number {
    if (!step || object) return this.otherRole(rule, step, object, kind);
    // A node of the grammar selects one record type or one rule, but many kinds of objects.
    let number = this.stepRoles[step.index];
    if (number === undefined) {
      number = this.addRole(rule, step, object, kind);
      this.stepRoles[step.index] = number;
    }
    return number;
  }

  private otherRole(...[rule, step, object, kind]: Parameters<RecordTable["addRole"]>): number {
    const key = rule ?? kind;
    const numbers = this.otherRoles.get(key) ?? new Map<SyntaxStep | undefined, number>();
    this.otherRoles.set(key, numbers);
    const number = numbers.get(step) ?? this.addRole(rule, step, object, kind);
    numbers.set(step, number);
    return number;
  }

  private addRole(
    rule: SyntaxRule | undefined,
    step: SyntaxStep | undefined,
    object: ObjectHead | undefined,
    kind: RecordKind | undefined,
  ): number {
    return this.roles.push({ rule: rule?.name, object: object !== undefined, step, kind }) - 1;
  }
}

/** Fills a table from the events of the walk. */
export class TableBuilder implements WalkHandler {
  readonly table: RecordTable;
  /** Row of each shared object by its number; for a duplicate number, of the first object. */
  readonly objects = new Map<number, number>();
  /** Rows of the open rules, outermost first. The root stays open for records after the end of the image. */
  private readonly open: number[] = [];
  private current = 0;
  /** Number of open rules and objects in the body of an object, itself included, if bodies are left out; else 0. */
  private depthInBody = 0;

  /** @param hasBodies whether the records in shared objects get rows; otherwise one row stands for all those in an object */
  constructor(
    format: ImageFormat,
    private readonly hasBodies = true,
  ) {
    this.table = new RecordTable(format);
  }

  enter(rule: SyntaxRule, step: SyntaxStep | undefined, object: ObjectHead | undefined): void {
    if (this.depthInBody > 0) {
      this.depthInBody++;
      if (object) this.table.passOver(object.record);
      return;
    }
    this.open.push(this.current);
    const row = this.table.addRule(rule, step, object, this.current);
    if (object && !this.objects.has(object.objref)) this.objects.set(object.objref, row);
    this.current = row;
    if (!object || this.hasBodies) return;
    this.depthInBody = 1;
    this.table.addBody(row);
  }

  leave(): void {
    if (this.depthInBody > 0 && --this.depthInBody > 0) return;
    if (this.open.length === 1) return;
    this.table.close(this.current);
    this.current = this.open.pop() as number;
  }

  record(record: ImageRecord, step: SyntaxStep | undefined): void {
    if (this.depthInBody > 0) this.table.passOver(record);
    else this.table.addRecord(record, step, this.current);
  }
}
