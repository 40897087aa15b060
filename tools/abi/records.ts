/** The records of an image that contain a struct. */
import type { Abi, BoundStruct } from "../../runtime/index.js";

export interface RecordUse {
  /** Enumerator of the record's type, e.g. `CKPT_HDR_VMA`. */
  readonly record: string;
  readonly number: number;
  /** Condition under which the record has this struct, e.g. `f_type == CKPT_FILE_PIPE`. */
  readonly when?: string;
  /** Set if the struct is an element of the array after the record's own struct. */
  readonly payload?: true;
}

/**
 * The records that consist of a struct, in the order in which the record types are defined; empty for a struct that is only part of others or is in a
 * buffer.
 */
export function recordsOf(abi: Abi, { entry }: BoundStruct): RecordUse[] {
  const { key, variant } = entry.descriptor;
  const struct = variant ? key.slice(0, -variant.length - 1) : key;
  return [...abi.records].flatMap(([number, { name, struct: own, variants, payload, reserved }]) => {
    if (reserved) return [];
    const record = { record: `CKPT_HDR_${name}`, number };
    const uses: RecordUse[] = [];
    const kinds = Object.entries(variants?.structs ?? {})
      .filter(([enumerator, other]) => other === struct && abi.constant(enumerator) !== undefined)
      .map(([enumerator]) => `${variants?.on} == ${enumerator}`);
    if (kinds.length > 0) uses.push({ ...record, when: kinds.join(" || ") });
    else if (own === struct) uses.push(record);
    if (payload?.of === struct && abi.applies(payload)) uses.push({ ...record, payload: true });
    return uses;
  });
}
