/** A pattern for each kind of mapping, so that kinds differ without colours too. */
export function Patterns() {
  return (
    <defs>
      <pattern
        id="pattern-shared"
        class="kind-shared"
        width="7"
        height="7"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <path d="M0 0V7" />
      </pattern>
      <pattern id="pattern-anonymous" class="kind-anonymous" width="6" height="6" patternUnits="userSpaceOnUse">
        <circle cx="2" cy="2" r="0.9" />
      </pattern>
      <pattern
        id="pattern-heap"
        class="kind-heap"
        width="8"
        height="8"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <path d="M0 0V8M0 0H8" />
      </pattern>
      <pattern id="pattern-stack" class="kind-stack" width="6" height="6" patternUnits="userSpaceOnUse">
        <path d="M0 1H6" />
      </pattern>
      <pattern
        id="pattern-kernel"
        class="kind-kernel"
        width="7"
        height="7"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(-45)"
      >
        <path d="M0 0V7" />
      </pattern>
    </defs>
  );
}
