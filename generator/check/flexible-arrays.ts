/** A flexible array must be the last member of a struct that is not nested in another one. */
import type { Layout, Layouts } from "../layout.js";
import { problemAt } from "../load/document.js";
import type { Struct } from "../model.js";
import type { Problem } from "../problem.js";

export function checkFlexibleArrays({ distinct }: Layouts): Problem[] {
  return [...distinct.values()].flat().flatMap(({ struct, layout }) => checkFlexible(struct, layout));
}

function checkFlexible(struct: Struct, layout: Layout, nested = false): Problem[] {
  return layout.members.flatMap(({ field, type, flexible }, index) => {
    const refuse = (message: string, suggestion: string) =>
      problemAt(field.origin, { rule: "flexible-not-last", message: `${struct.key}: ${message}`, suggestion });
    if (type.kind === "reference" && endsFlexibly(type.layout))
      return [
        refuse(
          `\`${field.key}\` contains ${type.struct.key}, which ends in a flexible array`,
          "such a struct cannot be a member",
        ),
      ];
    if (type.kind === "struct" || type.kind === "union") return checkFlexible(struct, type.layout, true);
    if (!flexible) return [];
    if (nested) return [refuse(`the flexible array \`${field.key}\` lies in a nested aggregate`, "move it to the end")];
    if (index < layout.members.length - 1)
      return [refuse(`the flexible array \`${field.key}\` is not the last member`, "move it to the end")];
    return [];
  });
}

function endsFlexibly(layout: Layout): boolean {
  return layout.members.some(({ flexible, type }) => flexible || (type.kind !== "scalar" && endsFlexibly(type.layout)));
}
