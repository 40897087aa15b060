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
  if (of.status === "failed") return <Failure of={of.reason} />;
  // Most answers come at once: the style shows this text only after a moment.
  if (of.status === "pending") return <p class="waiting">Reading…</p>;
  return <>{children(of.value)}</>;
}

/** Why something could not be done; nothing if it could. */
export function Failure({ of }: { readonly of: string | undefined }) {
  if (of === undefined) return null;
  return (
    <p class="failure" role="alert">
      {of}
    </p>
  );
}
