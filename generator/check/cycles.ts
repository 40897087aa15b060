/** Structs that contain themselves. They have no layout, so this check runs before those of layouts. */

import type { Layouts } from "../layout.js";
import { problemAt } from "../load/document.js";
import { nestedStructs } from "../members.js";
import type { Field, Model, Struct } from "../model.js";
import type { Problem } from "../problem.js";

/** One problem per cycle, at the member that closes it. */
export function findCycles(model: Model, layouts: Layouts): Problem[] {
  const problems: Problem[] = [];
  const finished = new Set<Struct>();
  const path: Struct[] = [];
  const visit = (struct: Struct) => {
    if (finished.has(struct)) return;
    path.push(struct);
    const nested = (layouts.distinct.get(struct) ?? []).flatMap(({ layout }) => nestedStructs(layout));
    const reported = new Set<Field>();
    for (const { field, struct: to } of nested) {
      const start = path.indexOf(to);
      if (start < 0) visit(to);
      else if (!reported.has(field)) {
        reported.add(field);
        const between = path.slice(start + 1).map(({ key }) => key);
        problems.push(
          problemAt(field.origin, {
            rule: "recursive-struct",
            message: `${to.key} contains itself${between.length > 0 ? ` by way of ${between.join(" and ")}` : ""}`,
          }),
        );
      }
    }
    path.pop();
    finished.add(struct);
  };
  model.structs.forEach(visit);
  return problems;
}
