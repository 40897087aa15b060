/** A view that shows a listing of the command, of one task or of all. */
import type { ListingName } from "../engine/questions/listing.js";
import { Listing } from "../parts/listing.js";
import { chosenPid, TaskChoice } from "../parts/task-choice.js";
import { Wait } from "../parts/wait.js";
import { useAnswer } from "../state/answer.js";

interface TaskListingProps {
  readonly title: string;
  readonly name: ListingName;
  /** Whether it has a part for each task. */
  readonly ofTask?: true;
  /** What to say if there is nothing. */
  readonly none: string;
}

export function TaskListing({ title, name, ofTask, none }: TaskListingProps) {
  const answer = useAnswer("listing", { name, pid: ofTask ? chosenPid() : undefined });
  return (
    <>
      <div class="bar">
        <h1>{title}</h1>
        {ofTask && <TaskChoice />}
      </div>
      <Wait of={answer}>{(parts) => <Listing parts={parts} none={none} />}</Wait>
    </>
  );
}
