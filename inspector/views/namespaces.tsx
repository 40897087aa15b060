/** Namespaces of the tasks. */
import { TaskListing } from "./task-listing.js";
import type { View } from "./view.js";

export const namespaces: View = {
  name: "ns",
  title: "Namespaces",
  group: "Shared",
  component: () => <TaskListing title="Namespaces" name="ns" none="There are no namespaces in this image." />,
};
