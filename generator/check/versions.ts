/** Checks versions, architectures and families, and notes that name versions. */
import { type Origin, problemAt, within } from "../load/document.js";
import type { Documented, Field, Model } from "../model.js";
import { type Problem, suggest } from "../problem.js";

export function checkVersions(model: Model): Problem[] {
  return [...arches(model), ...families(model), ...notes(model)];
}

function arches(model: Model): Problem[] {
  const ids = model.enums.flatMap((enumeration) => enumeration.values.map((value) => value.name));
  return model.arches.flatMap((arch) => {
    const problems: Problem[] = [];
    if (arch.versions.length === 0 || new Set(arch.versions).size < arch.versions.length)
      problems.push(
        problemAt(within(arch.origin, "versions"), {
          rule: "bad-value",
          message: `the versions of \`${arch.id}\` ${arch.versions.length === 0 ? "are in the wrong order" : "overlap"}`,
          suggestion: "each pair is a first version and a last one, which is not older",
        }),
      );
    if (arch.idName !== undefined && !ids.includes(arch.idName))
      problems.push(
        problemAt(
          within(arch.origin, "id"),
          {
            rule: "unknown-constant",
            message: `unknown enumerator \`${arch.idName}\``,
            ...suggest(arch.idName, ids),
          },
          "value",
        ),
      );
    return problems;
  });
}

function families(model: Model): Problem[] {
  const known = [...model.families.keys()];
  const uses = [
    ...model.arches.map(({ family, origin }) => ({ family, origin: within(origin, "family") })),
    ...[...model.structs, ...model.enums].flatMap(({ family, origin }) =>
      family === undefined ? [] : [{ family, origin: { document: origin.document, path: ["family"] } }],
    ),
  ];
  return uses
    .filter(({ family }) => !model.families.has(family))
    .map(({ family, origin }) =>
      problemAt(
        origin,
        { rule: "unknown-family", message: `unknown family \`${family}\``, ...suggest(family, known) },
        "value",
      ),
    );
}

function notes(model: Model): Problem[] {
  const known = model.versions.map((version) => version.id);
  const documented: { notes: Documented["notes"]; origin: Origin }[] = [
    ...model.constants,
    ...model.enums.flatMap((enumeration) => enumeration.values),
    ...model.records,
    ...model.objects,
    ...model.structs.flatMap((struct) => [struct, ...fieldsOf(struct.fields)]),
  ];
  return documented.flatMap(({ notes, origin }) =>
    Object.keys(notes)
      .filter((id) => !known.includes(id))
      .map((id) =>
        problemAt(within(origin, "notes", id), {
          rule: "unknown-version",
          message: `unknown version \`${id}\``,
          ...suggest(id, known),
        }),
      ),
  );
}

function fieldsOf(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => [field, ...fieldsOf(field.nested?.fields ?? [])]);
}
