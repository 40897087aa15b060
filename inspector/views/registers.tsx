/** Registers of tasks, where they point to, and the system calls that the tasks were in. */
import { Listing } from "../parts/listing.js";
import { chosenPid, TaskChoice } from "../parts/task-choice.js";
import { Wait } from "../parts/wait.js";
import { useAnswer } from "../state/answer.js";
import { address } from "../state/route.js";
import type { View } from "./view.js";

export const registers: View = {
  name: "regs",
  title: "Registers",
  group: "Tasks",
  ofTask: true,
  component: Registers,
};

function Registers() {
  const answer = useAnswer("registers", { pid: chosenPid() });
  return (
    <>
      <div class="bar">
        <h1>Registers</h1>
        <TaskChoice />
      </div>
      <Wait of={answer}>
        {(tasks) =>
          tasks.length === 0 ? (
            <p class="none">There are no tasks in this image.</p>
          ) : (
            tasks.map(({ pid, space, parts, addresses }, i) => (
              <Listing
                key={i}
                parts={parts}
                none=""
                cell={(_, text) => {
                  if (space === undefined || !addresses.has(text)) return undefined;
                  const to = address("memory", { task: String(pid), space: String(space), address: text });
                  return <a href={to}>{text}</a>;
                }}
              />
            ))
          )
        }
      </Wait>
    </>
  );
}
