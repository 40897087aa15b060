/** The kernel's siginfo_t, of 128 bytes, from the details that an image has. Source: include/uapi/asm-generic/siginfo.h of Linux. */
import type { QueuedSignal } from "../../model/siginfo.js";
import type { Target } from "../target.js";

const SIZE = 128;

/** Whoever restores runs as a program of the machine, so the layout is that of the machine also for narrower programs. */
export function siginfoBytes(
  { number, code, errno, class: kind, details }: Pick<QueuedSignal, "number" | "code" | "errno" | "class" | "details">,
  { bits, littleEndian }: Target,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(SIZE));
  const word = bits / 8;
  const int = (offset: number, value: number | bigint = 0) =>
    view.setInt32(offset, Number(BigInt.asIntN(32, BigInt(value))), littleEndian);
  const long = (offset: number, value: number | bigint = 0) => {
    if (word === 8) view.setBigInt64(offset, BigInt.asIntN(64, BigInt(value)), littleEndian);
    else int(offset, value);
  };
  int(0, number);
  int(4, errno);
  int(8, code);
  // The details begin at a multiple of the size of a pointer.
  const first = word === 8 ? 16 : 12;
  switch (kind) {
    case "timer":
      int(first, details.timer);
      int(first + 4, details.overrun);
      long(first + 8, details.value);
      break;
    case "poll":
      long(first, details.band);
      int(first + word, details.fd);
      break;
    case "fault":
      long(first, details.address);
      break;
    case "child":
      int(first, details.pid);
      int(first + 4, details.uid);
      int(first + 8, details.status);
      long(first + 8 + word, details.utime);
      long(first + 8 + 2 * word, details.stime);
      break;
    default:
      int(first, details.pid ?? details.csi_pid);
      int(first + 4, details.uid ?? details.csi_uid);
      long(first + 8, details.value);
  }
  return new Uint8Array(view.buffer);
}
