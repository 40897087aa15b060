/** Shared memory, message queues and semaphores of System V. */
import { TaskListing } from "./task-listing.js";
import type { View } from "./view.js";

export const ipc: View = {
  name: "ipc",
  title: "System V IPC",
  group: "Shared",
  component: () => <TaskListing title="System V IPC" name="ipc" none="There are no IPC namespaces in this image." />,
};
