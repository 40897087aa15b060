/**
 * A small image of one task in the order in which kernels write it, for every version from v17 on and both widths of x86: two mappings, three
 * descriptors of one file, two pages. It is built from knowledge of the versions, without the grammar.
 */
import { versions } from "../../generated/codecs/index.js";
import type { ImageFormat } from "../../tools/image/index.js";
import { object, type Parts, record, text } from "./made.js";

const AT_VECTOR_SIZE = 40;

export interface ExampleOptions {
  /** Whether the registers precede the shared objects. Kernels changed that between v18 and v19-rc1. */
  readonly registersFirst?: boolean;
}

export function example(format: ImageFormat, options: ExampleOptions = {}): Uint8Array {
  const since = (version: string) => versions.indexOf(format.abi.target.version) >= versions.indexOf(version);
  const make = (name: string, parts?: Parts) => record(format, name, parts);
  const shared = (type: string, objref: number, ...body: Uint8Array[]) => object(format, type, objref, ...body);
  const buffer = (length: number) => make("BUFFER", { payload: new Uint8Array(length) });
  const when = (condition: boolean, parts: () => Uint8Array[]) => (condition ? parts() : []);
  const { registersFirst = since("v19-rc1") } = options;
  const { wordSize, pageSize } = format;

  const uts = { uts_release_len: 65, uts_version_len: 65, uts_machine_len: 65 };
  const constants = { ...uts, task_comm_len: 16, at_vector_size: AT_VECTOR_SIZE, mm_saved_auxv_len: AT_VECTOR_SIZE };
  const pidSize = format.struct("ckpt_task_pids")?.layout.size ?? 0;
  const head = [
    make("HEADER", { value: { constants, magic: 0x00feed0cc0a2d200n } }),
    ...["2.6.33", "#1", "x86_64"].map((name) => make("BUFFER", { payload: text(name, 65) })),
    make("HEADER_ARCH", { value: { has_fxsr: 1, xstate_size: 512 } }),
    ...when(since("v18-dev-a"), () => [make("CONTAINER")]),
    ...when(since("v19-rc1"), () => [
      make("BUFFER", { payload: text("lsm_none", 11) }),
      make("LSM_INFO", { payload: text("dummy", 5) }),
    ]),
    ...when(since("v23-rc1-c"), () => pidTable(make)),
    make("TREE", { value: { nr_tasks: 1 } }),
    buffer(pidSize),
    ...when(since("v20-a") && !since("v20-b"), () => [make("VPIDS")]),
  ];

  const registers = [
    make("THREAD", {
      value: { gdt_entry_tls_entries: 3, sizeof_tls_array: 24 },
      payload: new Uint8Array(24),
    }),
    make("RESTART_BLOCK", { value: { function_type: 1 } }),
    make("CPU", { value: { used_math: 1 } }),
    make("CPU_FPU", { payload: new Uint8Array(512) }),
  ];

  const cred = shared(
    "CRED",
    1,
    shared("GROUPINFO", 2, make("GROUPINFO", { value: { ngroups: 1 }, tail: [10] })),
    shared("USER", 3, shared("USER_NS", 4, make("USER_NS")), make("USER", { value: { userns_ref: 4 } })),
    make("CRED", { value: { user_ref: 3, groupinfo_ref: 2 } }),
  );
  const namespaces = shared(
    "NS",
    5,
    shared("UTS_NS", 6, make("UTS_NS")),
    shared(
      "IPC_NS",
      7,
      make("IPC_NS"),
      ...["IPC_SHM", "IPC_MSG", "IPC_SEM"].map((name) =>
        make("IPC", { value: { ipc_type: format.kind(name)?.number, ipc_count: 0 } }),
      ),
    ),
    make("NS", { value: { uts_objref: 6, ipc_objref: 7 } }),
  );
  const file = (path: string) => [
    make("FILE", { struct: "ckpt_hdr_file_generic", value: { common: { f_type: 1, f_credref: 1 } } }),
    make("FILE_NAME", { payload: text(path) }),
  ];
  const files = shared(
    "FILE_TABLE",
    8,
    make("FILE_TABLE", { value: { fdt_nfds: 3 } }),
    shared("FILE", 9, ...file("/var/log")),
    ...[0, 1, 2].map((fd) => make("FILE_DESC", { value: { fd_objref: 9, fd_descriptor: fd } })),
  );
  const memory = shared(
    "MM",
    10,
    shared("FILE", 11, ...file("/bin/example")),
    make("MM", { value: { map_count: 2, exe_objref: 11 } }),
    buffer(AT_VECTOR_SIZE * (since("v19") ? 8 : 1)),
    shared("FILE", 12, ...file("/bin/example")),
    make("VMA", { value: { vma_type: 3, vma_objref: 12 } }),
    make("PGARR"),
    make("VMA", { value: { vma_type: 2 } }),
    make("PGARR", { value: { nr_pages: 2 } }),
    buffer(2 * (wordSize + pageSize)),
    make("PGARR"),
    make("MM_CONTEXT", { value: { ldt_entry_size: 8 } }),
    make("MM_CONTEXT_LDT", { payload: new Uint8Array() }),
  );
  const names = [make("FILE_NAME", { payload: text("/") }), make("FILE_NAME", { payload: text("/") })];
  const references = { files_objref: 8, mm_objref: 10, fs_objref: 13, sighand_objref: 14, signal_objref: 15 };
  const objects = [
    cred,
    make("TASK_CREDS", { value: { cred_ref: 1, ecred_ref: 1 } }),
    namespaces,
    make("TASK_NS", { value: { ns_objref: 5 } }),
    files,
    memory,
    ...when(since("v19-rc3"), () => [shared("FS", 13, make("FS"), ...names)]),
    shared("SIGHAND", 14, make("SIGHAND", { tail: actions(format) })),
    make("TASK_OBJS", { value: references }),
    ...when(since("v18"), () => [make("SIGNAL"), make("SIGPENDING", { tail: [] })]),
  ];

  return Buffer.concat([
    ...head,
    make("TASK"),
    make("STRING", { payload: text("example", 16) }),
    ...(registersFirst ? [...registers, ...objects] : [...objects, ...registers]),
    ...when(since("v18"), () => [make("SIGPENDING", { tail: [] }), make("SIGNAL_TASK")]),
    make("TAIL", { value: { magic: 0x002d2a0cc0deef00n } }),
  ]);
}

/** The table of pids with one pid in the root namespace. */
function pidTable(make: (name: string, parts?: Parts) => Uint8Array): Uint8Array[] {
  return [
    make("PIDS", { value: { nr_pids: 1, nr_vpids: 0, offset: 1 } }),
    make("BUFFER", { payload: new Uint8Array(8) }),
  ];
}

/** The default action for all signals. */
function actions(format: ImageFormat): unknown[] {
  const struct = format.struct("ckpt_sigaction");
  if (!struct) throw new Error(`${format.abi.name} has no ckpt_sigaction`);
  const codec = format.codec(struct);
  return Array.from({ length: 64 }, () => codec.fromBytes(new Uint8Array(codec.size)));
}
