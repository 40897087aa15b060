/** Two images: how they differ, as `ckpt diff` says it. */
import { useState } from "preact/hooks";
import type { ComparisonSummary } from "../../engine/questions/comparison.js";
import { FileChoice } from "../../parts/file-choice.js";
import { grouped } from "../../parts/numbers.js";
import { Failure, Wait } from "../../parts/wait.js";
import { useAnswer } from "../../state/answer.js";
import {
  compareChanges,
  compareInPairs,
  compareWith,
  comparisonFailure,
  leftOut,
  swapImages,
} from "../../state/files.js";
import { session } from "../../state/session.js";
import type { View } from "../view.js";
import { DifferenceList } from "./difference-list.js";
import { TaskPairs } from "./task-pairs.js";

export const compareView: View = { name: "compare", title: "Compare", group: "Actions", component: Compare };

function Compare() {
  const { value: current } = session;
  const summary = useAnswer("comparison", null);
  const isChanged = current.status === "open" && current.changes > 0;
  return (
    <>
      <div class="bar">
        <h1>Compare</h1>
        <FileChoice label="Other image" onFiles={compareWith}>
          Compare with another image
        </FileChoice>
        {current.status === "open" && current.isOtherFile && (
          <>
            <button type="button" title="Opens B, and compares it with A" onClick={swapImages}>
              Swap A and B
            </button>
            <Pairs />
          </>
        )}
        {isChanged && (
          <button type="button" onClick={compareChanges}>
            Show what the changes did
          </button>
        )}
      </div>
      <Failure of={leftOut.value} />
      <Failure of={comparisonFailure.value} />
      <Wait of={summary}>{(value) => (value ? <Result summary={value} /> : <Nothing />)}</Wait>
    </>
  );
}

/** Tasks that are the same although their pids differ. */
function Pairs() {
  const [text, setText] = useState("");
  return (
    <form
      class="go"
      onSubmit={(event) => {
        event.preventDefault();
        void compareInPairs(text);
      }}
    >
      <label class="choice">
        Pair tasks
        <input
          value={text}
          placeholder="pid in A=pid in B, …"
          spellcheck={false}
          autocomplete="off"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <button type="submit">Compare again</button>
    </form>
  );
}

function Nothing() {
  return (
    <p class="none">
      Choose another image. Tasks are paired by pid, descriptors by number, memory by address; numbers of objects and
      the order of records do not count. Versions and architectures may differ.
    </p>
  );
}

function Result({ summary }: { readonly summary: ComparisonSummary }) {
  const { value: current } = session;
  const [name, other] = current.status === "open" ? [current.name, current.other ?? ""] : ["", ""];
  return (
    <>
      <div class="sides">
        <SideFacts side="A" name={name} image={summary.a} />
        <SideFacts side="B" name={other} image={summary.b} />
      </div>
      <Uncompared side="A" image={summary.a} />
      <Uncompared side="B" image={summary.b} />
      {summary.total === 0 ? (
        <Equal isWhole={summary.a.uncompared.length + summary.b.uncompared.length === 0} />
      ) : (
        <>
          <Kinds kinds={summary.kinds} />
          {summary.tasks.length > 0 && <TaskPairs pairs={summary.tasks} leftOut={summary.leftOut} />}
          <DifferenceList total={summary.total} />
        </>
      )}
    </>
  );
}

function Equal({ isWhole }: { readonly isWhole: boolean }) {
  return isWhole ? <p class="none good">No differences.</p> : <p class="none">No differences in what was compared.</p>;
}

interface UncomparedProps {
  readonly side: string;
  readonly image: ComparisonSummary["a"];
}

/** The tasks of the other image that this one ends before: what was not looked at must not pass for equal. */
function Uncompared({ side, image: { uncompared, tasks } }: UncomparedProps) {
  if (uncompared.length === 0) return null;
  return (
    <p class="failure" role="status">
      Not compared, because {side} {tasks === 0 ? "has no tasks" : "ends before all of its tasks"}:{" "}
      {uncompared.slice(0, MAX_NAMED).join(", ")}
      {uncompared.length > MAX_NAMED && ` and ${grouped(uncompared.length - MAX_NAMED)} more`}
    </p>
  );
}

/** Maximum number of tasks that are named; the list of the image has all. */
const MAX_NAMED = 24;

interface SideFactsProps {
  readonly side: string;
  readonly name: string;
  readonly image: ComparisonSummary["a"];
}

function SideFacts({ side, name, image: { abi, facts, unknown } }: SideFactsProps) {
  return (
    <section class="panel" aria-label={`Image ${side}`}>
      <h2>
        <span class="badge">{side}</span> {name}
      </h2>
      <p>
        <code>{abi}</code> {facts.join(", ")}
      </p>
      {unknown.length > 0 && (
        <details>
          <summary>{grouped(unknown.length)} things of it are not known, so they were not compared</summary>
          <ul>
            {unknown.map((what, i) => (
              <li key={i}>{what}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

const CHANGES = ["added", "removed", "changed", "moved"] as const;

function Kinds({ kinds }: Pick<ComparisonSummary, "kinds">) {
  return (
    <div class="table kinds" tabIndex={0} role="region" aria-label="Differences by kind">
      <table>
        <thead>
          <tr>
            <th scope="col">kind</th>
            {CHANGES.map((change) => (
              <th key={change} scope="col" class="number">
                {change}
              </th>
            ))}
            <th scope="col" class="number">
              bytes
            </th>
          </tr>
        </thead>
        <tbody>
          {kinds.map(({ kind, counts, bytes }) => (
            <tr key={kind}>
              <td data-title="kind">{kind}</td>
              {CHANGES.map((change) => (
                <td key={change} class={counts[change] === 0 ? "number faint" : "number"} data-title={change}>
                  {grouped(counts[change])}
                </td>
              ))}
              <td class={bytes === 0n ? "number faint" : "number"} data-title="bytes">
                {grouped(bytes)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
