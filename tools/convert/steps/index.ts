/** All steps, in the order of the versions that introduced the changes. */
import type { ConversionStep } from "../step.js";
import { atVector, wideAtVector } from "./v17/at-vector.js";
import { credentials } from "./v17/credentials.js";
import { headerConstantsStep, terminalConstants } from "./v17/header-constants.js";
import { namespaceObjects } from "./v17/namespace-objects.js";
import { signalHandlers } from "./v17/signal-handlers.js";
import { exitedTasksAndThreads } from "./v17/task-kinds.js";
import { threadSegments } from "./v17/thread-segments.js";
import { utsTexts } from "./v17/uts-texts.js";
import { encodedSelectors } from "./v17/x86-selectors.js";
import { pipeFraming } from "./v18/pipe-framing.js";
import { signalState } from "./v18/signal-state.js";
import { containerSection, securityModule } from "./v18-dev-a/container.js";
import { inetAddresses, inetState } from "./v18-dev-a/inet-sockets.js";
import { registersAlwaysFirst, registersFirst } from "./v18-dev-a/registers-first.js";
import { errorText } from "./v19-rc1/error-text.js";
import { securityLabels } from "./v19-rc1/security-labels.js";
import { socketBuffers } from "./v19-rc2-a/socket-buffers.js";
import { debugRegisters } from "./v19-rc3/debug-registers.js";
import { directories } from "./v19-rc3/directories.js";
import { s390ThreadFlags, s390Threads } from "./v19-rc3/s390-threads.js";
import { nestedPidCount, noNestedPidCount, shortPidEntries } from "./v20/nested-pids.js";
import { networkFlag, networkNamespaces } from "./v20/network.js";
import { peerCredentials } from "./v23-rc1/peer-credentials.js";
import { pidObjects } from "./v23-rc1/pid-objects.js";
import { semaphoreUndo } from "./v23-rc1/semaphore-undo.js";
import { queuedSignals } from "./v23-rc1/siginfo.js";
import { socketMarkers } from "./v23-rc1/socket-queues.js";
import { wideTermios } from "./v23-rc1/termios.js";
import { hugePages } from "./v23-rc2/huge-pages.js";
import { pidOffset } from "./v23-rc2/pid-offset.js";

export const STEPS: readonly ConversionStep[] = [
  // v17
  headerConstantsStep,
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
  directories,
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
