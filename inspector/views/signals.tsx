/** Pending, blocked and handled signals, limits and timers. */
import { TaskListing } from "./task-listing.js";
import type { View } from "./view.js";

export const signals: View = {
  name: "signals",
  title: "Signals",
  group: "Tasks",
  ofTask: true,
  component: () => <TaskListing title="Signals" name="signals" ofTask none="There are no tasks in this image." />,
};
