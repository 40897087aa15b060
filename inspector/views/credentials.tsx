/** Users, groups and capabilities. */
import { TaskListing } from "./task-listing.js";
import type { View } from "./view.js";

export const credentials: View = {
  name: "creds",
  title: "Credentials",
  group: "Tasks",
  ofTask: true,
  component: () => (
    <TaskListing title="Credentials" name="creds" ofTask none="There are no credentials in this image." />
  ),
};
