/** What the engine does at the moment, if it takes a while. */
import { byteCount } from "../parts/numbers.js";
import { show } from "../state/route.js";
import { stopWork, work } from "../state/session.js";

export function Working() {
  const { value: current } = work;
  if (!current) return null;
  const { title, done, total, isQuestion } = current;
  const stop = () => {
    // The view would ask again.
    if (isQuestion) show("overview");
    void stopWork();
  };
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
      <button type="button" onClick={stop}>
        Stop
      </button>
    </div>
  );
}
