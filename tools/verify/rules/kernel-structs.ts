/** Structs of the kernel that the image holds as they were in memory: their size is that of the kernel that wrote it. */
import { type KernelVersion, kernelsOf, sizeIn } from "../../image/kernel-sizes.js";
import { inspector } from "../inspector.js";

export const kernelStructs = inspector(
  {
    "kernel-struct-size": [
      "doubtful",
      "Structs of the kernel have the size that they have in the kernel which the header names; a restart there reads no other.",
    ],
  },
  (_scene, report) => {
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
        const right = kernel && sizeIn(kernel, sizes);
        const known = kernelsOf(elementSize, sizes);
        if (right === undefined ? known !== undefined : right === elementSize) return;
        const allowed = right ?? [...new Set(sizes.map(({ size }) => size))].join(" or ");
        const of = right === undefined ? "" : `, as in Linux ${kernel?.join(".")}`;
        report("kernel-struct-size", view, {
          expected: `${allowed} bytes for each of ${view.label}${of}`,
          found: `${elementSize}, as in ${known ?? "no kernel that is known"}`,
        });
      },
    };
  },
);
