/** Registers of tasks, and the system calls that they were in. */
import { TaskListing } from "./task-listing.js";
import type { View } from "./view.js";

export const registers: View = {
  name: "regs",
  title: "Registers",
  group: "Tasks",
  ofTask: true,
  component: () => <TaskListing title="Registers" name="regs" ofTask none="There are no tasks in this image." />,
};
