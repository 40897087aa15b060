/** All differences, task by task. */
import { useEffect, useState } from "preact/hooks";
import type { DifferenceRow } from "../../engine/questions/differences.js";
import { grouped } from "../../parts/numbers.js";
import { Failure } from "../../parts/wait.js";
import { ask, messageOf, session } from "../../state/session.js";
import { DifferentBytes } from "./different-bytes.js";

/** Number of differences that are asked for together. */
const PAGE = 200;

export function DifferenceList({ total }: { readonly total: number }) {
  const { value: current } = session;
  const [rows, setRows] = useState<readonly DifferenceRow[]>([]);
  const [failure, setFailure] = useState<string>();
  const more = (known: readonly DifferenceRow[]) => {
    ask("differences", { from: known.length, count: PAGE }).then(
      (next) => setRows([...known, ...next]),
      (error: unknown) => setFailure(messageOf(error)),
    );
  };
  useEffect(() => more([]), [current]);
  return (
    <>
      <h2>Differences</h2>
      {groupsOf(rows).map(({ title, rows: own }) => (
        <section key={own[0]?.index}>
          {title !== "" && <h3>{title}</h3>}
          <ul class="differences">
            {own.map((row) => (
              <Difference key={row.index} {...row} />
            ))}
          </ul>
        </section>
      ))}
      <Failure of={failure} />
      {rows.length < total && rows.length > 0 && (
        <p>
          <button type="button" onClick={() => more(rows)}>
            Show more of {grouped(total)}
          </button>
        </p>
      )}
    </>
  );
}

/** Consecutive differences of one task. */
function groupsOf(rows: readonly DifferenceRow[]): { readonly title: string; readonly rows: DifferenceRow[] }[] {
  const groups: { title: string; rows: DifferenceRow[] }[] = [];
  for (const row of rows) {
    const { task } = row;
    const name = task && `${task.pid} ${task.name ?? "?"}`;
    const title = name === undefined ? "" : task?.isThread ? `{${name}}` : name;
    const last = groups.at(-1);
    if (last?.title === title) last.rows.push(row);
    else groups.push({ title, rows: [row] });
  }
  return groups;
}

const SIGNS = { added: "+", removed: "−", changed: "~", moved: "→" } as const;

function Difference({ index, kind, change, what, fields, bytes }: DifferenceRow) {
  return (
    <li class={change} data-index={index}>
      <p>
        <span class="sign" aria-hidden="true">
          {SIGNS[change]}
        </span>
        <span class="hidden">{change} </span>
        <span class="kind">{kind}</span> <span class="what">{what}</span>
      </p>
      {fields.length > 0 && (
        <dl class="changed-fields">
          {fields.map(({ field, old, new: current }, i) => (
            <div key={i}>
              <dt>{field}</dt>
              <dd>
                {old !== undefined && <del>{old}</del>} {current !== undefined && <ins>{current}</ins>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {bytes && <Bytes index={index} text={bytesText(bytes)} />}
    </li>
  );
}

function Bytes({ index, text }: { readonly index: number; readonly text: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{text === "" ? "bytes" : text}</summary>
      {isOpen && <DifferentBytes index={index} />}
    </details>
  );
}

function bytesText({ pages, changed }: NonNullable<DifferenceRow["bytes"]>): string {
  const counts = (["added", "removed", "changed"] as const).flatMap((sort) => {
    const count = pages?.[sort] ?? 0;
    return count === 0 ? [] : `${grouped(count)} ${count === 1 ? "page" : "pages"} ${sort}`;
  });
  if (changed > 0n) counts.push(`${grouped(changed)} ${changed === 1n ? "byte differs" : "bytes differ"}`);
  return counts.join(", ");
}
