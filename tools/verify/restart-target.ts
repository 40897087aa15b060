/** The kernel that is to restart an image: what is known about it, and what a restart compares. */

import { registry } from "../../generated/codecs/index.js";
import { noKernelVersion, parseKernelVersion } from "../abi/kernel-version.js";
import { UsageError } from "../errors/usage-error.js";
import type { ImageFormat } from "../image/abi/format.js";
import { headerConstants } from "../image/abi/header-constants.js";
import type { KernelVersion } from "../image/abi/kernel-sizes.js";
import { abisOf, archIdOf, formatOf, revisionOf } from "../image/detect.js";
import type { Image } from "../image/image.js";

/** What is known about the kernel. The more is given, the more is compared. */
export interface RestartTarget {
  /** Kernel version as three numbers, e.g. `2.6.33`. */
  readonly kernel?: string | undefined;
  /** `version` or `version/arch` of its headers, e.g. `v19` or `v19/x86_64`; by default those of `like`. */
  readonly abi?: string | undefined;
  /** An image that this kernel wrote: the only source for its own sizes, floating point state and vdso. */
  readonly like?: Image | undefined;
}

/** What an image must match; undefined or empty if not known. */
export interface TargetKernel {
  readonly kernel: KernelVersion | undefined;
  readonly format: ImageFormat | undefined;
  readonly revision: number | undefined;
  readonly archId: number | undefined;
  /** Sizes by the path of the field in the HEADER record. */
  readonly constants: ReadonlyMap<string, number>;
  /** Fields of the HEADER_ARCH record of x86. */
  readonly floatingPoint: ReadonlyMap<string, number>;
  /** Bytes of the vdso mappings of its processes; several if programs of two widths run on the kernel. */
  readonly vdsoSizes: ReadonlySet<bigint>;
}

/**
 * Collects what is known about the target.
 *
 * @param format of the image that is to be restarted
 * @throws {UsageError} (`restart-target`) when a version is invalid, or the target contradicts itself
 * @throws {UnknownNameError} when there is no such ABI
 */
export function targetKernel(format: ImageFormat, { kernel, abi, like }: RestartTarget): TargetKernel {
  const seen = like && kernelOf(like);
  const numbers = kernel === undefined ? seen?.kernel : numbersOf(kernel);
  if (kernel !== undefined && seen?.kernel && String(numbers) !== String(seen.kernel))
    throw new UsageError(
      "restart-target",
      `the target is Linux ${kernel}, but the image to compare with is of ${seen.kernel.join(".")}`,
    );
  const stated = abi === undefined ? undefined : formatNamed(abi, format);
  if (stated && seen?.format && stated.abi.name !== seen.format.abi.name)
    throw new UsageError(
      "restart-target",
      `the target is ${stated.abi.name}, but the image to compare with is of ${seen.format.abi.name}`,
    );
  if (seen) return { ...seen, kernel: numbers };
  const nothing = {
    archId: undefined,
    revision: undefined,
    constants: new Map(),
    floatingPoint: new Map(),
    vdsoSizes: new Set<bigint>(),
  };
  if (!stated) return { ...nothing, kernel: numbers, format: undefined };
  const revision = revisionOf(stated.abi);
  return {
    ...nothing,
    kernel: numbers,
    format: stated,
    revision: revision && revision.least === revision.most ? Number(revision.least) : undefined,
    archId: numberOf(archIdOf(stated.abi)?.least),
    constants: headerConstants(stated),
  };
}

function numberOf(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function numbersOf(kernel: string): KernelVersion {
  const numbers = parseKernelVersion(kernel);
  if (!numbers) throw new UsageError("restart-target", noKernelVersion(kernel));
  return numbers;
}

/** The format with that name; with the architecture of the image if only a version is given. */
function formatNamed(name: string, own: ImageFormat): ImageFormat {
  const [version = "", arch = own.abi.target.arch] = name.split("/");
  const [abi] = abisOf(version, arch);
  return formatOf(abi ?? registry.abi(version, arch));
}

const FLOATING_POINT = ["has_fxsr", "has_xsave", "xstate_size"];

/** What an image states about the kernel that wrote it. */
function kernelOf(image: Image): TargetKernel {
  const { format, root } = image;
  const header = root.find("HEADER");
  const fields = header && image.fields(header);
  if (!fields) throw new UsageError("restart-target", "the image to compare with has no HEADER record");
  const [major, minor, patch] = ["major", "minor", "patch"].map((name) => fields.number(name));
  const machine = root.find("HEADER_ARCH");
  const known = (paths: readonly string[], read: (path: string) => number | undefined) =>
    new Map(
      paths.flatMap((path) => {
        const value = read(path);
        return value === undefined ? [] : [[path, value] as const];
      }),
    );
  return {
    kernel: major === undefined || minor === undefined || patch === undefined ? undefined : [major, minor, patch],
    format,
    revision: fields.number("rev"),
    archId: fields.number("arch_id"),
    constants: known(sizePaths(format), (path) => fields.number(path)),
    floatingPoint: known(FLOATING_POINT, (path) => machine && image.fields(machine).number(path)),
    vdsoSizes: vdsoSizes(image),
  };
}

/** Paths of all size fields in the header of the version. */
function sizePaths({ abi }: ImageFormat): string[] {
  const fields = (key: string) => Object.keys(abi.structOfKey(key)?.entry.descriptor.fields ?? {});
  return [
    ...fields("ckpt_hdr_header").filter((name) => name.endsWith("_len")),
    ...fields("ckpt_const").map((name) => `constants.${name}`),
  ];
}

function vdsoSizes(image: Image): Set<bigint> {
  const vdso = image.format.constant("CKPT_VMA_VDSO");
  const sizes = new Set<bigint>();
  for (const node of image.root) {
    if (node.rule !== undefined || node.record?.name !== "VMA") continue;
    const vma = image.fields(node);
    if (vma.number("vma_type") === vdso) sizes.add((vma.big("vm_end") ?? 0n) - (vma.big("vm_start") ?? 0n));
  }
  return sizes;
}
