/**
 * What a restart compares with its kernel. Without a target nothing is checked; contradictions to the image's own version are reported by the
 * rules for its header. Texts of release and build are not compared.
 */
import { inspection, type RecordHandlers } from "../inspection.js";
import type { RecordView } from "../record-view.js";
import type { TargetKernel } from "../restart-target.js";

export class RestartRules extends inspection({
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
}) {
  readonly records: RecordHandlers = this.scene.target ? this.handlersFor(this.scene.target) : {};

  private handlersFor(target: TargetKernel): RecordHandlers {
    return {
      HEADER: (view) => {
        this.restartKernel(view, target);
        this.compare("restart-revision", view, "rev", target.revision);
        this.compare("restart-arch", view, "arch_id", target.archId);
        for (const [field, value] of target.constants) this.compare("restart-constant", view, field, value);
        this.restartLayout(view, target);
      },
      HEADER_ARCH: (view) => {
        for (const [field, value] of target.floatingPoint) this.compare("restart-fpu", view, field, value);
      },
      VMA: (view) => this.restartVdso(view, target),
      THREAD: (view) => this.restartWidth(view),
    };
  }

  private restartKernel(view: RecordView, { kernel }: TargetKernel): void {
    const own = ["major", "minor", "patch"].map((part) => view.number(part));
    if (kernel && own.join() !== kernel.join())
      this.wrong("restart-kernel", view, "major", kernel.join("."), own.join("."));
  }

  private compare(
    rule: "restart-revision" | "restart-arch" | "restart-constant" | "restart-fpu",
    view: RecordView,
    field: string,
    expected: number | undefined,
  ): void {
    const found = view.number(field);
    if (expected !== undefined && found !== undefined && found !== expected)
      this.wrong(rule, view, field, `${expected}`);
  }

  /** Several versions share a revision, so a kernel may accept an image of another version and fail at its records. */
  private restartLayout(view: RecordView, { format, revision, archId }: TargetKernel): void {
    const { abi } = format ?? this.format;
    const own = this.format.abi.name;
    if (abi.name === own || (revision !== undefined && view.number("rev") !== revision)) return;
    if (archId !== undefined && view.number("arch_id") !== archId) return;
    this.report("restart-layout", view, { expected: `records of ${abi.name}`, found: `records of ${own}` });
  }

  private restartVdso(view: RecordView, { vdsoSizes }: TargetKernel): void {
    if (vdsoSizes.size === 0 || view.number("vma_type") !== this.format.constant("CKPT_VMA_VDSO")) return;
    const size = (view.big("vm_end") ?? 0n) - (view.big("vm_start") ?? 0n);
    const expected = `${[...vdsoSizes].join(" or ")} bytes of the vdso`;
    if (!vdsoSizes.has(size)) this.report("restart-vdso", view, { field: "vm_end", expected, found: `${size}` });
  }

  private restartWidth(view: RecordView): void {
    const flags = view.number("thread_info_flags") ?? 0;
    const bit = this.format.constant("TIF_IA32");
    if (Number.isNaN(bit) || ((flags >>> bit) & 1) !== 1) return;
    const expected = "a process that runs 32-bit code to restart it in";
    this.wrong("restart-width", view, "thread_info_flags", expected, "TIF_IA32");
  }
}
