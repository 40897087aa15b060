/** Pending signals, handlers, masks and resource limits. */
import { hex } from "../../image/hex.js";
import { elementField, elementsOf } from "../elements.js";
import { valuesOf } from "../enumeration.js";
import { inspector } from "../inspection.js";
import type { RecordView } from "../record-view.js";
import { structFacts } from "../struct-facts.js";

/** Mask of the class, the upper half of a code. */
const CLASS = ~0xffff;

/** The class of negative codes, which programs set. */
const FROM_PROGRAM = CLASS;

export const signals = inspector(
  {
    "signal-number": ["refused", "Queued signals have a number that signals can have."],
    "signal-handler": [
      "fatal",
      "SIGKILL and SIGSTOP have no handler and are not ignored: such a program could not be ended.",
    ],
    "signal-blocked": ["doubtful", "SIGKILL and SIGSTOP are blocked nowhere."],
    "signal-class": [
      "refused",
      "The code of a queued signal is of a class that the kernel has, or one that a program gives.",
    ],
    "signal-mask": ["refused", "The mask of pending signals has every signal that is queued."],
    "limit-order": ["refused", "The soft limit of a resource is not above the hard one."],
  },
  ({ format, source }, { report }) => {
    const signals = format.constant("_NSIG");
    const unblockable = ["SIGKILL", "SIGSTOP"].map((name) => ({ name, signal: format.constant(name) }));
    const handler = elementField(format, source, "ckpt_sigaction", "_sa_handler");
    const code = elementField(format, source, "ckpt_siginfo", "csi_code");
    const classes = [...valuesOf(format.abi, "siginfo_class")].map(Number);
    const actionMask = maskOffset("ckpt_sigaction", "sa_mask.sigset");
    const blocked = maskOffset("ckpt_hdr_signal_task", "blocked.sigset");
    const number = elementField(format, source, "ckpt_siginfo", "csi_signo");
    const mask = maskOffset("ckpt_hdr_sigpending", "signal.sigset");
    const limits = limitPaths();

    return {
      records: {
        SIGPENDING: checkQueue,
        SIGHAND: checkActions,
        SIGNAL_TASK(view) {
          if (blocked !== undefined) checkBlocked(view, view.offset + blocked, "blocked.sigset");
        },
        SIGNAL(view) {
          for (const { soft, hard } of limits) {
            const [current, most] = [read(view, soft.offset), read(view, hard.offset)];
            if (current <= most) continue;
            const place = { field: soft.path, at: view.offset + soft.offset };
            report("limit-order", view, { ...place, expected: `at most ${most}`, found: `${current}` });
          }
        },
      },
    };

    function checkActions(view: RecordView): void {
      const actions = elementsOf(view);
      for (let i = 0; actions && i < actions.count; i++) {
        const start = actions.start + i * actions.size;
        const name = unblockable.find(({ signal }) => signal === i + 1)?.name;
        const own = name === undefined ? 0 : (handler?.read(start) ?? 0);
        if (own !== 0) {
          const place = { field: `action[${i}]._sa_handler`, at: start + (handler?.offset ?? 0) };
          report("signal-handler", view, { ...place, expected: `0, the default of ${name}`, found: hex(own) });
        }
        if (actionMask !== undefined) checkBlocked(view, start + actionMask, `action[${i}].sa_mask.sigset`);
      }
    }

    function checkBlocked(view: RecordView, offset: number, field: string): void {
      for (const { name, signal } of unblockable)
        if (isInMask(offset, signal)) {
          const expected = `a mask without ${name}`;
          report("signal-blocked", view, { field, at: offset, expected, found: "one with it" });
        }
    }

    function checkQueue(view: RecordView): void {
      const queued = elementsOf(view);
      for (let i = 0; queued && i < queued.count; i++) {
        const start = queued.start + i * queued.size;
        checkClass(view, `siginfo[${i}].csi_code`, start);
        checkNumber(view, `siginfo[${i}].csi_signo`, start);
      }
    }

    function checkClass(view: RecordView, field: string, start: number): void {
      const kind = (code?.read(start) ?? 0) & CLASS;
      if (classes.includes(kind) || kind === FROM_PROGRAM) return;
      const expected = `a class of siginfo_class (${classes.join(", ")}) or a negative code`;
      report("signal-class", view, { field, at: start + (code?.offset ?? 0), expected, found: hex(kind >>> 0) });
    }

    function checkNumber(view: RecordView, field: string, start: number): void {
      const signal = number?.read(start) ?? 0;
      const place = { field, at: start + (number?.offset ?? 0) };
      if (signal < 1 || signal > signals)
        report("signal-number", view, { ...place, expected: `1 to ${signals}`, found: `${signal}` });
      else if (mask !== undefined && !isInMask(view.offset + mask, signal)) {
        const found = `${signal}, which it does not have`;
        report("signal-mask", view, { ...place, expected: "a signal of the mask", found });
      }
    }

    /** Whether a signal is in a mask. The mask consists of kernel words; signal n is bit n - 1. */
    function isInMask(offset: number, signal: number): boolean {
      const word = format.wordSize * 8;
      const bit = (signal - 1) % word;
      const first = Math.floor((signal - 1) / word) * format.wordSize;
      const byte = format.littleEndian ? Math.floor(bit / 8) : format.wordSize - 1 - Math.floor(bit / 8);
      const at = source.window(offset + first + byte, 1);
      return ((source.view.getUint8(at) >> (bit % 8)) & 1) === 1;
    }

    function maskOffset(key: string, path: string): number | undefined {
      const struct = format.struct(key);
      return struct && structFacts(struct).fields.find((field) => field.path === path)?.offset;
    }

    function limitPaths() {
      const struct = format.struct("ckpt_hdr_signal");
      const fields = struct ? structFacts(struct).fields : [];
      const byPath = new Map(fields.map((field) => [field.path, field]));
      return fields.flatMap((soft) => {
        const hard = soft.path.endsWith(".rlim_cur") && byPath.get(soft.path.replace(/cur$/, "max"));
        return hard ? [{ soft, hard }] : [];
      });
    }

    /** A 64-bit number of the record; 0 if the record ends before it. */
    function read({ record }: RecordView, offset: number): bigint {
      if (offset + 8 > record.length) return 0n;
      return source.view.getBigUint64(source.window(record.offset + offset, 8), format.littleEndian);
    }
  },
);
