/** The view that is shown, or that the image does not have the task that the address names for it. */
import type { TaskRow } from "../engine/questions/tasks.js";
import { Wait } from "../parts/wait.js";
import { useAnswer } from "../state/answer.js";
import { address, route } from "../state/route.js";
import type { View } from "../views/view.js";

export function Shown({ view }: { readonly view: View }) {
  const { task } = route.value.parameters;
  const isOfTask = view.ofTask && task !== undefined;
  const tasks = useAnswer("tasks", isOfTask ? null : undefined);
  if (!isOfTask) return <view.component />;
  return (
    <Wait of={tasks}>
      {(all) =>
        all.some(({ pid }) => String(pid) === task) ? (
          <view.component />
        ) : (
          <UnknownTask view={view} task={task} tasks={all} />
        )
      }
    </Wait>
  );
}

/** Maximum number of tasks that are offered. */
const MAX_OFFERED = 200;

interface UnknownTaskProps {
  readonly view: View;
  readonly task: string;
  readonly tasks: readonly TaskRow[];
}

function UnknownTask({ view: { name, title }, task, tasks }: UnknownTaskProps) {
  return (
    <>
      <div class="bar">
        <h1>{title}</h1>
      </div>
      <p class="failure" role="alert">
        There is no task {task} in this image.
      </p>
      <p>
        {tasks.length > 0 ? "It has these: " : "It has no tasks: "}
        <a href={address(name, { task: undefined })}>show the view without a task</a>
      </p>
      <ul class="tasks" aria-label="Tasks of the image">
        {tasks.slice(0, MAX_OFFERED).map(({ pid, name: comm, isThread }, i) => (
          <li key={i}>
            <a href={address(name, { task: String(pid) })}>
              <span class="pid">{pid}</span> <strong>{isThread ? `{${comm}}` : comm}</strong>
            </a>
          </li>
        ))}
      </ul>
      {tasks.length > MAX_OFFERED && <p class="faint">and {tasks.length - MAX_OFFERED} more; the search finds them</p>}
    </>
  );
}
