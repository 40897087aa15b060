/** Compares directories and file creation mask. */
import { recordText } from "../model/record-text.js";
import { changeOf, type Difference } from "./difference.js";
import { compareFields } from "./fields.js";
import { structAt } from "./leaves.js";
import { type BothTasks, taskNameOf } from "./match.js";
import type { Pass } from "./pass.js";

export function* compareDirectories(pass: Pass, tasks: BothTasks): Generator<Difference, void, void> {
  const task = taskNameOf(tasks);
  const [objrefA, objrefB] = [pass.a.objref(tasks.a, "fs_objref"), pass.b.objref(tasks.b, "fs_objref")];
  const [a, b] = [pass.a.image.object(objrefA, "FS"), pass.b.image.object(objrefB, "FS")];
  if (!a || !b || !pass.isNew("fs", objrefA, objrefB, task) || pass.areSame("FS", objrefA, objrefB)) return;
  const [one, other] = [structAt(pass.a.image, a.find("FS")), structAt(pass.b.image, b.find("FS"))];
  const fields = [
    ...(one && other ? compareFields(one, other, pass.unknown, { of: "fs" }) : []),
    ...["cwd", "root"].flatMap((label) => {
      const old = recordText(pass.a.image, a.find("FILE_NAME", label));
      const current = recordText(pass.b.image, b.find("FILE_NAME", label));
      return old === undefined || current === undefined ? [] : changeOf(label, old, current);
    }),
  ];
  // In the oldest versions the record is only a header.
  if (!one && other) pass.unknown.add("A", "fs.umask");
  if (one && !other) pass.unknown.add("B", "fs.umask");
  if (fields.length > 0) yield { kind: "directories", change: "changed", task, what: "", fields };
}
