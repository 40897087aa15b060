/** Kernel structs that the image holds as they were in memory: their size is that of the kernel that wrote it. */
import type { RecordKind } from "../../image/abi/format.js";
import { type KernelVersion, kernelsOf, sizeIn } from "../../image/abi/kernel-sizes.js";
import { inspection, type RecordHandler, type RecordHandlers, type RuleTexts } from "../inspection.js";
import type { RecordView } from "../record-view.js";

const RULES = {
  "kernel-struct-size": [
    "refused",
    "Structs of the kernel have the size that they have in the kernel which the header names; a restart there reads no other.",
  ],
  "restart-struct-size": [
    "refused",
    "Structs of the kernel have the size that they have in the kernel of the target; `ckpt convert --kernel` changes it.",
  ],
} satisfies RuleTexts;

export class KernelStructRules extends inspection(RULES) {
  /** The kernel that the header names. */
  private writer: KernelVersion | undefined;

  readonly records: RecordHandlers = {
    HEADER: (view) => {
      this.writer = [view.number("major") ?? 0, view.number("minor") ?? 0, view.number("patch") ?? 0];
    },
  };
  readonly every = (kind: RecordKind | undefined): RecordHandler | undefined => {
    if (!kind?.payload) return undefined;
    return (view) => {
      if (!view.step?.contents?.kernelSizes || view.record.elementSize === undefined) return;
      this.kernelStructSize(view);
      this.restartStructSize(view);
    };
  };

  private kernelStructSize(view: RecordView): void {
    this.compare("kernel-struct-size", view, this.writer);
  }

  /** A mismatch with the kernel in the header is reported once. */
  private restartStructSize(view: RecordView): void {
    const kernel = this.scene.target?.kernel;
    if (kernel && String(kernel) !== String(this.writer)) this.compare("restart-struct-size", view, kernel);
  }

  private compare(rule: keyof typeof RULES, view: RecordView, kernel: KernelVersion | undefined): void {
    const sizes = view.step?.contents?.kernelSizes ?? [];
    const size = view.record.elementSize ?? 0;
    const right = kernel && sizeIn(kernel, sizes);
    const known = kernelsOf(size, sizes);
    if (right === undefined ? known !== undefined : right === size) return;
    const allowed = right ?? [...new Set(sizes.map((one) => one.size))].join(" or ");
    const of = right === undefined ? "" : `, as in Linux ${kernel?.join(".")}`;
    this.report(rule, view, {
      expected: `${allowed} bytes for each of ${view.label}${of}`,
      found: `${size}, as in ${known ?? "no kernel that is known"}`,
    });
  }
}
