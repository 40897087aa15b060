/** Open files, and the descriptors that share them. */
import type { Part } from "../../tools/cli/output/sheet.js";
import { Listing } from "../parts/listing.js";
import { chosenPid, TaskChoice } from "../parts/task-choice.js";
import { Wait } from "../parts/wait.js";
import { useAnswer } from "../state/answer.js";
import type { View } from "./view.js";

export const descriptors: View = {
  name: "fds",
  title: "Descriptors",
  group: "Tasks",
  ofTask: true,
  component: Descriptors,
};

function Descriptors() {
  const listing = useAnswer("listing", { name: "fds", pid: chosenPid() });
  const sharers = useAnswer("sharers", null);
  return (
    <>
      <div class="bar">
        <h1>Descriptors</h1>
        <TaskChoice />
      </div>
      <Wait of={listing}>
        {(parts) => (
          <Wait of={sharers}>
            {(all) => (
              <Listing
                parts={parts.map((part) => withSharers(part, all))}
                none="There are no file tables in this image."
              />
            )}
          </Wait>
        )}
      </Wait>
    </>
  );
}

/** A table of descriptors with a column that names the others with the same open file. */
function withSharers(part: Part, sharers: ReadonlyMap<number, string>): Part {
  if (part.kind !== "table" || !part.columns) return part;
  const file = part.columns.findIndex(({ title }) => title === "FILE");
  const columns = [...part.columns, { title: "SHARED BY" }];
  const rows = part.rows.map((row) => [...row, sharers.get(Number(row[file])) ?? ""]);
  return { ...part, columns, rows };
}
