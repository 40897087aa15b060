/** What the engine does at the moment, if it takes a while. */
import { byteCount } from "../parts/numbers.js";
import { stopWork, work } from "../state/session.js";

export function Working() {
  const { value: current } = work;
  if (!current) return null;
  const { title, done, total } = current;
  return (
    <div class="working" role="status">
      <span>{title}</span>
      {total > 0 && (
        <>
          <progress max={total} value={done} aria-label="Progress" />
          <span class="faint">
            {byteCount(done)} of {byteCount(total)}
          </span>
        </>
      )}
      <button type="button" onClick={() => void stopWork()}>
        Stop
      </button>
    </div>
  );
}
