/** Shows what a check found when it is done, and until then how far it is. */
import type { ComponentChildren } from "preact";
import type { CheckName, CheckResult } from "../engine/checks.js";
import { startCheck, stopCheck, useCheck } from "../state/checks.js";
import { byteCount } from "./numbers.js";
import { Failure } from "./wait.js";

interface CheckingProps<Name extends CheckName> {
  readonly name: Name;
  readonly children: (found: CheckResult<Name>) => ComponentChildren;
}

export function Checking<Name extends CheckName>({ name, children }: CheckingProps<Name>) {
  const check = useCheck(name);
  switch (check.status) {
    case "done":
      return <>{children(check.value)}</>;
    case "failed":
      return <Failure of={check.reason} />;
    case "stopped":
      return (
        <div class="row">
          <p class="none">The check was stopped.</p>
          <button type="button" onClick={() => void startCheck(name)}>
            Check again
          </button>
        </div>
      );
    case "running":
      return (
        <div class="row checking waiting" role="status">
          <span>Checking the records…</span>
          {check.total > 0 && (
            <>
              <progress max={check.total} value={check.done} aria-label="Progress" />
              <span>
                {byteCount(check.done)} of {byteCount(check.total)}
              </span>
            </>
          )}
          <button type="button" onClick={() => stopCheck(name)}>
            Stop
          </button>
        </div>
      );
  }
}
