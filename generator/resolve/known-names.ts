/** The names that the schema defines, and checks of what refers to them. */
import type { Expression } from "../../runtime/expression.js";
import { mentions } from "../expression.js";
import { type Origin, within } from "../load/document.js";
import type { Field, Model, Payload, RecordType } from "../model.js";
import { suggest } from "../problem.js";
import type { Context } from "./context.js";
import { isScalar, type StructTable } from "./structs.js";

/** What the expressions of one place may mention without the name of a record. */
export interface ExpressionScope {
  readonly fields: readonly Field[];
  /** Labels of grammar nodes (`as`). */
  readonly labels?: ReadonlySet<string>;
}

export class KnownNames {
  readonly enums: ReadonlySet<string>;
  readonly objects: ReadonlySet<string>;
  readonly records: ReadonlyMap<string, RecordType>;
  /** Constants and enumerators. */
  readonly constants: ReadonlySet<string>;

  constructor(
    private readonly context: Context,
    private readonly model: Model,
    readonly structs: StructTable,
  ) {
    this.enums = new Set(model.enums.map(({ name }) => name));
    this.objects = new Set(model.objects.map(({ name }) => name));
    this.records = new Map(model.records.map((record) => [record.name, record]));
    this.constants = new Set(
      [...model.constants, ...model.enums.flatMap(({ values }) => values)].map(({ name }) => name),
    );
  }

  /** Reports a name that is not among the known ones, e.g. as `unknown enum`. */
  unknown(kind: string, name: string, known: Iterable<string>, origin: Origin, part: "key" | "value" = "value"): void {
    const rule = `unknown-${kind.split(" ")[0]}`;
    this.context.complain(origin, { rule, message: `unknown ${kind} \`${name}\``, ...suggest(name, known) }, part);
  }

  /** All fields of a record, over families and variants. */
  fieldsOf({ struct: common, variants }: RecordType): Field[] {
    const keys = [common, ...Object.values(variants?.structs ?? {}), variants?.else];
    return this.model.structs.filter(({ key }) => keys.includes(key)).flatMap(({ fields }) => fields);
  }

  /** Whether a path of schema keys, e.g. `h.len`, leads to one of the fields, through anonymous aggregates and nested structs. */
  hasField(fields: readonly Field[], path: readonly string[]): boolean {
    const [first, ...rest] = path;
    for (const { key, anonymous, nested, type } of fields) {
      if (anonymous && nested && this.hasField(nested.fields, path)) return true;
      if (key !== first) continue;
      if (rest.length === 0) return true;
      if (nested) return this.hasField(nested.fields, rest);
      const bases = (type?.values() ?? []).map(({ base }) => base);
      return this.model.structs.some((struct) => bases.includes(struct.key) && this.hasField(struct.fields, rest));
    }
    return false;
  }

  checkPayload(payload: Payload, origin: Origin, scope: ExpressionScope): void {
    const { of, count, length } = payload;
    if (of && !isScalar(of) && !this.structs.has(of)) this.unknown("type", of, this.structs.keys, within(origin, "of"));
    if (count) this.checkExpression(count, within(origin, "count"), scope);
    if (length) this.checkExpression(length, within(origin, "length"), scope);
  }

  /** Checks the constants, records and fields that an expression mentions. */
  checkExpression(expression: Expression, origin: Origin, scope: ExpressionScope): void {
    for (const mention of mentions(expression)) {
      if (mention[0] === "constant" && !this.constants.has(mention[1]))
        this.unknown("constant", mention[1], this.constants, origin);
      if (mention[0] !== "field") continue;
      const [, record, path] = mention;
      if (record === null) this.checkOwnField(path, origin, scope);
      else this.checkRecordField(record, path, origin);
    }
  }

  private checkOwnField(path: string, origin: Origin, { fields, labels }: ExpressionScope): void {
    const steps = path.split(".");
    if (labels?.has(steps[0] as string) || this.hasField(fields, steps)) return;
    this.unknown("field", path, fields.length > 0 ? fields.map(({ key }) => key) : this.recordsWith(path), origin);
  }

  private checkRecordField(name: string, path: string, origin: Origin): void {
    const record = this.records.get(name);
    if (!record) {
      this.unknown("record", name, this.records.keys(), origin);
      return;
    }
    const fields = this.fieldsOf(record);
    if (this.hasField(fields, path.split("."))) return;
    const known = fields.map(({ key }) => `${name}.${key}`);
    this.unknown("field", `${name}.${path}`, known, origin);
  }

  /** `RECORD.path` for every record with such a field: the grammar requires the name of the record. */
  private recordsWith(path: string): string[] {
    return this.model.records
      .filter((record) => this.hasField(this.fieldsOf(record), path.split(".")))
      .map(({ name }) => `${name}.${path}`);
  }
}
