/** Structs must fit the records that consist of them: the length of a record can count them, and a variant is selected by one of their fields. */
import type { DistinctLayout, Layouts } from "../layout.js";
import { problemAt, within } from "../load/document.js";
import type { Model, RecordType, Struct } from "../model.js";
import { type Problem, suggest } from "../problem.js";

export function checkRecordStructs(model: Model, { distinct }: Layouts): Problem[] {
  return [
    ...[...distinct].flatMap(([struct, layouts]) => checkLength(struct, layouts)),
    ...model.records.flatMap((record) => checkVariants(record, model)),
  ];
}

/** Bytes of the longest record that its length field can express. */
const MAX_RECORD_LENGTH = 0xffffffff;

function checkLength(struct: Struct, layouts: readonly DistinctLayout[]): Problem[] {
  const long = layouts.find(({ layout }) => !(layout.size <= MAX_RECORD_LENGTH));
  if (!long) return [];
  const message = `${struct.key} (${long.abis[0]?.name}) takes ${long.layout.size} bytes, more than the length of a record can count`;
  return [problemAt(struct.origin, { rule: "too-long", message })];
}

/** The field that selects the variant of a record must be a member of the struct that all variants begin with. */
function checkVariants(record: RecordType, model: Model): Problem[] {
  const { variants } = record;
  const fields = model.structs.filter(({ key }) => key === record.struct).flatMap((struct) => struct.fields);
  const keys = fields.map((field) => field.key);
  if (!variants || keys.includes(variants.on)) return [];
  return [
    problemAt(
      within(record.origin, "variants", "on"),
      {
        rule: "unknown-field",
        message: `unknown field \`${variants.on}\` of ${record.struct ?? `${record.name}, which has no \`struct\``}`,
        ...suggest(variants.on, keys),
      },
      "value",
    ),
  ];
}
