/** All rules, by subject. */
import type { InspectionClass } from "./inspection.js";
import { CONSEQUENCES, type Rule } from "./rule.js";
import { AddressSpaceRules } from "./rules/address-spaces.js";
import { AddressRules } from "./rules/addresses.js";
import { CredentialRules } from "./rules/credentials.js";
import { FileRules } from "./rules/files.js";
import { FramingRules } from "./rules/framing.js";
import { HeaderRules } from "./rules/header.js";
import { IpcRules } from "./rules/ipc.js";
import { KernelStructRules } from "./rules/kernel-structs.js";
import { LimitRules } from "./rules/limits.js";
import { MappedRegisterRules } from "./rules/mapped-registers.js";
import { MappingRules } from "./rules/mappings.js";
import { NetworkRules } from "./rules/network.js";
import { PageRules } from "./rules/pages.js";
import { PidTableRules } from "./rules/pid-table.js";
import { PidRules } from "./rules/pids.js";
import { ProcessRules } from "./rules/processes.js";
import { ReferenceRules } from "./rules/references.js";
import { RegisterRules } from "./rules/registers.js";
import { RestartRules } from "./rules/restart.js";
import { SignalRules } from "./rules/signals.js";
import { SocketQueueRules } from "./rules/socket-queues.js";
import { SocketRules } from "./rules/sockets.js";
import { TaskRules } from "./rules/tasks.js";
import { TerminalRules } from "./rules/terminals.js";
import { TextRules } from "./rules/texts.js";
import { ValueRules } from "./rules/values.js";

export const INSPECTIONS: readonly InspectionClass[] = [
  FramingRules,
  ValueRules,
  LimitRules,
  TextRules,
  ReferenceRules,
  HeaderRules,
  PidRules,
  PidTableRules,
  ProcessRules,
  TaskRules,
  RegisterRules,
  MappingRules,
  AddressSpaceRules,
  MappedRegisterRules,
  AddressRules,
  PageRules,
  FileRules,
  TerminalRules,
  SocketRules,
  SocketQueueRules,
  NetworkRules,
  IpcRules,
  KernelStructRules,
  SignalRules,
  CredentialRules,
  RestartRules,
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
