/** The tasks as a tree, drawn; as a list on a narrow page, and if there are many. */
import { hierarchy, tree as layoutOf } from "d3-hierarchy";
import type { TaskRow } from "../engine/questions/tasks.js";
import { byteCount } from "../parts/numbers.js";
import { Wait } from "../parts/wait.js";
import { useAnswer } from "../state/answer.js";
import { address, adjust, route } from "../state/route.js";
import type { View } from "./view.js";

export const tree: View = { name: "tree", title: "Process tree", group: "Tasks", ofTask: true, component: Tree };

/** More tasks are not drawn: nobody could follow the lines. */
const MAX_DRAWN = 200;

/** Maximum number of tasks in the list. */
const MAX_LISTED = 2000;

function Tree() {
  const answer = useAnswer("tasks", null);
  const chosen = route.value.parameters.task;
  return (
    <>
      <div class="bar">
        <h1>Process tree</h1>
      </div>
      <Wait of={answer}>
        {(tasks) => {
          if (tasks.length === 0) return <p class="none">There are no tasks in this image.</p>;
          const task = tasks.find(({ pid }) => String(pid) === chosen);
          return (
            <div class="split">
              <div>
                {tasks.length <= MAX_DRAWN && <Drawing tasks={tasks} chosen={task} />}
                <List tasks={tasks} chosen={task} isAlternative={tasks.length <= MAX_DRAWN} />
              </div>
              {task && <Details task={task} hasParent={tasks.some(({ pid }) => pid === task.ppid)} />}
            </div>
          );
        }}
      </Wait>
    </>
  );
}

/** Size of a node, and its distance from others, in pixels. */
const NODE = { width: 168, height: 44, besides: 60, below: 12 } as const;

interface Place {
  readonly task: TaskRow | undefined;
  readonly children: Place[];
}

/** The tree grows to the right, so that long names and many children fit. */
function Drawing({ tasks, chosen }: { readonly tasks: readonly TaskRow[]; readonly chosen: TaskRow | undefined }) {
  const places = tasks.map((task): Place => ({ task, children: [] }));
  // Above all roots, and not drawn.
  const top: Place = { task: undefined, children: [] };
  for (const [i, { parent }] of tasks.entries()) (places[parent] ?? top).children.push(places[i] as Place);
  const root = layoutOf<Place>()
    .nodeSize([NODE.height + NODE.below, NODE.width + NODE.besides])
    .separation(() => 1)(hierarchy(top));
  const nodes = root.descendants().filter(({ data }) => data.task);
  const [low, high] = [Math.min(...nodes.map(({ x }) => x)), Math.max(...nodes.map(({ x }) => x))];
  const left = NODE.width + NODE.besides;
  const deepest = Math.max(...nodes.map(({ y }) => y));
  const width = deepest - left + NODE.width + 8;
  const height = high - low + NODE.height + 8;
  const at = ({ x, y }: { x: number; y: number }) => ({ x: y - left + 4, y: x - low + 4 });
  return (
    <div class="drawing" tabIndex={0} role="region" aria-label="Drawing of the process tree">
      <svg width={width} height={height} role="group" aria-label="Process tree">
        {nodes
          .filter(({ parent }) => parent?.data.task)
          .map(({ parent, data, ...node }) => {
            const from = at(parent as { x: number; y: number });
            const to = at(node as { x: number; y: number });
            const [x1, y1, x2, y2] = [from.x + NODE.width, from.y + NODE.height / 2, to.x, to.y + NODE.height / 2];
            const middle = (x1 + x2) / 2;
            return (
              <path
                key={`${x2} ${y2}`}
                class={data.task?.isThread ? "edge thread" : "edge"}
                d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`}
              />
            );
          })}
        {nodes.map(({ data: { task }, x, y }) => {
          if (!task) return null;
          const { pid, name, isThread, state, activity = state, memory } = task;
          const place = at({ x, y });
          return (
            <a
              key={`${place.x} ${place.y}`}
              href={address("tree", { task: String(pid) })}
              class={`node${isThread ? " thread" : ""}${task === chosen ? " chosen" : ""}`}
            >
              <rect x={place.x} y={place.y} width={NODE.width} height={NODE.height} rx={6} />
              <text x={place.x + 10} y={place.y + 18}>
                <tspan class="pid">{pid}</tspan> <tspan class="name">{short(name, 13)}</tspan>
              </text>
              <text x={place.x + 10} y={place.y + 34} class="minor-text">
                {isThread ? "thread" : activity}
                {!isThread && memory ? ` · ${byteCount(memory.size)}` : ""}
              </text>
            </a>
          );
        })}
      </svg>
    </div>
  );
}

function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

interface ListProps {
  readonly tasks: readonly TaskRow[];
  readonly chosen: TaskRow | undefined;
  /** Whether it takes the place of a drawing on a narrow page only. */
  readonly isAlternative: boolean;
}

function List({ tasks, chosen, isAlternative }: ListProps) {
  return (
    <ul class={isAlternative ? "tasks narrow" : "tasks"}>
      {tasks.slice(0, MAX_LISTED).map((task, i) => (
        <li key={i} style={{ paddingLeft: `${Math.min(task.depth, 12) * 1.1}rem` }}>
          <a
            href={address("tree", { task: String(task.pid) })}
            class={task === chosen ? "chosen" : ""}
            aria-current={task === chosen ? "true" : undefined}
          >
            <span class="pid">{task.pid}</span> <strong>{task.isThread ? `{${task.name}}` : task.name}</strong>
            <span class="faint">
              {task.isThread ? "thread" : (task.activity ?? task.state)}
              {task.memory && !task.isThread ? ` · ${byteCount(task.memory.size)}` : ""}
            </span>
          </a>
        </li>
      ))}
      {tasks.length > MAX_LISTED && <li class="faint">and {tasks.length - MAX_LISTED} more; the search finds them</li>}
    </ul>
  );
}

function Details({ task, hasParent }: { readonly task: TaskRow; readonly hasParent: boolean }) {
  const { pid, ppid, tgid, name, isThread, state, activity, memory, addressSpace, fileTable } = task;
  const of = { task: String(pid) };
  return (
    <aside class="panel" aria-label={`Task ${pid}`}>
      <div class="panel-head">
        <h2>
          {pid} {name}
        </h2>
        <button type="button" class="quiet" onClick={() => adjust({ task: undefined })}>
          Close
        </button>
      </div>
      <dl class="facts">
        <Fact label="kind" value={isThread ? `thread of ${tgid}` : "process"} />
        <Fact
          label="parent"
          value={String(ppid)}
          to={hasParent ? address("tree", { task: String(ppid) }) : undefined}
        />
        <Fact label="state" value={activity === undefined ? state : `${state}, ${activity}`} />
        {memory && (
          <Fact
            label="memory"
            value={`${byteCount(memory.size)} of addresses, ${byteCount(memory.present)} in the image`}
          />
        )}
        {addressSpace !== undefined && (
          <Fact label="address space" value={String(addressSpace)} to={address("maps", of)} />
        )}
        {fileTable !== undefined && <Fact label="file table" value={String(fileTable)} to={address("fds", of)} />}
      </dl>
      <ul class="links">
        {addressSpace !== undefined && (
          <>
            <li>
              <a href={address("maps", of)}>Address space</a>
            </li>
            <li>
              <a href={address("memory", of)}>Memory</a>
            </li>
          </>
        )}
        <li>
          <a href={address("fds", of)}>Descriptors</a>
        </li>
        <li>
          <a href={address("regs", of)}>Registers</a>
        </li>
        <li>
          <a href={address("signals", of)}>Signals</a>
        </li>
        <li>
          <a href={address("creds", of)}>Credentials</a>
        </li>
      </ul>
    </aside>
  );
}

interface FactProps {
  readonly label: string;
  readonly value: string;
  /** Address of a view that shows it. */
  readonly to?: string | undefined;
}

function Fact({ label, value, to }: FactProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{to === undefined ? value : <a href={to}>{value}</a>}</dd>
    </div>
  );
}
