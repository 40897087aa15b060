/** What the schema says about the records of two adjacent versions: the field rules of every struct that a record can have. */
import { membersOf } from "../../runtime/index.js";
import type { ImageFormat } from "../image/abi/format.js";
import { type FieldRule, fieldRules, structsOf } from "./field-rules.js";
import type { RecordNode } from "./nodes.js";

export interface RecordRules {
  readonly own: readonly FieldRule[];
  /** For the elements of the array at the end of the struct. */
  readonly tail: readonly FieldRule[];
}

const NONE: RecordRules = { own: [], tail: [] };

/** Rules by record, which hold for all images; who asks for a record that is not there yet adds it. */
export function rulesBetween(before: ImageFormat, after: ImageFormat): Map<string, FieldRules> {
  const known = between.get(before) ?? new WeakMap<ImageFormat, Map<string, FieldRules>>();
  between.set(before, known);
  const rules = known.get(after) ?? new Map<string, FieldRules>();
  known.set(after, rules);
  return rules;
}

const between = new WeakMap<ImageFormat, WeakMap<ImageFormat, Map<string, FieldRules>>>();

/** The rules of all structs that a record can have. */
export class FieldRules {
  readonly isEmpty: boolean;
  private readonly byStruct = new Map<string, RecordRules>();
  private readonly discriminator: string | undefined;

  constructor(name: string, before: ImageFormat, after: ImageFormat) {
    const kind = before.kind(name);
    const other = after.kind(name);
    if (!kind || !other) {
      this.isEmpty = true;
      return;
    }
    const structs = structsOf(other, after);
    this.discriminator = kind.entry.variants?.on;
    for (const [key, one] of structsOf(kind, before)) {
      const counterpart = structs.get(key) ?? structs.get(kind.entry.struct ?? "");
      const own = fieldRules(before, after, one, counterpart);
      const element = membersOf(one).tail?.struct;
      const otherElement = counterpart && membersOf(counterpart).tail?.struct;
      const tail = element && otherElement ? fieldRules(before, after, element, otherElement) : [];
      this.byStruct.set(key, { own, tail });
    }
    this.isEmpty = [...this.byStruct.values()].every(({ own, tail }) => own.length + tail.length === 0);
  }

  for(record: RecordNode, before: ImageFormat): RecordRules {
    if (this.isEmpty) return NONE;
    const kind = before.kind(record.name);
    const { struct = "", variants } = kind?.entry ?? {};
    if (variants && this.discriminator !== undefined) {
      const value = record.number(this.discriminator);
      const found = Object.entries(variants.structs).find(([enumerator]) => before.constant(enumerator) === value)?.[1];
      return this.byStruct.get(found ?? variants.else ?? struct) ?? this.byStruct.get(struct) ?? NONE;
    }
    const { configuration } = record.parts;
    return this.byStruct.get(configuration === undefined ? struct : `${struct}_${configuration}`) ?? NONE;
  }
}
