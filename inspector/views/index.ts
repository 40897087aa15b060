/** All views, in the order of the navigation. */
import { about } from "./about.js";
import { compareView } from "./compare/compare.js";
import { credentials } from "./credentials.js";
import { descriptors } from "./descriptors.js";
import { edit } from "./edit.js";
import { hexView } from "./hex/hex.js";
import { ipc } from "./ipc.js";
import { maps } from "./maps/maps.js";
import { memory } from "./memory.js";
import { namespaces } from "./namespaces.js";
import { overview } from "./overview.js";
import { records } from "./records.js";
import { registers } from "./registers.js";
import { saveView } from "./save.js";
import { searchView } from "./search.js";
import { signals } from "./signals.js";
import { sockets } from "./sockets.js";
import { tree } from "./tree.js";
import { verifyView } from "./verify.js";
import type { View } from "./view.js";

export { GROUPS } from "./view.js";

export const VIEWS: readonly View[] = [
  overview,
  verifyView,
  searchView,
  tree,
  maps,
  memory,
  descriptors,
  registers,
  signals,
  credentials,
  namespaces,
  ipc,
  sockets,
  records,
  hexView,
  compareView,
  edit,
  saveView,
  about,
];
