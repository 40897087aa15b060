/**
 * Facts that a restart compares with its kernel. Without a target nothing is checked; contradictions to the image's own version are reported by the
 * rules for its header. Texts of release and build are not compared.
 */
import { inspector } from "../inspection.js";
import type { RecordView } from "../record-view.js";

export const restart = inspector(
  {
    "restart-kernel": [
      "refused",
      "The version of the kernel is that of the target; `ckpt convert --kernel` writes another one.",
    ],
    "restart-revision": [
      "refused",
      "`rev` is the revision of the target; `ckpt convert --to` makes an image of its version.",
    ],
    "restart-arch": ["refused", "`arch_id` is the number of the architecture of the target."],
    "restart-layout": [
      "refused",
      "Records have the forms of the target; `ckpt convert --to` makes an image of its version.",
    ],
    "restart-constant": ["refused", "Sizes in the header are those of the target."],
    "restart-fpu": ["refused", "Floating point state has the form and the size that it has on the target."],
    "restart-vdso": ["odd", "The mapping of the vdso is as long as on the target."],
    "restart-width": [
      "odd",
      "Tasks of 32-bit programs under a 64-bit kernel are restarted only in a process that runs 32-bit code already.",
    ],
  },
  ({ format, target }, { report, wrong }) => {
    if (!target) return {};
    const { kernel, revision, archId, constants, floatingPoint, vdsoSizes } = target;
    const vdso = format.constant("CKPT_VMA_VDSO");
    const bit = format.constant("TIF_IA32");
    return {
      records: {
        HEADER(view) {
          checkVersion(view);
          compare("restart-revision", view, "rev", revision);
          compare("restart-arch", view, "arch_id", archId);
          for (const [field, value] of constants) compare("restart-constant", view, field, value);
          checkLayout(view);
        },
        HEADER_ARCH(view) {
          for (const [field, value] of floatingPoint) compare("restart-fpu", view, field, value);
        },
        VMA(view) {
          if (vdsoSizes.size === 0 || view.number("vma_type") !== vdso) return;
          const size = (view.big("vm_end") ?? 0n) - (view.big("vm_start") ?? 0n);
          const expected = `${[...vdsoSizes].join(" or ")} bytes of the vdso`;
          if (!vdsoSizes.has(size)) report("restart-vdso", view, { field: "vm_end", expected, found: `${size}` });
        },
        THREAD(view) {
          const flags = view.number("thread_info_flags") ?? 0;
          if (!Number.isNaN(bit) && ((flags >>> bit) & 1) === 1)
            wrong(
              "restart-width",
              view,
              "thread_info_flags",
              "a process that runs 32-bit code to restart it in",
              "TIF_IA32",
            );
        },
      },
    };

    function checkVersion(view: RecordView): void {
      const own = ["major", "minor", "patch"].map((part) => view.number(part));
      if (kernel && own.join() !== kernel.join())
        wrong("restart-kernel", view, "major", kernel.join("."), own.join("."));
    }

    /** Several versions share a revision, so a kernel may accept an image of another version and fail at its records. */
    function checkLayout(view: RecordView): void {
      const { abi } = target?.format ?? format;
      if (abi.name === format.abi.name || (revision !== undefined && view.number("rev") !== revision)) return;
      if (archId !== undefined && view.number("arch_id") !== archId) return;
      report("restart-layout", view, { expected: `records of ${abi.name}`, found: `records of ${format.abi.name}` });
    }

    function compare(
      rule: "restart-revision" | "restart-arch" | "restart-constant" | "restart-fpu",
      view: RecordView,
      field: string,
      expected: number | undefined,
    ): void {
      const found = view.number(field);
      if (expected !== undefined && found !== undefined && found !== expected) wrong(rule, view, field, `${expected}`);
    }
  },
);
