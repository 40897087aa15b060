/** Chooses an address space, by the tasks that have it. */
import type { SpaceRow } from "../engine/questions/spaces.js";
import { adjust, numberIn, route } from "../state/route.js";

/** Maximum number of address spaces in the menu. */
const MAX_OPTIONS = 2000;

/** The address space that the address names by its number or by a task; else the first one. */
export function chosenSpace(spaces: readonly SpaceRow[]): SpaceRow | undefined {
  const { space, task } = route.value.parameters;
  const objref = numberIn(space);
  if (objref !== undefined) return spaces.find((one) => BigInt(one.objref) === objref) ?? spaces[0];
  const pid = numberIn(task);
  const own = pid === undefined ? undefined : spaces.find(({ tasks }) => tasks.some((one) => BigInt(one.pid) === pid));
  return own ?? spaces[0];
}

export function SpaceChoice({ spaces, chosen }: { readonly spaces: readonly SpaceRow[]; readonly chosen: SpaceRow }) {
  if (spaces.length < 2) return null;
  return (
    <label class="choice">
      Address space
      <select
        value={String(chosen.objref)}
        onChange={({ currentTarget }) => adjust({ space: currentTarget.value, task: undefined, address: undefined })}
      >
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
