/** What `ckpt verify` finds, with the bytes of each finding. */
import { useState } from "preact/hooks";
import type { FindingRow } from "../engine/checks.js";
import { Checking } from "../parts/checking.js";
import { grouped, hex } from "../parts/numbers.js";
import { useCheck } from "../state/checks.js";
import { address } from "../state/route.js";
import type { View } from "./view.js";

export const verifyView: View = { name: "verify", title: "Findings", group: "Image", component: Verify };

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
            <p class="none good">Nothing is wrong in any of the {grouped(summary.records)} records.</p>
          ) : (
            <>
              <ol class="findings">
                {rows
                  .filter(({ severity }) => !hidden.has(severity))
                  .map((finding, i) => (
                    <Finding key={i} {...finding} />
                  ))}
              </ol>
              {summary.leftOut > 0 && <p class="faint">{grouped(summary.leftOut)} more findings are not listed.</p>}
            </>
          )
        }
      </Checking>
    </>
  );
}

function Finding({ rule, severity, explanation, at, record, field, within, expected, found }: FindingRow) {
  return (
    <li class={severity}>
      <a class="place" href={address("hex", { at: hex(at) })}>
        {hex(at)}
      </a>
      <div>
        <p>
          <strong>
            {record ?? "image"}
            {field === undefined ? "" : `.${field}`}
          </strong>
          {within !== undefined && <span class="faint"> in {within}</span>}
          <span class={`badge ${severity}`}>{severity}</span>
          <code class="rule">{rule}</code>
        </p>
        <p>
          expected {expected}, found {found}
        </p>
        {explanation !== undefined && <p class="faint">{explanation}</p>}
      </div>
    </li>
  );
}
