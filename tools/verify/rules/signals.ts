/** Pending signals and resource limits. */
import { elementField, elementsOf } from "../elements.js";
import { inspector } from "../inspector.js";
import type { RecordView } from "../record-view.js";
import { factsOf } from "../struct-facts.js";

export const signals = inspector(
  {
    "signal-number": ["refused", "Queued signals have a number that signals can have."],
    "signal-mask": ["refused", "The mask of pending signals has every signal that is queued."],
    "limit-order": ["refused", "The soft limit of a resource is not above the hard one."],
  },
  ({ format, source }, report) => {
    const signals = format.constant("CKPT_ARCH_NSIG");
    const number = elementField(format, source, "ckpt_siginfo", "csi_signo");
    const mask = maskOffset();
    const limits = limitPaths();

    return {
      records: {
        SIGPENDING: checkQueue,
        SIGNAL(view) {
          for (const { soft, hard } of limits) {
            const current = read(view, soft.offset);
            const most = read(view, hard.offset);
            if (current > most)
              report("limit-order", view, {
                field: soft.path,
                at: view.offset + soft.offset,
                expected: `at most ${most}`,
                found: `${current}`,
              });
          }
        },
      },
    };

    function checkQueue(view: RecordView): void {
      const queued = elementsOf(view);
      for (let i = 0; queued && i < queued.count; i++) {
        const start = queued.start + i * queued.size;
        const signal = number?.read(start) ?? 0;
        const at = start + (number?.offset ?? 0);
        const field = `siginfo[${i}].csi_signo`;
        if (signal < 1 || signal > signals)
          report("signal-number", view, { field, at, expected: `1 to ${signals}`, found: `${signal}` });
        else if (mask !== undefined && !isInMask(view.offset + mask, signal))
          report("signal-mask", view, {
            field,
            at,
            expected: "a signal of the mask",
            found: `${signal}, which it has not`,
          });
      }
    }

    /** The mask consists of the kernel's words; signal n is bit n - 1 of them. */
    function isInMask(offset: number, signal: number): boolean {
      const word = format.wordSize * 8;
      const bit = (signal - 1) % word;
      const first = Math.floor((signal - 1) / word) * format.wordSize;
      const byte = format.littleEndian ? Math.floor(bit / 8) : format.wordSize - 1 - Math.floor(bit / 8);
      const at = source.window(offset + first + byte, 1);
      return ((source.view.getUint8(at) >> (bit % 8)) & 1) === 1;
    }

    function maskOffset(): number | undefined {
      const struct = format.struct("ckpt_hdr_sigpending");
      return struct && factsOf(format, struct).fields.find(({ path }) => path === "signal.sigset")?.offset;
    }

    function limitPaths() {
      const struct = format.struct("ckpt_hdr_signal");
      const fields = struct ? factsOf(format, struct).fields : [];
      return fields.flatMap((soft) => {
        const hard = fields.find(
          ({ path }) => soft.path.endsWith(".rlim_cur") && path === soft.path.replace(/cur$/, "max"),
        );
        return hard ? [{ soft, hard }] : [];
      });
    }

    /** A 64-bit number of the record; 0 when it ends before. */
    function read({ record }: RecordView, offset: number): bigint {
      if (offset + 8 > record.length) return 0n;
      return source.view.getBigUint64(source.window(record.offset + offset, 8), format.littleEndian);
    }
  },
);
