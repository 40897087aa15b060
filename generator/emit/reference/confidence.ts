/** The marks of confidence: what they mean, and how many statements have them. */
import type { Confidence } from "../../../runtime/descriptor.js";
import type { Abi, Field, Meaning, Model } from "../../model.js";
import type { Block } from "./content.js";
import { CONFIDENCE, confidenceMark } from "./site.js";

export function confidenceMarks(model: Model): Block {
  const given = statements(model);
  const marks = Object.keys(CONFIDENCE) as Confidence[];
  const count = (mark: Confidence | undefined) => given.filter((confidence) => confidence === mark).length;
  return {
    kind: "list",
    items: [
      [`No mark: a source states it. That holds for ${count(undefined)} of ${given.length} statements.`],
      ...marks.map((mark) => [...confidenceMark(mark).slice(1), ` ${CONFIDENCE[mark]} There are ${count(mark)}.`]),
    ],
  };
}

/** The confidence of every statement that has its own documentation. */
function statements(model: Model): (Confidence | undefined)[] {
  const { abis, structs, records, objects, enums, constants, grammar } = model;
  // The current meaning of a field and its earlier ones are separate statements.
  const statementsOf = (fields: readonly Field[], own: readonly Abi[]): readonly Meaning[] =>
    fields.flatMap((field) => [
      ...new Set(own.filter(field.present).map((abi) => field.meanings.at(abi))),
      ...statementsOf(field.nested?.fields ?? [], own),
    ]);
  return [
    ...structs,
    ...structs.flatMap(({ fields, present }) => statementsOf(fields, abis.filter(present))),
    ...records,
    ...objects,
    ...enums.flatMap(({ values }) => values),
    ...constants,
    ...grammar.rules,
    ...grammar.bodies,
  ].map(({ confidence }) => confidence);
}
