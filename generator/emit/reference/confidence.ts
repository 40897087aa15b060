/** What the marks of confidence mean, and how often they are given. */
import type { Confidence, Field, Model } from "../../model.js";
import type { Block } from "./content.js";
import { CONFIDENCE, confidenceMark } from "./site.js";

export function confidenceMarks(model: Model): Block {
  const given = statements(model);
  const marks = Object.keys(CONFIDENCE) as Confidence[];
  const count = (mark: Confidence | undefined) => given.filter((confidence) => confidence === mark).length;
  return {
    kind: "list",
    items: [
      [`No mark: a source states it. So do ${count(undefined)} of ${given.length} statements.`],
      ...marks.map((mark) => [...confidenceMark(mark).slice(1), ` ${CONFIDENCE[mark]} There are ${count(mark)}.`]),
    ],
  };
}

/** The confidence of everything that has a documentation of its own. */
function statements(model: Model): (Confidence | undefined)[] {
  const { structs, records, objects, enums, constants, grammar } = model;
  const fieldsOf = (fields: readonly Field[]): readonly Field[] =>
    fields.flatMap((field) => [field, ...fieldsOf(field.nested?.fields ?? [])]);
  return [
    ...structs,
    ...structs.flatMap(({ fields }) => fieldsOf(fields)),
    ...records,
    ...objects,
    ...enums.flatMap(({ values }) => values),
    ...constants,
    ...grammar.rules,
    ...grammar.bodies,
  ].map(({ confidence }) => confidence);
}
