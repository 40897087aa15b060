/** All rules, by subject. */
import type { InspectionClass } from "./inspection.js";
import { CONSEQUENCES, type Rule } from "./rule.js";
import { AddressSpaces } from "./rules/address-spaces.js";
import { Addresses } from "./rules/addresses.js";
import { Credentials } from "./rules/credentials.js";
import { Files } from "./rules/files.js";
import { Framing } from "./rules/framing.js";
import { Header } from "./rules/header.js";
import { Ipc } from "./rules/ipc.js";
import { KernelStructs } from "./rules/kernel-structs.js";
import { Limits } from "./rules/limits.js";
import { MappedRegisters } from "./rules/mapped-registers.js";
import { Mappings } from "./rules/mappings.js";
import { Network } from "./rules/network.js";
import { Pages } from "./rules/pages.js";
import { PidTable } from "./rules/pid-table.js";
import { Pids } from "./rules/pids.js";
import { Processes } from "./rules/processes.js";
import { References } from "./rules/references.js";
import { Registers } from "./rules/registers.js";
import { Restart } from "./rules/restart.js";
import { Signals } from "./rules/signals.js";
import { SocketQueues } from "./rules/socket-queues.js";
import { Sockets } from "./rules/sockets.js";
import { Tasks } from "./rules/tasks.js";
import { Terminals } from "./rules/terminals.js";
import { Texts } from "./rules/texts.js";
import { Values } from "./rules/values.js";

export const INSPECTIONS: readonly InspectionClass[] = [
  Framing,
  Values,
  Limits,
  Texts,
  References,
  Header,
  Pids,
  PidTable,
  Processes,
  Tasks,
  Registers,
  Mappings,
  AddressSpaces,
  MappedRegisters,
  Addresses,
  Pages,
  Files,
  Terminals,
  Sockets,
  SocketQueues,
  Network,
  Ipc,
  KernelStructs,
  Signals,
  Credentials,
  Restart,
];

/** Every rule that an image is checked against, by subject. */
export const RULES: readonly Rule[] = INSPECTIONS.flatMap(({ rules }) =>
  Object.entries(rules).map(([id, [consequence, holds]]) => ({
    id,
    consequence,
    severity: CONSEQUENCES[consequence].severity,
    holds,
  })),
);
