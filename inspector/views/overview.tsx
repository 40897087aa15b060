/** What the image is. */
import { byteCount, grouped, hex } from "../parts/numbers.js";
import { address } from "../state/route.js";
import { session } from "../state/session.js";
import type { View } from "./view.js";

export const overview: View = { name: "overview", title: "Overview", group: "Image", component: Overview };

/** Maximum number of problems that are listed; the view of findings has all. */
const MAX_PROBLEMS = 8;

function Overview() {
  const { value: current } = session;
  if (current.status !== "open") return null;
  const { facts, problems, end, tasks, records, pages, present, size, virtualSize, abi } = current.summary;
  const endings = { complete: "complete", error: "failed checkpoint", damaged: "damaged" };
  return (
    <>
      <div class="bar">
        <h1>Overview</h1>
        <span class={`badge ${end === "complete" ? "good" : "bad"}`}>{endings[end]}</span>
      </div>
      <ul class="tiles">
        <Tile value={abi} what="ABI" />
        <Tile value={grouped(tasks)} what={tasks === 1 ? "task" : "tasks"} to={address("tree")} />
        <Tile value={byteCount(virtualSize)} what="of addresses" to={address("maps")} />
        <Tile value={byteCount(present)} what={`of memory in ${grouped(pages)} pages`} to={address("memory")} />
        <Tile value={grouped(records)} what="records" to={address("records")} />
        <Tile value={byteCount(size)} what="of image" to={address("hex")} />
      </ul>
      {problems.length > 0 && (
        <section class="problems">
          <h2>Problems</h2>
          <ul>
            {problems.slice(-MAX_PROBLEMS).map(({ offset, message }, i) => (
              <li key={i}>
                <a href={address("hex", { at: hex(offset) })}>{hex(offset)}</a> {message}
              </li>
            ))}
          </ul>
          <p>
            <a href={address("verify")}>All findings</a>
          </p>
        </section>
      )}
      <dl class="facts wide">
        {/* The problems are above, with links. */}
        {facts
          .filter(({ label }) => label !== "problems")
          .map(({ label, lines }) => (
            <div key={label}>
              <dt>{label}</dt>
              {lines.map((line, i) => (
                <dd key={i}>{line}</dd>
              ))}
            </div>
          ))}
      </dl>
    </>
  );
}

function Tile({ value, what, to }: { readonly value: string; readonly what: string; readonly to?: string }) {
  const content = (
    <>
      <strong>{value}</strong> <span>{what}</span>
    </>
  );
  return <li>{to === undefined ? <div>{content}</div> : <a href={to}>{content}</a>}</li>;
}
