/** Every field is compared: a change of any is reported, except those below, whose reasons are tested as well. */
import { describe, expect, it } from "vitest";
import { diffImages } from "../../tools/diff/index.js";
import type { Image } from "../../tools/image/index.js";
import { listRecords, recordFields } from "../../tools/records/index.js";
import { verify } from "../../tools/verify/index.js";
import { ABIS } from "../make-image/abis.js";
import { makeBytes } from "../make-image/make.js";
import { opened } from "../opened.js";
import { Altered } from "../verify/altered.js";

/** Reasons why a change of a single field is not reported, each with a test of the reason. */
const PROOFS = {
  /** The field describes the checkpoint rather than the program: it is reported when headers are requested. */
  context: (before: Image, after: Image) => !diffImages(before, after, { header: true }).equal,
  /** Only one value is valid, determined by the format or the rest of the image: `verify` reports any other. */
  determined: (before: Image, after: Image) => findingsIn(after) > findingsIn(before),
  /** The field has a meaning only in some records, for the stated reason; its change is reported there. */
  conditional: () => true,
  /** No program sees the field, and several values are valid. */
  invisible: () => true,
};

function findingsIn({ format, source }: Image): number {
  const { errors, warnings, notes } = verify(format, source).summary;
  return errors + warnings + notes;
}

interface Exception {
  readonly proof: keyof typeof PROOFS;
  readonly why: string;
  readonly record: string;
  readonly fields: string;
}

const exception = (proof: Exception["proof"], why: string, record: string, fields: string): Exception => ({
  proof,
  why,
  record,
  fields,
});

const EXCEPTIONS: readonly Exception[] = [
  exception("context", "the kernel and the checkpoint", "HEADER", "arch_id magic major minor patch rev time uflags"),
  exception(
    "context",
    "sizes of the kernel",
    "HEADER",
    "constants.n_tty_buf_size constants.rlimit_nlimits constants.signal_nsig constants.tty_termios_ncc",
  ),
  exception(
    "context",
    "sizes of the kernel",
    "HEADER",
    "constants.tty_termios_nccs constants.uts_domainname_len constants.uts_nodename_len constants.uts_sysname_len",
  ),
  exception("context", "the machine", "HEADER_ARCH", "aeabi cpu_architecture has_xsave mmu oabi_compat what"),
  exception("determined", "constant of the format", "TAIL", "magic"),
  exception("determined", "the record type of the group, which its place states", "IPC", "ipc_type"),
  exception("determined", "zero: the header begins no record", "IPC_MSG", "perms.h.len perms.h.type"),
  exception("determined", "zero: the header begins no record", "IPC_SEM", "perms.h.len perms.h.type"),
  exception("determined", "zero: the header begins no record", "IPC_SHM", "perms.h.len perms.h.type"),
  exception("determined", "sum of the messages", "IPC_MSG", "q_cbytes"),
  exception("invisible", "number of the first pid object; kernels of early 2011 wrote one less", "PIDS", "offset"),
  exception("determined", "kind of the owner, without which restart refuses the label", "SECURITY", "sectype"),
  exception("invisible", "whether queues follow, which are compared themselves", "SOCKET", "has_buffers"),
  exception("determined", "sum of the buffers", "SOCKET_QUEUE", "total_bytes"),
  exception(
    "determined",
    "how a buffer is laid out",
    "SOCKET_BUFFER",
    "frg_len hdr_len mac_header mac_len network_header skb_len",
  ),
  exception("determined", "at most the page", "SOCKET_FRAG", "size"),
  exception("invisible", "place of a protocol header in front of the data", "SOCKET_BUFFER", "transport_header"),
  exception("invisible", "kernels write 0", "SOCKET_BUFFER", "protocol"),
  exception("determined", "size of an address", "SOCKET_INET", "laddr_len"),
  exception(
    "conditional",
    "part of an address, which counts if its length is not 0",
    "SOCKET_INET",
    "raddr.sin_addr.s_addr raddr.sin_family raddr.sin_port",
  ),
  exception(
    "conditional",
    "part of an address, which counts as far as its length says",
    "SOCKET_UNIX",
    "laddr.sun_family laddr.sun_path laddr_len raddr.sun_family raddr.sun_path raddr_len",
  ),
  exception("determined", "constants of the kernel", "THREAD", "gdt_entry_tls_entries sizeof_tls_array"),
  exception("determined", "sizes of blocks in the record", "CPU", "fpr_size pt_regs_size"),
  exception("conditional", "registers of 64-bit tasks", "CPU", "r8 r9 r10 r11 r12 r13 r14 r15"),
  exception("conditional", "bases of segments of 64-bit tasks", "CPU", "fs gs"),
];

const EXCEPTED: ReadonlyMap<string, Exception> = new Map(
  EXCEPTIONS.flatMap((one) => one.fields.split(" ").map((field) => [`${one.record} ${field}`, one])),
);

/** An image with every record kind, in which tasks have used all registers and sockets with a name have a peer with that name. */
function imageOf(abi: string): Uint8Array {
  const image = new Altered(makeBytes({ abi, pages: 2 }), abi);
  if (abi.includes("/powerpc")) for (const node of image.records("CPU")) image.set(node, "features_used", -1);
  for (const node of image.records("SOCKET_UNIX")) {
    const used = image.value(node, "laddr_len");
    const [local, remote] = [image.offsetOf(node, "laddr"), image.offsetOf(node, "raddr")];
    image.set(node, "raddr_len", used);
    image.poke(remote, ...image.bytes.slice(local, local + used));
  }
  return image.bytes;
}

describe("a field that changes is reported", () => {
  /** Tested fields: one for each layout of their struct and each meaning. */
  const tried = new Set<string>();
  /** Exceptions that were not reported, and those that were reported elsewhere. */
  const needed = new Set<string>();
  const reported = new Set<string>();

  it.each(ABIS)("%s", (abi) => {
    const bytes = imageOf(abi);
    const before = opened(bytes, abi);
    const overlooked: string[] = [];
    for (const listed of [...listRecords(before)]) {
      const { entry, layout } = listed.record.structIn(before.source) ?? {};
      const form = `${entry?.key} ${entry?.descriptor.family} ${layout?.id}`;
      for (const { path, offset, size, meaning, unmeant } of recordFields(before, listed)) {
        const name = `${listed.record.name} ${path.replace(/\[\d+\]/g, "[]")}`;
        // Kernel state has no meaning outside the kernel.
        if (path === "" || meaning?.reserved || meaning?.private || meaning?.refers || unmeant) continue;
        const one = `${name} ${form} ${meaning?.doc} ${meaning?.enum ?? meaning?.flags ?? meaning?.format}`;
        const excepted = EXCEPTED.get(name);
        const isOpen = excepted?.proof === "conditional" && !reported.has(name);
        if (tried.has(one) && !isOpen) continue;
        tried.add(one);
        const copy = bytes.slice();
        const at = listed.record.offset + offset + (before.format.littleEndian ? 0 : size - 1);
        copy[at] = (copy[at] as number) ^ 1;
        const after = opened(copy, abi);
        // With another count, the image has another structure, or is invalid.
        if (after.end !== "complete" || after.problems.length > 0) continue;
        if (!diffImages(before, after).equal) reported.add(name);
        else if (excepted && PROOFS[excepted.proof](before, after)) needed.add(name);
        else overlooked.push(name);
      }
    }
    expect(overlooked).toEqual([]);
  });

  it("of enough fields, and each exception is needed", () => {
    expect(tried.size).toBeGreaterThan(800);
    expect([...EXCEPTED.keys()].filter((name) => !needed.has(name))).toEqual([]);
  });

  it("where it counts", () => {
    const conditional = [...EXCEPTED].filter(([, { proof }]) => proof === "conditional");
    expect(conditional.flatMap(([name]) => (reported.has(name) ? [] : [name]))).toEqual([]);
  });
});
