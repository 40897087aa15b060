/** The objects that the records of an image describe: tasks, address spaces, files, sockets, credentials. */

export type { NamedBits } from "../../runtime/index.js";
export { payloadStructs, StructFields, structOf } from "../image/record/struct-fields.js";
export { AddressSpace, addressSpaceOf, Mapping, pathOf } from "./address-space.js";
export { chooseTasks } from "./choose-tasks.js";
export {
  type CapabilitySet,
  type Credentials,
  credentialsOf,
  type Ids,
  type UserNamespace,
  userNamespacesOf,
} from "./credentials.js";
export { bitNames, enumeratorName } from "./enum-names.js";
export { type EpollItem, type EpollLists, epollItemsOf, epollListsOf } from "./epoll.js";
export { type Descriptor, FileTable, fileTableOf, OpenFile, openFileOf } from "./files.js";
export { type IpcMember, ipcMembersOf } from "./ipc-members.js";
export { type Labels, labelsOf } from "./labels.js";
export { ipcNamespacesOf, type NamespaceRecords, utsNamespacesOf } from "./namespaces.js";
export { type PidEntry, readPidEntries } from "./pids.js";
export { type Pipe, pipesOf } from "./pipes.js";
export { reasonOf, type SignalClass, type SignalReason, signalName, signalsIn } from "./signals.js";
export { type SocketQueue, type SocketQueues, socketQueuesOf } from "./socket-queues.js";
export { type Socket, socketOf } from "./sockets.js";
export { Task, type TaskObjectField, tasksOf } from "./tasks.js";
export { type Terminal, terminalOf } from "./terminals.js";
export { segmentBaseOf, selectorFieldOf, threadSegmentsOf } from "./x86-bases.js";
export { type SegmentDescriptor, type SegmentSelector, segmentOf, selectorOf } from "./x86-segments.js";
