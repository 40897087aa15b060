/** Pending signals, handlers, masks and resource limits. */
import { hex } from "../../image/hex.js";
import { elementField, elementsOf } from "../elements.js";
import { valuesOf } from "../enumeration.js";
import { type FindingDetails, inspection, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";
import { structBytes } from "../struct-bytes.js";

/** Mask of the class, the upper half of a code. */
const CLASS = ~0xffff;

/** The class of negative codes, which programs set. */
const FROM_PROGRAM = CLASS;

type Place = Pick<FindingDetails, "field" | "at">;

export class SignalRules extends inspection({
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
}) {
  private readonly signals = this.format.constant("_NSIG");
  private readonly unblockable = ["SIGKILL", "SIGSTOP"].map((name) => ({ name, signal: this.format.constant(name) }));
  private readonly handler = elementField(this.format, this.source, "ckpt_sigaction", "_sa_handler");
  private readonly code = elementField(this.format, this.source, "ckpt_siginfo", "csi_code");
  private readonly classes = [...valuesOf(this.format.abi, "siginfo_class")].map(Number);
  private readonly actionMask = this.maskOffset("ckpt_sigaction", "sa_mask.sigset");
  private readonly blocked = this.maskOffset("ckpt_hdr_signal_task", "blocked.sigset");
  private readonly number = elementField(this.format, this.source, "ckpt_siginfo", "csi_signo");
  private readonly mask = this.maskOffset("ckpt_hdr_sigpending", "signal.sigset");
  private readonly limits = this.limitPaths();

  readonly records: RecordHandlers = {
    SIGPENDING: (view) => this.checkQueue(view),
    SIGHAND: (view) => this.checkActions(view),
    SIGNAL_TASK: (view) => {
      if (this.blocked !== undefined) this.signalBlocked(view, view.offset + this.blocked, "blocked.sigset");
    },
    SIGNAL: (view) => this.limitOrder(view),
  };

  private checkActions(view: RecordView): void {
    const actions = elementsOf(view);
    for (let i = 0; actions && i < actions.count; i++) {
      const start = actions.start + i * actions.size;
      this.signalHandler(view, i, start);
      if (this.actionMask !== undefined)
        this.signalBlocked(view, start + this.actionMask, `action[${i}].sa_mask.sigset`);
    }
  }

  private signalHandler(view: RecordView, index: number, start: number): void {
    const name = this.unblockable.find(({ signal }) => signal === index + 1)?.name;
    const own = name === undefined ? 0 : (this.handler?.read(start) ?? 0);
    if (own === 0) return;
    const place = { field: `action[${index}]._sa_handler`, at: start + (this.handler?.offset ?? 0) };
    this.report("signal-handler", view, { ...place, expected: `0, the default of ${name}`, found: hex(own) });
  }

  private signalBlocked(view: RecordView, offset: number, field: string): void {
    for (const { name, signal } of this.unblockable)
      if (this.isInMask(offset, signal)) {
        const expected = `a mask without ${name}`;
        this.report("signal-blocked", view, { field, at: offset, expected, found: "one with it" });
      }
  }

  private checkQueue(view: RecordView): void {
    const queued = elementsOf(view);
    for (let i = 0; queued && i < queued.count; i++) {
      const start = queued.start + i * queued.size;
      this.signalClass(view, `siginfo[${i}].csi_code`, start);
      const signal = this.number?.read(start) ?? 0;
      const place = { field: `siginfo[${i}].csi_signo`, at: start + (this.number?.offset ?? 0) };
      if (this.signalNumber(view, place, signal)) this.signalMask(view, place, signal);
    }
  }

  private signalClass(view: RecordView, field: string, start: number): void {
    const kind = (this.code?.read(start) ?? 0) & CLASS;
    if (this.classes.includes(kind) || kind === FROM_PROGRAM) return;
    const expected = `a class of siginfo_class (${this.classes.join(", ")}) or a negative code`;
    const at = start + (this.code?.offset ?? 0);
    this.report("signal-class", view, { field, at, expected, found: hex(kind >>> 0) });
  }

  /** Checks the number of a signal; the result says whether it is valid. */
  private signalNumber(view: RecordView, place: Place, signal: number): boolean {
    const isValid = signal >= 1 && signal <= this.signals;
    const expected = `1 to ${this.signals}`;
    if (!isValid) this.report("signal-number", view, { ...place, expected, found: `${signal}` });
    return isValid;
  }

  private signalMask(view: RecordView, place: Place, signal: number): void {
    if (this.mask === undefined || this.isInMask(view.offset + this.mask, signal)) return;
    const found = `${signal}, which it does not have`;
    this.report("signal-mask", view, { ...place, expected: "a signal of the mask", found });
  }

  /** Whether a signal is in a mask. The mask consists of kernel words; signal n is bit n - 1. */
  private isInMask(offset: number, signal: number): boolean {
    const word = this.format.wordSize * 8;
    const bit = (signal - 1) % word;
    const first = Math.floor((signal - 1) / word) * this.format.wordSize;
    const byte = this.format.littleEndian ? Math.floor(bit / 8) : this.format.wordSize - 1 - Math.floor(bit / 8);
    const at = this.source.window(offset + first + byte, 1);
    return ((this.source.view.getUint8(at) >> (bit % 8)) & 1) === 1;
  }

  private limitOrder(view: RecordView): void {
    for (const { soft, hard } of this.limits) {
      const [current, most] = [this.read(view, soft.offset), this.read(view, hard.offset)];
      if (current <= most) continue;
      const place = { field: soft.path, at: view.offset + soft.offset };
      this.report("limit-order", view, { ...place, expected: `at most ${most}`, found: `${current}` });
    }
  }

  private maskOffset(key: string, path: string): number | undefined {
    const struct = this.format.struct(key);
    return struct && structBytes(struct).fields.find((field) => field.path === path)?.offset;
  }

  private limitPaths() {
    const struct = this.format.struct("ckpt_hdr_signal");
    const fields = struct ? structBytes(struct).fields : [];
    const byPath = new Map(fields.map((field) => [field.path, field]));
    return fields.flatMap((soft) => {
      const hard = soft.path.endsWith(".rlim_cur") && byPath.get(soft.path.replace(/cur$/, "max"));
      return hard ? [{ soft, hard }] : [];
    });
  }

  /** A 64-bit number of the record; 0 if the record ends before it. */
  private read({ record }: RecordView, offset: number): bigint {
    if (offset + 8 > record.length) return 0n;
    return this.source.view.getBigUint64(this.source.window(record.offset + offset, 8), this.format.littleEndian);
  }
}
