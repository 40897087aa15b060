/** What `ckpt verify` finds, with the bytes of each finding. */
import { useState } from "preact/hooks";
import { Checking } from "../parts/checking.js";
import { Finding } from "../parts/finding.js";
import { grouped } from "../parts/numbers.js";
import { useCheck } from "../state/checks.js";
import type { View } from "./view.js";

export const verifyView: View = { name: "verify", title: "Findings", group: "Image", component: Verify };

const CAVEAT = "nothing after the damage was checked";

const SEVERITIES = [
  { severity: "error", count: "errors", one: "error" },
  { severity: "warning", count: "warnings", one: "warning" },
  { severity: "note", count: "notes", one: "note" },
] as const;

function Verify() {
  const answer = useCheck("all");
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const toggle = (severity: string) => {
    const next = new Set(hidden);
    if (!next.delete(severity)) next.add(severity);
    setHidden(next);
  };
  return (
    <>
      <div class="bar">
        <h1>Findings</h1>
        {answer.status === "done" &&
          SEVERITIES.filter(({ count }) => answer.value.summary[count] > 0).map(({ severity, count, one }) => (
            <button
              key={severity}
              type="button"
              class={`pill ${severity}`}
              aria-pressed={!hidden.has(severity)}
              onClick={() => toggle(severity)}
            >
              {grouped(answer.value.summary[count])} {answer.value.summary[count] === 1 ? one : count}
            </button>
          ))}
      </div>
      <Checking name="all">
        {({ rows, summary }) =>
          rows.length === 0 ? (
            <p class={summary.end === "damaged" ? "none" : "none good"}>
              Nothing is wrong in any of the {grouped(summary.records)} records
              {summary.end === "damaged" && <>; {CAVEAT}</>}.
            </p>
          ) : (
            <>
              <ol class="findings">
                {rows
                  .filter(({ severity }) => !hidden.has(severity))
                  .map((finding, i) => (
                    <Finding key={i} {...finding} />
                  ))}
              </ol>
              {summary.end === "damaged" && <p class="caveat">The image is damaged; {CAVEAT}.</p>}
              {summary.leftOut > 0 && <p class="faint">{grouped(summary.leftOut)} more findings are not listed.</p>}
            </>
          )
        }
      </Checking>
    </>
  );
}
