/** No field is overlooked: whichever changes, something is told, but for those that carry no meaning of their own. */
import { describe, expect, it } from "vitest";
import { diffImages } from "../../tools/diff/index.js";
import { listRecords, recordFields } from "../../tools/records/index.js";
import { ABIS } from "../make-image/abis.js";
import { makeBytes } from "../make-image/make.js";
import { opened } from "./told.js";

/** Fields of which a change alone is no difference, by record, with the reason. */
const EXCEPTIONS: readonly (readonly [why: string, record: string, fields: string])[] = [
  [
    "context, which counts with --all",
    "HEADER",
    "arch_id magic major minor patch rev time uflags constants.n_tty_buf_size",
  ],
  ["context, which counts with --all", "HEADER", "constants.rlimit_nlimits constants.signal_nsig"],
  ["context, which counts with --all", "HEADER", "constants.tty_termios_ncc constants.tty_termios_nccs"],
  [
    "context, which counts with --all",
    "HEADER",
    "constants.uts_domainname_len constants.uts_nodename_len constants.uts_sysname_len",
  ],
  ["context, which counts with --all", "HEADER_ARCH", "aeabi cpu_architecture has_xsave mmu oabi_compat what"],
  ["constant of the format", "TAIL", "magic"],
  ["kind of a list, which its place says", "IPC", "ipc_type"],
  ["header within a struct, which begins no record", "IPC_MSG", "perms.h.len perms.h.type"],
  ["header within a struct, which begins no record", "IPC_SEM", "perms.h.len perms.h.type"],
  ["header within a struct, which begins no record", "IPC_SHM", "perms.h.len perms.h.type"],
  ["follows from the messages", "IPC_MSG", "q_cbytes"],
  ["number of the first pid object", "PIDS", "offset"],
  ["session in the root namespace, which sid says", "BUFFER", "pids[].rsid"],
  ["all addresses are of one kind", "BUFFER", "device_addresses[].type"],
  ["kind of the label, which its owner says", "SECURITY", "sectype"],
  ["follows from the mapping", "HPAGE", "shift"],
  ["whether buffers follow, which are compared", "SOCKET", "has_buffers"],
  ["follows from the buffers", "SOCKET_QUEUE", "total_bytes"],
  [
    "how a buffer is laid out",
    "SOCKET_BUFFER",
    "frg_len hdr_len mac_header mac_len network_header protocol skb_len transport_header",
  ],
  ["how a buffer is laid out", "SOCKET_FRAG", "size"],
  [
    "told as an address, as far as it is used",
    "SOCKET_INET",
    "laddr.sin_family laddr_len raddr.sin_addr.s_addr raddr.sin_family raddr.sin_port",
  ],
  [
    "told as an address, as far as it is used",
    "SOCKET_UNIX",
    "laddr.sun_family laddr.sun_path laddr_len raddr.sun_family raddr.sun_path raddr_len",
  ],
  ["constants of the thread record", "THREAD", "gdt_entry_tls_entries sizeof_tls_array"],
  ["registers that a 32-bit machine does not have", "CPU", "r8 r9 r10 r11 r12 r13 r14 r15"],
  ["the selectors are taken from elsewhere", "CPU", "fs gs"],
  ["sizes of blocks in the record", "CPU", "fpr_size pt_regs_size"],
  ["not among the registers that are told", "CPU", "acc dabr evr orig_gpr3 spefscr vr[].u vrsave vscr.u"],
];

const EXCEPTED = new Set(
  EXCEPTIONS.flatMap(([, record, fields]) => fields.split(" ").map((field) => `${record} ${field}`)),
);

describe("a field that changes is told", () => {
  /** Fields that were tried: once for each layout of their struct and each meaning. */
  const tried = new Set<string>();
  const needed = new Set<string>();

  it.each(ABIS)("%s", (abi) => {
    const bytes = makeBytes({ abi, pages: 2 });
    const before = opened(bytes, abi);
    const overlooked: string[] = [];
    for (const listed of [...listRecords(before)]) {
      const { entry, layout } = listed.record.structIn(before.source) ?? {};
      const form = `${entry?.key} ${entry?.descriptor.family} ${layout?.id}`;
      for (const { path, offset, size, meaning, unmeant } of recordFields(before, listed)) {
        const name = `${listed.record.name} ${path.replace(/\[\d+\]/g, "[]")}`;
        // State of the kernel means nothing outside of it.
        if (path === "" || meaning?.reserved || meaning?.private || meaning?.refers || unmeant) continue;
        const one = `${name} ${form} ${meaning?.doc} ${meaning?.enum ?? meaning?.flags ?? meaning?.format}`;
        if (tried.has(one)) continue;
        tried.add(one);
        const copy = bytes.slice();
        const at = listed.record.offset + offset + (before.format.littleEndian ? 0 : size - 1);
        copy[at] = (copy[at] as number) ^ 1;
        const after = opened(copy, abi);
        // A changed count makes another image of it, or none.
        if (after.end !== "complete" || after.problems.length > 0) continue;
        if (!diffImages(before, after).equal) continue;
        if (EXCEPTED.has(name)) needed.add(name);
        else overlooked.push(name);
      }
    }
    expect(overlooked).toEqual([]);
  });

  it("of enough fields, and each exception is needed", () => {
    expect(tried.size).toBeGreaterThan(800);
    expect([...EXCEPTED].filter((name) => !needed.has(name))).toEqual([]);
  });
});
