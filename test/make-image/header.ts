/** The part of an image before the process tree: the kernel that wrote it, and properties of the whole container. */
import { registry } from "../../generated/codecs/index.js";
import { type ComposedRecord, type Fields, padded } from "../../tools/write/index.js";
import { memberSize } from "./member-size.js";
import { AT_VECTOR_WORDS } from "./memory.js";
import { savesNetworks, utsname } from "./namespaces.js";
import type { Scene } from "./scene.js";
import { TIME } from "./time.js";

/** Size of the name of a task, in bytes. */
export const TASK_COMM_LEN = 16;

export function header(scene: Scene): Record<string, ComposedRecord> {
  const { architecture, labels, settings } = scene;
  const [major, minor, patch] = settings.kernel;
  const length = scene.constant("__NEW_UTS_LEN") + 1;
  const texts = utsname(scene);
  const lengths = { uts_release_len: length, uts_version_len: length, uts_machine_len: length };
  return {
    HEADER: {
      fields: {
        arch_id: architectureNumber(scene),
        major,
        minor,
        patch,
        rev: revision(scene),
        ...lengths,
        constants: constants(scene, lengths),
        time: TIME,
        uflags: flags(scene),
      },
    },
    release: { payload: padded(texts.release, length) },
    version: { payload: padded(texts.version, length) },
    machine: { payload: padded(texts.machine, length) },
    HEADER_ARCH: architecture.header,
    CONTAINER: {},
    ...(scene.hasRecord("LSM_INFO") && {
      lsm_name: { payload: padded(labels.module, scene.constant("CHECKPOINT_LSM_NAME_MAX") + 1) },
      LSM_INFO: { payload: labels.info },
    }),
  };
}

/** The number of an architecture; 0 if it has none, so that only the machine text identifies it. */
function architectureNumber(scene: Scene): number {
  const { arch } = scene.settings;
  const enumerator = registry.tables.arches.find(({ id }) => id === arch)?.id_enumerator;
  return enumerator !== undefined && scene.has(enumerator) ? scene.constant(enumerator) : 0;
}

/** The revision of the format; where it is unknown, that of the preceding version. */
function revision({ settings }: Scene): number {
  const { versions } = registry;
  for (let i = versions.indexOf(settings.version); i >= 0; i--) {
    const revision = registry.abi(versions[i] as string, "x86_32").constant("CHECKPOINT_VERSION");
    if (revision !== undefined) return Number(revision);
  }
  throw new TypeError("no version has a revision");
}

function constants(scene: Scene, lengths: Fields): Fields {
  const { format } = scene;
  const length = scene.constant("__NEW_UTS_LEN") + 1;
  return {
    task_comm_len: TASK_COMM_LEN,
    signal_nsig: scene.constant("CKPT_ARCH_NSIG") || 0,
    // In bytes of native words in old versions, then in words.
    at_vector_size: scene.since("v19") ? AT_VECTOR_WORDS : AT_VECTOR_WORDS * format.wordSize,
    uts_sysname_len: length,
    uts_nodename_len: length,
    uts_domainname_len: length,
    ...lengths,
    rlimit_nlimits: scene.constant("CKPT_RLIM_NLIMITS") || 0,
    n_tty_buf_size: scene.constant("CKPT_N_TTY_BUF_SIZE") || 0,
    tty_termios_nccs: memberSize(format, "ckpt_hdr_tty", "termios.c_cc"),
  };
}

/** Images of v16 have the flag for a subtree although no header of v16 names it. */
const SUBTREE = 1;

function flags(scene: Scene): number {
  const networks = savesNetworks(scene) ? scene.bits(["CHECKPOINT_NETNS"]) : scene.bits(["CHECKPOINT_NONETNS"]);
  return (scene.settings.container ? 0 : SUBTREE) + networks;
}
