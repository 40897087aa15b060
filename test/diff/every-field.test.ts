/** No field is overlooked: whichever changes, something is told, but for those that carry no meaning of their own. */
import { describe, expect, it } from "vitest";
import { diffImages } from "../../tools/diff/index.js";
import { listRecords, recordFields } from "../../tools/records/index.js";
import { makeBytes } from "../make-image/make.js";
import { opened } from "./told.js";

/** Fields of which a change alone means nothing, and why. */
const MEANINGLESS: readonly RegExp[] = [
  // Context; it counts with `--all`.
  /^(HEADER|HEADER_ARCH|TAIL) /,
  // Numbers of objects, and how many of what there are.
  /^(OBJREF|TREE|PIDS|VPIDS|IPC|PGARR|SOCKET_QUEUE) /,
  / (q_cbytes|q_qnum|sem_nsems|has_buffers|ptrref|sectype|perms\.h\..*|[lr]addr_len)$/,
  /^NETDEV (veth|macvlan)\.|\.type$/,
  // How a buffer of a socket is laid out.
  /^SOCKET_(BUFFER|FRAG) /,
  // The other members of addresses that are told as texts, and what stands behind a text.
  / [lr]addr\.|^UTS_NS /,
  // Constants of the thread record.
  /^THREAD (gdt_entry_tls_entries|sizeof_tls_array)$/,
  // Registers that the machine or the task does not use.
  /^CPU (r\d+|used_math|.*_size|orig_gpr3|dabr|vr.*|vscr.*|vrsave|evr|acc|spefscr)$/,
  // Details of a signal that its class has no use for.
  /siginfo\[\]\./,
  /^HPAGE /,
  // Lengths of lists that are not there.
  /^TASK (compat_)?robust_futex_head_len$/,
];

describe("a field that changes is told", () => {
  it.each(["v16/x86_32", "v19-rc3/s390x"])("%s", (abi) => {
    const bytes = makeBytes({ abi, pages: 2 });
    const before = opened(bytes, abi);
    const tried = new Set<string>();
    const overlooked: string[] = [];
    for (const listed of [...listRecords(before)])
      for (const { path, offset, size, meaning } of recordFields(before, listed)) {
        const name = `${listed.record.name} ${path.replace(/\[\d+\]/g, "[]")}`;
        // State of the kernel means nothing outside of it.
        if (path === "" || meaning?.reserved || meaning?.private || meaning?.refers || tried.has(name)) continue;
        tried.add(name);
        if (MEANINGLESS.some((pattern) => pattern.test(name))) continue;
        const copy = bytes.slice();
        const at = listed.record.offset + offset + (before.format.littleEndian ? 0 : size - 1);
        copy[at] = (copy[at] as number) ^ 1;
        const after = opened(copy, abi);
        // A changed count makes another image of it, or none.
        if (after.end !== "complete" || after.problems.length > 0) continue;
        if (diffImages(before, after).equal) overlooked.push(name);
      }
    expect(overlooked).toEqual([]);
    expect(tried.size).toBeGreaterThan(150);
  });
});
