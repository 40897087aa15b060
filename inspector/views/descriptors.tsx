/** Open files, and the descriptors that share them. */
import type { Part } from "../../tools/cli/output/sheet.js";
import type { Sharers } from "../engine/questions/sharers.js";
import { Listing } from "../parts/listing.js";
import { chosenPid, TaskChoice } from "../parts/task-choice.js";
import { Wait } from "../parts/wait.js";
import { useAnswer } from "../state/answer.js";
import { address } from "../state/route.js";
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
                parts={parts.map(withSharers)}
                cell={(title, text) => title === SHARED_BY && <Sharing file={text} all={all} />}
                none="There are no file tables in this image."
              />
            )}
          </Wait>
        )}
      </Wait>
    </>
  );
}

/**
 * A table of descriptors with a column of the others with the same open file. It takes the place of their number, which counts tables: several
 * processes can have one.
 */
function withSharers(part: Part): Part {
  if (part.kind !== "table" || !part.columns) return part;
  const [file, count] = ["FILE", "USED BY"].map((wanted) => part.columns?.findIndex(({ title }) => title === wanted));
  const isKept = (_: unknown, i: number) => i !== count;
  const columns = [...part.columns.filter(isKept), { title: SHARED_BY }];
  const rows = part.rows.map((row) => [...row.filter(isKept), row[file ?? -1] ?? ""]);
  return { ...part, columns, rows };
}

const SHARED_BY = "SHARED BY";

/** @param file object number of the open file */
function Sharing({ file, all }: { readonly file: string; readonly all: ReadonlyMap<number, Sharers> }) {
  const { descriptors = [], hasMore = false } = all.get(Number(file)) ?? {};
  return (
    <>
      {descriptors.map(({ number, pids, hasMore }, i) => (
        <span key={number}>
          {i > 0 && "; "}fd {number} of{" "}
          {pids.map((pid, k) => (
            <>
              {k > 0 && ", "}
              <a href={address("fds", { task: String(pid) })}>{pid}</a>
            </>
          ))}
          {hasMore && " and more"}
        </span>
      ))}
      {hasMore && "; and more"}
    </>
  );
}
