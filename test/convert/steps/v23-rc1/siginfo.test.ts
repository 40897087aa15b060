import { describe, expect, it } from "vitest";
import { type Converted, losses, records } from "../../conversions.js";
import { clean, lengths, plain, returns, rewritten } from "../images.js";

const OLD = "v22-arm/x86_64";
const NEW = "v23-rc1-a/x86_64";

/** An image with one pending signal for the only task; fields that are not given are 0. */
function queued(abi: string, info: Record<string, number | string>): Uint8Array {
  return rewritten(plain(abi), abi, (nodes) => {
    const { fields } = nodes.find(({ as }) => as === "private_pending");
    fields.nr_pending = 1;
    const mask = Buffer.alloc(8);
    mask.writeBigUInt64LE(1n << BigInt(Number(info.signo ?? info.csi_signo) - 1));
    fields.signal.sigset = mask.toString("hex");
    fields.siginfo = [{ ...Object.fromEntries((FIELDS[abi] ?? []).map((name) => [name, 0])), ...info }];
  });
}

/** C names of the fields, which changed as well. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  [OLD]: ["signo", "_errno", "code", "pid", "uid", "sigval_int", "sigval_ptr", "utime", "stime"],
  [NEW]: [
    ...[
      "csi_signo",
      "csi_errno",
      "csi_code",
      "csi_pid",
      "csi_uid",
      "csi_tid",
      "csi_overrun",
      "csi_sys_private",
      "csi_ptr",
    ],
    ...["csi_int", "csi_status", "csi_utime", "csi_stime", "csi_addr", "csi_trapno", "csi_band", "csi_fd"],
  ],
};

/** Fields of the converted signal that are not 0. */
function infoOf({ image }: Converted): Record<string, number> {
  const [node] = records(image, "private_pending");
  const [info] = (node && image.decode(node).tail) ?? [];
  return Object.fromEntries(
    Object.entries(info as object).flatMap(([name, value]) => (Number(value) === 0 ? [] : [[name, Number(value)]])),
  );
}

const CLASS = 0x1_0000;
interface Kind {
  readonly kind: string;
  readonly signo: number;
  readonly code: number;
  readonly before: Record<string, number>;
  readonly after: Record<string, number>;
}

/** Kinds of signals and their fields, by section 7.6 of the description of the format. */
const KINDS: readonly Kind[] = [
  { kind: "kill", signo: 2, code: 0, before: { pid: 7, uid: 8 }, after: { csi_pid: 7, csi_uid: 8 } },
  {
    // A negative code comes from the sender; this one is that of tkill.
    ...{ kind: "kill by thread", signo: 12, code: -6 },
    before: { pid: 7, uid: 8 },
    after: { csi_pid: 7, csi_uid: 8 },
  },
  {
    ...{ kind: "queue from a program", signo: 34, code: -1 },
    before: { pid: 7, uid: 8, sigval_ptr: 0x1234 },
    after: { csi_pid: 7, csi_uid: 8, csi_ptr: 0x1234 },
  },
  {
    ...{ kind: "a kind that nobody knows", signo: 5, code: 9 * CLASS + 1 },
    before: { pid: 1, uid: 2, sigval_int: 3, sigval_ptr: 4, utime: 5, stime: 6 },
    after: { csi_pid: 1, csi_uid: 2, csi_int: 3, csi_ptr: 4, csi_utime: 5, csi_stime: 6 },
  },
  {
    ...{ kind: "timer", signo: 14, code: 1 * CLASS + 0xfffe },
    before: { pid: 3, uid: 4, sigval_int: 5, utime: 6 },
    after: { csi_tid: 3, csi_overrun: 4, csi_int: 5, csi_sys_private: 6 },
  },
  {
    ...{ kind: "poll", signo: 29, code: 2 * CLASS + 1 },
    before: { pid: 65, sigval_int: 9 },
    after: { csi_band: 65, csi_fd: 9 },
  },
  {
    ...{ kind: "fault", signo: 11, code: 3 * CLASS + 1 },
    before: { sigval_ptr: 0xdead_beef, sigval_int: 14 },
    after: { csi_addr: 0xdead_beef, csi_trapno: 14 },
  },
  {
    ...{ kind: "child", signo: 17, code: 4 * CLASS + 1 },
    before: { pid: 7, uid: 8, sigval_int: 3, utime: 12, stime: 4 },
    after: { csi_pid: 7, csi_uid: 8, csi_status: 3, csi_utime: 12, csi_stime: 4 },
  },
  {
    ...{ kind: "queue", signo: 34, code: 5 * CLASS + 0xffff },
    before: { pid: 7, uid: 8, sigval_ptr: 0x1234 },
    after: { csi_pid: 7, csi_uid: 8, csi_ptr: 0x1234 },
  },
  {
    ...{ kind: "message queue", signo: 34, code: 6 * CLASS + 0xfffd },
    before: { pid: 7, uid: 8, sigval_ptr: 0x1234 },
    after: { csi_pid: 7, csi_uid: 8, csi_ptr: 0x1234 },
  },
];

/** A finding that verify also reports for the source. */
const OTHER_CLASS = /expected a class of siginfo_class .* found 0x90000$/;

describe("queued-signals", () => {
  it.each(KINDS)("v22 to v23-rc1-a and back: $kind", async ({ signo, code, before, after }) => {
    const source = queued(OLD, { signo, code: code >>> 0, ...before, _errno: 2 });
    const there = await clean(source, OLD, "v23-rc1-a", OTHER_CLASS);
    expect(infoOf(there)).toEqual({ csi_signo: signo, csi_errno: 2, ...(code !== 0 && { csi_code: code }), ...after });
    expect(lengths(there.image, "SIGPENDING")).toEqual([24, 24 + 88]);
    expect(await returns(source, OLD, "v23-rc1-a")).toBe(true);
  });

  it("v23-rc1-a to v22: entries of 48 bytes, and values of another kind are lost", async () => {
    const source = queued(NEW, { csi_signo: 11, csi_code: 3 * CLASS + 2, csi_addr: 4096, csi_trapno: 13, csi_fd: 5 });
    const result = await clean(source, NEW, "v22-arm");
    expect(infoOf(result)).toMatchObject({ sigval_ptr: 4096, sigval_int: 13 });
    expect(lengths(result.image, "SIGPENDING")).toEqual([24, 24 + 48]);
    expect(losses(result)).toEqual(["SIGPENDING.siginfo[0].csi_fd: 5"]);
  });

  it("a queued value is pointer and integer at once", async () => {
    const value = { csi_signo: 34, csi_code: 5 * CLASS + 0xffff, csi_ptr: "0x500001234" };
    expect(losses(await clean(queued(NEW, { ...value, csi_int: 0x1234 }), NEW, "v22-arm"))).toEqual([]);
    expect(losses(await clean(queued(NEW, { ...value, csi_int: 0x999 }), NEW, "v22-arm"))).toEqual([
      `SIGPENDING.siginfo[0].csi_int: ${0x999}`,
    ]);
  });
});
