/** A finding, with the bytes that it is about. */
import type { FindingRow } from "../engine/checks.js";
import { address } from "../state/route.js";
import { hex } from "./numbers.js";

export function Finding({ rule, severity, explanation, at, record, field, within, expected, found }: FindingRow) {
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
