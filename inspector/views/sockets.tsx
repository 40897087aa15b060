/** Sockets, with their addresses, state and waiting data. */
import { TaskListing } from "./task-listing.js";
import type { View } from "./view.js";

export const sockets: View = {
  name: "sockets",
  title: "Sockets",
  group: "Shared",
  component: () => <TaskListing title="Sockets" name="sockets" none="There are no sockets in this image." />,
};
