/** The tasks of two images side by side. */
import type { ComparedTask, TaskPairRow } from "../../engine/questions/comparison.js";
import { byteCount, grouped } from "../../parts/numbers.js";

interface TaskPairsProps {
  readonly pairs: readonly TaskPairRow[];
  readonly leftOut: number;
}

export function TaskPairs({ pairs, leftOut }: TaskPairsProps) {
  return (
    <>
      <h2>Tasks</h2>
      <div class="table" tabIndex={0} role="region" aria-label="Tasks side by side">
        <table class="pairs">
          <thead>
            <tr>
              <th scope="col">A</th>
              <th scope="col">B</th>
              <th scope="col">differences</th>
            </tr>
          </thead>
          <tbody>
            {pairs.map(({ a, b, kinds }, i) => (
              <tr key={i}>
                <td data-title="A">
                  <Side task={a} other={b} />
                </td>
                <td data-title="B">
                  <Side task={b} other={a} />
                </td>
                <td data-title="differences">
                  {kinds.length === 0 ? (
                    <span class="faint">none</span>
                  ) : (
                    kinds.map(([kind, count]) => `${kind} ${count}`).join(", ")
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {leftOut > 0 && <p class="faint">and {grouped(leftOut)} more</p>}
    </>
  );
}

interface SideProps {
  readonly task: ComparedTask | undefined;
  readonly other: ComparedTask | undefined;
}

function Side({ task, other }: SideProps) {
  if (!task) return <span class="faint">–</span>;
  const { pid, name, isThread, state, present } = task;
  return (
    <>
      <span class={other ? "" : "alone"}>{isThread ? `{${pid} ${name}}` : `${pid} ${name}`}</span>{" "}
      <span class="faint">
        {state}
        {present !== undefined && `, ${byteCount(present)}`}
      </span>
    </>
  );
}
