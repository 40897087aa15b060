/** Chooses one task, or all. */

import { useAnswer } from "../state/answer.js";
import { adjust, route } from "../state/route.js";

/** Maximum number of tasks in the menu. */
const MAX_OPTIONS = 2000;

export function TaskChoice() {
  const tasks = useAnswer("tasks", null);
  const chosen = route.value.parameters.task ?? "";
  if (tasks.status !== "done" || tasks.value.length < 2) return null;
  return (
    <label class="choice">
      Task
      <select value={chosen} onChange={({ currentTarget }) => adjust({ task: currentTarget.value || undefined })}>
        <option value="">all</option>
        {tasks.value.slice(0, MAX_OPTIONS).map(({ pid, name, isThread, depth }, i) => (
          <option key={i} value={String(pid)}>
            {`${"\u2003".repeat(Math.min(depth, 8))}${pid} ${isThread ? `{${name}}` : name}`}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The pid in the address; undefined for all tasks. */
export function chosenPid(): number | undefined {
  const text = route.value.parameters.task;
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
