/** Target of a conversion: a version of the format, and the kernel that is to restart the image. */
import { registry } from "../../generated/codecs/index.js";
import { UnknownNameError } from "../../runtime/index.js";
import { noKernelVersion, parseKernelVersion } from "../abi/kernel-version.js";
import { revisionOfVersion } from "../abi/revision.js";
import { UsageError } from "../errors/usage-error.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { KernelVersion } from "../image/abi/kernel-sizes.js";
import { formatOf } from "../image/detect.js";
import type { Image } from "../image/image.js";

/** Identity of the kernel that is to restart the image, which compares it with its own. Omitted values stay as they are. */
export interface KernelIdentity {
  /** The three numbers of its version, e.g. `2.6.33`. */
  readonly kernel?: string | undefined;
  /** Texts of `uname`; without `release`, the old release with the new kernel version. */
  readonly release?: string | undefined;
  readonly version?: string | undefined;
  readonly machine?: string | undefined;
}

/**
 * The format of the result.
 *
 * @param to `version` or `version/arch`
 * @throws {UnknownNameError} when there is no such ABI
 * @throws {UsageError} (`conversion-target`) when its architecture is not that of the image, or the version lacks the architecture
 */
export function targetFormat({ format }: Image, to: string): ImageFormat {
  const { arch } = format.abi.target;
  const [version = "", wanted = arch, ...rest] = to.split("/");
  if (rest.length > 0 || !registry.versions.includes(version))
    throw new UnknownNameError("version", to, registry.versions);
  if (wanted !== arch)
    throw new UsageError(
      "conversion-target",
      `the image is of ${arch} and cannot become one of ${wanted}: its registers, addresses and memory are valid only on ${arch}`,
    );
  const able = registry.versions.filter((one) => registry.arches(one).includes(arch));
  if (!able.includes(version))
    throw new UsageError(
      "conversion-target",
      `${version} has no ${arch}; versions that have it: ${able.join(", ")} (ckpt abi list shows all)`,
    );
  return formatOf(registry.abi(version, arch), format.pageSize);
}

/** Name of the whole way, for facts that no single boundary decides: `v16 → v21`. */
export function wayBetween(from: ImageFormat, to: ImageFormat): string {
  return `${from.abi.target.version} → ${to.abi.target.version}`;
}

/** Number of the architecture in the header; undefined if the version has none. */
export function architectureNumber({ abi }: ImageFormat): number | undefined {
  const enumerator = registry.tables.arches.find(({ id }) => id === abi.target.arch)?.id_enumerator;
  const number = enumerator === undefined ? undefined : abi.constant(enumerator);
  return number === undefined ? undefined : Number(number);
}

/** Format revision; if it is not known, that of the nearest earlier version, or 0 if none is known. */
export function revision({ abi }: ImageFormat): number {
  const { versions } = registry;
  for (let i = versions.indexOf(abi.target.version); i >= 0; i--) {
    const { rev } = revisionOfVersion(registry, versions[i] as string);
    if (rev !== null) return rev;
  }
  return 0;
}

/**
 * The three numbers of a kernel version.
 *
 * @throws {UsageError} (`conversion-target`) when it is not a kernel version
 */
export function kernelNumbers(kernel: string): KernelVersion {
  const numbers = parseKernelVersion(kernel);
  if (!numbers) throw new UsageError("conversion-target", noKernelVersion(kernel));
  return numbers;
}
