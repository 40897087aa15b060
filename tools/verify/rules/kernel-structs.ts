/** Kernel structs that the image holds as they were in memory: their size is that of the kernel that wrote it. */
import { type KernelSize, type KernelVersion, kernelsOf, sizeIn } from "../../image/abi/kernel-sizes.js";
import { inspector } from "../inspection.js";
import type { RecordView } from "../record-view.js";

export const kernelStructs = inspector(
  {
    "kernel-struct-size": [
      "refused",
      "Structs of the kernel have the size that they have in the kernel which the header names; a restart there reads no other.",
    ],
    "restart-struct-size": [
      "refused",
      "Structs of the kernel have the size that they have in the kernel of the target; `ckpt convert --kernel` changes it.",
    ],
  },
  ({ target }, { report }) => {
    let kernel: KernelVersion | undefined;
    return {
      records: {
        HEADER(view) {
          kernel = [view.number("major") ?? 0, view.number("minor") ?? 0, view.number("patch") ?? 0];
        },
      },
      every(view) {
        const sizes = view.step?.contents?.kernelSizes;
        const { elementSize } = view.record;
        if (!sizes || elementSize === undefined) return;
        compare("kernel-struct-size", view, sizes, elementSize, kernel);
        // A mismatch with the kernel in the header is reported once.
        if (target?.kernel && String(target.kernel) !== String(kernel))
          compare("restart-struct-size", view, sizes, elementSize, target.kernel);
      },
    };

    function compare(
      rule: "kernel-struct-size" | "restart-struct-size",
      view: RecordView,
      sizes: readonly KernelSize[],
      size: number,
      wanted: KernelVersion | undefined,
    ): void {
      const right = wanted && sizeIn(wanted, sizes);
      const known = kernelsOf(size, sizes);
      if (right === undefined ? known !== undefined : right === size) return;
      const allowed = right ?? [...new Set(sizes.map((one) => one.size))].join(" or ");
      const of = right === undefined ? "" : `, as in Linux ${wanted?.join(".")}`;
      report(rule, view, {
        expected: `${allowed} bytes for each of ${view.label}${of}`,
        found: `${size}, as in ${known ?? "no kernel that is known"}`,
      });
    }
  },
);
