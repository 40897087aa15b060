/** All rules, by subject. */
import type { Inspector } from "./inspection.js";
import type { Rule } from "./rule.js";
import { addressSpaces } from "./rules/address-spaces.js";
import { addresses } from "./rules/addresses.js";
import { credentials } from "./rules/credentials.js";
import { files } from "./rules/files.js";
import { framing } from "./rules/framing.js";
import { header } from "./rules/header.js";
import { ipc } from "./rules/ipc.js";
import { kernelStructs } from "./rules/kernel-structs.js";
import { limits } from "./rules/limits.js";
import { mappedRegisters } from "./rules/mapped-registers.js";
import { mappings } from "./rules/mappings.js";
import { network } from "./rules/network.js";
import { pages } from "./rules/pages.js";
import { pidTable } from "./rules/pid-table.js";
import { pids } from "./rules/pids.js";
import { processes } from "./rules/processes.js";
import { references } from "./rules/references.js";
import { registers } from "./rules/registers.js";
import { restart } from "./rules/restart.js";
import { signals } from "./rules/signals.js";
import { socketQueues } from "./rules/socket-queues.js";
import { sockets } from "./rules/sockets.js";
import { tasks } from "./rules/tasks.js";
import { terminals } from "./rules/terminals.js";
import { texts } from "./rules/texts.js";
import { values } from "./rules/values.js";

export const INSPECTORS: readonly Inspector[] = [
  framing,
  values,
  limits,
  texts,
  references,
  header,
  pids,
  pidTable,
  processes,
  tasks,
  registers,
  mappings,
  addressSpaces,
  mappedRegisters,
  addresses,
  pages,
  files,
  terminals,
  sockets,
  socketQueues,
  network,
  ipc,
  kernelStructs,
  signals,
  credentials,
  restart,
];

/** Every rule that an image is checked against, by subject. */
export const RULES: readonly Rule[] = INSPECTORS.flatMap(({ rules }) => rules);
