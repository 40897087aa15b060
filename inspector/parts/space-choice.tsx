/** Chooses an address space, by the tasks that have it. */
import type { ComponentChildren } from "preact";
import type { SpaceRow } from "../engine/questions/spaces.js";
import { useAnswer } from "../state/answer.js";
import { adjust, route } from "../state/route.js";
import { Wait } from "./wait.js";

/** Maximum number of address spaces in the menu. */
const MAX_OPTIONS = 2000;

interface OfSpaceProps {
  /** Title of the view. */
  readonly title: string;
  readonly children: (space: SpaceRow, spaces: readonly SpaceRow[]) => ComponentChildren;
}

/** Shows something of the address space that the address names, or that the image has no such address space. */
export function OfSpace({ title, children }: OfSpaceProps) {
  const spaces = useAnswer("spaces", null);
  return (
    <Wait of={spaces}>
      {(all) => {
        const space = chosenSpace(all);
        if (typeof space !== "string") return children(space, all);
        return (
          <>
            <div class="bar">
              <h1>{title}</h1>
              <SpaceChoice spaces={all} chosen={undefined} />
            </div>
            <p class="none">{space}</p>
          </>
        );
      }}
    </Wait>
  );
}

/** The address space that the address names by its number or by a task, the first one if it names none; or why there is none. */
function chosenSpace(spaces: readonly SpaceRow[]): SpaceRow | string {
  const { space, task } = route.value.parameters;
  const [first] = spaces;
  if (!first) return "There are no address spaces in this image.";
  if (space !== undefined)
    return spaces.find(({ objref }) => String(objref) === space) ?? `There is no address space ${space} in this image.`;
  if (task === undefined) return first;
  const own = spaces.find(({ tasks }) => tasks.some(({ pid }) => String(pid) === task));
  return own ?? `The image has no memory of task ${task}.`;
}

interface SpaceChoiceProps {
  readonly spaces: readonly SpaceRow[];
  /** Undefined if there is none yet. */
  readonly chosen: SpaceRow | undefined;
}

export function SpaceChoice({ spaces, chosen }: SpaceChoiceProps) {
  if (spaces.length < (chosen ? 2 : 1)) return null;
  const choose = (value: string) => {
    const [task] = spaces.find(({ objref }) => String(objref) === value)?.tasks ?? [];
    adjust({ space: value, task: task && String(task.pid), address: undefined, length: undefined });
  };
  return (
    <label class="choice">
      Address space
      <select value={chosen ? String(chosen.objref) : ""} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {!chosen && <option value="">choose one</option>}
        {spaces.slice(0, MAX_OPTIONS).map(({ objref, tasks }) => (
          <option key={objref} value={String(objref)}>
            {namesOf(tasks)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Maximum number of tasks that are named. */
const MAX_NAMES = 3;

function namesOf(tasks: SpaceRow["tasks"]): string {
  const names = tasks.slice(0, MAX_NAMES).map(({ pid, name, isThread }) => (isThread ? `{${pid}}` : `${pid} ${name}`));
  return names.join(", ") + (tasks.length > MAX_NAMES ? ` and ${tasks.length - MAX_NAMES} more` : "");
}
