/** All steps, in the order of the versions that brought the changes. */
import type { Step } from "../step.js";
import { atVector, wideAtVector } from "./at-vector.js";
import { containerSection, securityModule } from "./container.js";
import { credentials } from "./credentials.js";
import { debugRegisters } from "./debug-registers.js";
import { errorText } from "./error-text.js";
import { fileSystems } from "./file-systems.js";
import { headerConstants, terminalConstants } from "./header-constants.js";
import { hugePages } from "./huge-pages.js";
import { inetAddresses, inetState } from "./inet-sockets.js";
import { namespaceObjects } from "./namespace-objects.js";
import { nestedPidCount, noNestedPidCount, shortPidEntries } from "./nested-pids.js";
import { networkFlag, networkNamespaces } from "./network.js";
import { peerCredentials } from "./peer-credentials.js";
import { pidObjects } from "./pid-objects.js";
import { pidOffset } from "./pid-offset.js";
import { pipeFraming } from "./pipe-framing.js";
import { registersAlwaysFirst, registersFirst } from "./registers-first.js";
import { s390ThreadFlags, s390Threads } from "./s390-threads.js";
import { securityLabels } from "./security-labels.js";
import { semaphoreUndo } from "./semaphore-undo.js";
import { queuedSignals } from "./siginfo.js";
import { signalHandlers } from "./signal-handlers.js";
import { signalState } from "./signal-state.js";
import { socketBuffers } from "./socket-buffers.js";
import { socketMarkers } from "./socket-queues.js";
import { exitedTasksAndThreads } from "./task-kinds.js";
import { wideTermios } from "./termios.js";
import { threadSegments } from "./thread-segments.js";
import { utsTexts } from "./uts-texts.js";
import { encodedSelectors } from "./x86-selectors.js";

export const STEPS: readonly Step[] = [
  // v17
  headerConstants,
  exitedTasksAndThreads,
  credentials,
  namespaceObjects,
  utsTexts,
  signalHandlers,
  atVector,
  encodedSelectors,
  threadSegments,
  // v18
  terminalConstants,
  pipeFraming,
  signalState,
  // v18-dev-a
  containerSection,
  registersFirst,
  inetAddresses,
  // v19-rc1
  securityModule,
  securityLabels,
  registersAlwaysFirst,
  errorText,
  // v19-rc2-a
  socketBuffers,
  inetState,
  // v19-rc3
  fileSystems,
  debugRegisters,
  s390Threads,
  // v19
  wideAtVector,
  s390ThreadFlags,
  // v20-a to v21
  nestedPidCount,
  networkNamespaces,
  shortPidEntries,
  noNestedPidCount,
  networkFlag,
  // v23-rc1-a to v23-rc1-c
  socketMarkers,
  peerCredentials,
  queuedSignals,
  semaphoreUndo,
  wideTermios,
  pidObjects,
  // v23-rc2
  pidOffset,
  hugePages,
];
