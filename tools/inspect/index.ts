/** Views of the processes in an image, like those of ps, pmap, lsof and gdb. */

export { type Header, headerOf } from "../model/header.js";
export { type InterruptedCall, interruptedCallOf } from "../model/interrupted-call.js";
export type { QueuedSignal } from "../model/siginfo.js";
export { type Activity, activityOf, type SystemCall } from "../model/system-call.js";
export { listRegisters, registersOf, type TaskRegisters } from "../model/task-registers.js";
export { type Exit, exitOf, stateOf, type TaskState } from "../model/task-state.js";
export {
  type ListedEnvironment,
  type ListedVector,
  listEnvironments,
  listVectors,
  type VectorEntry,
} from "../start/list.js";
export { argumentsOf, environmentOf, type Missing, type Strings } from "../start/strings.js";
export { type Census, type MappingCount, takeCensus } from "./census.js";
export { type FileCredentials, listFileCredentials, listTaskCredentials, type TaskCredentials } from "./creds.js";
export {
  type ListedDescriptor,
  type ListedFile,
  type ListedFileTable,
  type ListedPipe,
  type ListedPlace,
  listFileTables,
} from "./fds.js";
export { type ImageInfo, infoOf, type MemoryTotals, type RecordedError, type TaskCounts } from "./info.js";
export {
  type IpcNamespace,
  ipcOf,
  type MessageQueue,
  type Owner,
  type SemaphoreSet,
  type SharedMemory,
  type UndoList,
  undoListsOf,
} from "./ipc.js";
export type { Message, MessageOptions } from "./ipc-messages.js";
export { type ListedAddressSpace, type ListedMapping, listAddressSpaces } from "./maps.js";
export { type MemorySize, memorySizeOf } from "./memory-size.js";
export {
  type DeviceAddress,
  type NamespaceSet,
  type Namespaces,
  type NestedTask,
  type NetDevice,
  type NetNamespace,
  namespacesOf,
  type UtsNamespace,
} from "./ns.js";
export type { PendingSignals } from "./pending-signals.js";
export type { ControllingTerminal, IntervalTimer, ProcessSignals, ResourceLimit } from "./process-signals.js";
export { type Branch, branchesOf, type TreeTask } from "./process-tree.js";
export { type ListedTask, listTasks } from "./ps.js";
export { type CaughtSignal, listSignals, type TaskSignals } from "./signals.js";
export { type ListedSocket, listSockets, type SocketHolder, type SocketOptions } from "./sockets.js";
