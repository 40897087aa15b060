/** Open files, and the descriptors that share them. */
import { TaskListing } from "./task-listing.js";
import type { View } from "./view.js";

export const descriptors: View = {
  name: "fds",
  title: "Descriptors",
  group: "Tasks",
  ofTask: true,
  component: () => <TaskListing title="Descriptors" name="fds" ofTask none="There are no file tables in this image." />,
};
