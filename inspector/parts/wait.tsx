/** Shows an answer when it is there, and why there is none. */
import type { ComponentChildren } from "preact";
import type { Pending } from "../state/answer.js";

export function Wait<T>({
  of,
  children,
}: {
  readonly of: Pending<T>;
  readonly children: (value: T) => ComponentChildren;
}) {
  if (of.status === "failed")
    return (
      <p class="failure" role="alert">
        {of.reason}
      </p>
    );
  // Most answers come at once: the style shows this text only after a moment.
  if (of.status === "pending") return <p class="waiting">Reading…</p>;
  return <>{children(of.value)}</>;
}
