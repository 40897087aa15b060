/**
 * The records of an image and the grammar rules that explain them, as a compact table: one row per record, rule and shared object, in the order of
 * the image, parents before children. About 30 bytes per row, independent of the size of the records.
 */
import type { ImageFormat, RecordKind } from "./abi/format.js";
import { grown } from "./bytes/grown.js";
import { ImageRecord } from "./record/records.js";
import type { ObjectHead, WalkHandler } from "./walk/grammar.js";
import type { Rule, Step } from "./walk/syntax.js";

/** Properties that rows of the same kind share. */
export interface Role {
  /** Name of the rule, or of the object type whose body it is; undefined for a record. */
  readonly rule: string | undefined;
  /** Whether it is the body of a shared object. */
  readonly object: boolean;
  /** The node of the grammar; undefined for the start rule and for records that were stepped over. */
  readonly step: Step | undefined;
  /** Type of a record; undefined for a rule. */
  readonly kind: RecordKind | undefined;
}

const FIRST_ROOM = 1024;

export class RecordTable {
  /** Rows in use. */
  size = 0;
  private roles: Role[] = [];
  /** Role number by grammar node, for roles that one node determines; the rest are in `otherRoles`. */
  private readonly stepRoles: (number | undefined)[] = [];
  private readonly otherRoles = new Map<unknown, Map<Step | undefined, number>>();
  private role = new Uint16Array(FIRST_ROOM);
  private type = new Uint32Array(FIRST_ROOM);
  private offset = new Float64Array(FIRST_ROOM);
  private length = new Uint32Array(FIRST_ROOM);
  private behind = new Uint32Array(FIRST_ROOM);
  private above = new Uint32Array(FIRST_ROOM);
  private objref = new Int32Array(FIRST_ROOM);
  /** Bytes outside the framing, by row; few records have any. */
  private readonly rawLengths = new Map<number, number>();
  /** Bytes of a payload element, by row; few records hold kernel structs. */
  private readonly elementSizes = new Map<number, number>();

  constructor(readonly format: ImageFormat) {}

  roleOf(row: number): Role {
    return this.roles[this.role[row] as number] as Role;
  }

  /** Position of {@link roleOf} among all roles of the table. */
  roleIndex(row: number): number {
    return this.role[row] as number;
  }

  /** Type numbers of all records in the image. */
  get types(): ReadonlySet<number> {
    const objref = this.format.kind("OBJREF");
    const types = new Set(this.roles.flatMap(({ object, kind }) => (object ? objref : kind)?.number ?? []));
    // Unknown types, which most images do not have, are stored only in the rows.
    const unknown = this.roles.map(({ rule, kind }) => rule === undefined && kind === undefined);
    if (unknown.includes(true))
      for (let row = 0; row < this.size; row++) if (unknown[this.role[row] as number]) types.add(this.typeOf(row));
    return types;
  }

  /** Type number of a record or an OBJREF; 0 for a rule. */
  typeOf(row: number): number {
    return this.type[row] as number;
  }

  /** The row after the last descendant of this row; for a record the next row. */
  end(row: number): number {
    // Rules that damage left open extend to the end.
    return this.behind[row] || this.size;
  }

  /** The row of the rule or object that contains the row; the root contains itself. */
  parent(row: number): number {
    return this.above[row] as number;
  }

  /** Offset of the record of a row, in bytes from the start of the image; for a rule, of its first record. */
  offsetOf(row: number): number {
    return this.offset[row] as number;
  }

  /** Bytes of the record of a row; for an object, of its OBJREF; 0 for a rule. */
  lengthOf(row: number): number {
    return this.length[row] as number;
  }

  /** Number of a shared object; 0 for everything else. */
  objrefOf(row: number): number {
    return this.objref[row] as number;
  }

  /** The record of a row; for an object its OBJREF; undefined for a rule. */
  recordOf(row: number): ImageRecord | undefined {
    const role = this.roleOf(row);
    if (role.rule !== undefined && !role.object) return undefined;
    const type = this.type[row] as number;
    return new ImageRecord(
      this.offset[row] as number,
      type,
      this.length[row] as number,
      this.rawLengths.get(row) ?? 0,
      role.kind ?? this.format.kinds.get(type),
      this.elementSizes.get(row),
    );
  }

  /**
   * Appends a row for a rule, or for a shared object.
   *
   * @returns the new row
   */
  addRule(rule: Rule, step: Step | undefined, object: ObjectHead | undefined, parent: number, offset: number): number {
    const row = this.add(this.roleNumber(rule, step, object, undefined), parent, object?.record.offset ?? offset);
    if (object) {
      this.type[row] = object.record.type;
      this.length[row] = object.record.length;
      this.objref[row] = object.objref;
    }
    return row;
  }

  /**
   * Appends a row for a record.
   *
   * @returns the new row
   */
  addRecord(record: ImageRecord, step: Step | undefined, parent: number): number {
    const { kind, offset, length, rawLength, type, elementSize } = record;
    const row = this.add(this.roleNumber(undefined, step, undefined, kind), parent, offset);
    this.type[row] = type;
    this.length[row] = length;
    this.behind[row] = row + 1;
    if (rawLength > 0) this.rawLengths.set(row, rawLength);
    if (elementSize !== undefined) this.elementSizes.set(row, elementSize);
    return row;
  }

  /** Ends a rule: the rows added since it was opened are its descendants. */
  close(row: number): void {
    this.behind[row] = this.size;
  }

  private add(role: number, parent: number, offset: number): number {
    if (this.size === this.role.length) this.grow();
    const row = this.size++;
    this.role[row] = role;
    this.above[row] = parent;
    this.offset[row] = offset;
    return row;
  }

  private roleNumber(
    rule: Rule | undefined,
    step: Step | undefined,
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
    const numbers = this.otherRoles.get(key) ?? new Map<Step | undefined, number>();
    this.otherRoles.set(key, numbers);
    const number = numbers.get(step) ?? this.addRole(rule, step, object, kind);
    numbers.set(step, number);
    return number;
  }

  private addRole(
    rule: Rule | undefined,
    step: Step | undefined,
    object: ObjectHead | undefined,
    kind: RecordKind | undefined,
  ): number {
    return this.roles.push({ rule: rule?.name, object: object !== undefined, step, kind }) - 1;
  }

  private grow(): void {
    // Unused room takes no memory until it is written; copying what is there costs time and memory.
    const room = this.role.length * 16;
    this.role = grown(this.role, room);
    this.type = grown(this.type, room);
    this.offset = grown(this.offset, room);
    this.length = grown(this.length, room);
    this.behind = grown(this.behind, room);
    this.above = grown(this.above, room);
    this.objref = grown(this.objref, room);
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
  private next = 0;

  constructor(format: ImageFormat) {
    this.table = new RecordTable(format);
  }

  enter(rule: Rule, step: Step | undefined, object: ObjectHead | undefined): void {
    this.open.push(this.current);
    if (object) this.next = object.record.next;
    const row = this.table.addRule(rule, step, object, this.current, this.next);
    if (object && !this.objects.has(object.objref)) this.objects.set(object.objref, row);
    this.current = row;
  }

  leave(): void {
    if (this.open.length === 1) return;
    this.table.close(this.current);
    this.current = this.open.pop() as number;
  }

  record(record: ImageRecord, step: Step | undefined): void {
    this.table.addRecord(record, step, this.current);
    this.next = record.next;
  }
}
