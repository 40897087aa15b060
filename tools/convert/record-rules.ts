/** Conversion rules for the records of two adjacent versions: the field rules of every struct that a record can have. */
import { membersOf } from "../../runtime/index.js";
import { scalar } from "../../runtime/scalars.js";
import type { ImageFormat } from "../image/abi/format.js";
import { kernelSizes } from "../image/abi/kernel-sizes.js";
import type { FieldRule, Trigger } from "./field-rule.js";
import { fieldRules, type SettledMeanings, structsOf } from "./field-rules.js";
import type { RecordNode } from "./nodes.js";
import { isSameStruct } from "./padding.js";
import type { ConversionStep } from "./step.js";

interface RecordRules {
  readonly own: readonly FieldRule[];
  /** Rules for the elements of the flexible array at the end of the struct. */
  readonly tail: readonly FieldRule[];
}

const NONE: RecordRules = { own: [], tail: [] };

/** The rules of a boundary, which are the same for all images. Built on first use. */
export class BoundaryRules {
  private readonly records = new Map<string, FieldRules>();
  private readonly elements = new Map<string, ElementRules>();

  private constructor(
    private readonly before: ImageFormat,
    private readonly after: ImageFormat,
    private readonly settled: SettledMeanings,
  ) {}

  /**
   * The cached rules of a boundary.
   *
   * @param steps steps of the boundary, which follow from the two versions and the architecture
   */
  static between(before: ImageFormat, after: ImageFormat, steps: readonly ConversionStep[]): BoundaryRules {
    const known = between.get(before) ?? new WeakMap<ImageFormat, BoundaryRules>();
    between.set(before, known);
    const rules = known.get(after) ?? new BoundaryRules(before, after, settledBy(steps));
    known.set(after, rules);
    return rules;
  }

  /**
   * Rules for a record type.
   *
   * @param name of the record, without `CKPT_HDR_`
   */
  ofRecord(name: string): FieldRules {
    const rules = this.records.get(name) ?? new FieldRules(name, this.before, this.after, this.settled);
    this.records.set(name, rules);
    return rules;
  }

  /**
   * Rules for the elements of an array payload.
   *
   * @param key element type: schema key of a struct, or a width
   */
  ofElements(key: string): ElementRules {
    const rules = this.elements.get(key) ?? elementRules(key, this.before, this.after, this.settled);
    this.elements.set(key, rules);
    return rules;
  }
}

const between = new WeakMap<ImageFormat, WeakMap<ImageFormat, BoundaryRules>>();

function settledBy(steps: readonly ConversionStep[]): SettledMeanings {
  const settled = new Map<string, Set<string>>();
  for (const { meanings = {} } of steps)
    for (const [key, paths] of Object.entries(meanings))
      settled.set(key, new Set([...(settled.get(key) ?? []), ...paths]));
  return settled;
}

/** Rules for the elements of an array payload. */
interface ElementRules {
  readonly rules: readonly FieldRule[];
  /** Whether elements stay identical, byte for byte. */
  readonly isSame: boolean;
}

function elementRules(key: string, before: ImageFormat, after: ImageFormat, settled: SettledMeanings): ElementRules {
  const [struct, other] = scalar(key) ? [] : [before.struct(key), after.struct(key)];
  // The size of a kernel struct depends on the kernel, not on its fields or the version.
  if (!struct || !other || kernelSizes(before, key)) return { rules: [], isSame: true };
  const rules = fieldRules(before, after, struct, other, settled);
  return { rules, isSame: rules.length === 0 && isSameStruct(struct, other) };
}

/** The rules for all structs that a record type can have. */
class FieldRules {
  readonly isEmpty: boolean;
  private readonly byStruct = new Map<string, RecordRules>();
  private readonly discriminator: string | undefined;

  constructor(name: string, before: ImageFormat, after: ImageFormat, settled: SettledMeanings) {
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
      const own = fieldRules(before, after, one, counterpart, settled);
      const element = membersOf(one).tail?.struct;
      const otherElement = counterpart && membersOf(counterpart).tail?.struct;
      const tail = element && otherElement ? fieldRules(before, after, element, otherElement, settled) : [];
      this.byStruct.set(key, { own, tail });
    }
    this.isEmpty = [...this.byStruct.values()].every(({ own, tail }) => own.length + tail.length === 0);
  }

  /** The numbers that decide whether any rule does something, whatever the struct; undefined if more decides. */
  get triggers(): readonly Trigger[] | undefined {
    const triggers: Trigger[] = [];
    for (const { own, tail } of this.byStruct.values())
      for (const { trigger } of [...own, ...tail]) {
        if (!trigger || tail.length > 0) return undefined;
        triggers.push(trigger);
      }
    return triggers;
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
