/** What an image is converted to: a version of the format, and the kernel that is to restart it. */
import { registry } from "../../generated/codecs/index.js";
import { UnknownNameError } from "../../runtime/index.js";
import { type KernelVersion, noKernelVersion, parseKernelVersion } from "../abi/kernel-version.js";
import { revisionOf } from "../abi/revision.js";
import { UsageError } from "../errors/usage-error.js";
import type { ImageFormat } from "../image/abi/format.js";
import { formatOf } from "../image/detect.js";
import type { Image } from "../image/image.js";

/** The kernel that is to restart the image compares these with its own. What is not given stays as it is. */
export interface KernelIdentity {
  /** The three numbers of its version, e.g. `2.6.33`. */
  readonly kernel?: string | undefined;
  /** Texts of `uname`; without a release, the old one with the new numbers. */
  readonly release?: string | undefined;
  readonly version?: string | undefined;
  readonly machine?: string | undefined;
}

/**
 * The format of the result.
 *
 * @param to `version` or `version/arch`
 * @throws {UnknownNameError} when there is no such ABI
 * @throws {UsageError} (`conversion-target`) when it is one of another architecture, or the version does not have that of the image
 */
export function targetFormat({ format }: Image, to: string): ImageFormat {
  const { arch } = format.abi.target;
  const [version = "", wanted = arch, ...rest] = to.split("/");
  if (rest.length > 0 || !registry.versions.includes(version))
    throw new UnknownNameError("version", to, registry.versions);
  if (wanted !== arch)
    throw new UsageError(
      "conversion-target",
      `the image is of ${arch} and cannot become one of ${wanted}: its registers, addresses and memory mean something on ${arch} only`,
    );
  if (!registry.arches(version).includes(arch))
    throw new UsageError(
      "conversion-target",
      `${version} knows no ${arch}: of that architecture there are ${versionsOf(arch).join(", ")} (ckpt abi list tells all)`,
    );
  return formatOf(registry.abi(version, arch), format.pageSize);
}

/** The whole way, for what no single boundary decides: `v16 → v21`. */
export function wayBetween(from: ImageFormat, to: ImageFormat): string {
  return `${from.abi.target.version} → ${to.abi.target.version}`;
}

function versionsOf(arch: string): string[] {
  return registry.versions.filter((version) => registry.arches(version).includes(arch));
}

/** Number of the architecture in the header; undefined where the version has none. */
export function architectureNumber({ abi }: ImageFormat): number | undefined {
  const enumerator = registry.tables.arches.find(({ id }) => id === abi.target.arch)?.id_enumerator;
  const number = enumerator === undefined ? undefined : abi.constant(enumerator);
  return number === undefined ? undefined : Number(number);
}

/** Revision of the format; where it is not known, that of the version before stands in for it. */
export function revision({ abi }: ImageFormat): number {
  const { versions } = registry;
  for (let i = versions.indexOf(abi.target.version); i >= 0; i--) {
    const { rev } = revisionOf(registry, versions[i] as string);
    if (rev !== null) return rev;
  }
  return 0;
}

/** @throws {UsageError} (`conversion-target`) when it is not a kernel version */
export function kernelNumbers(kernel: string): KernelVersion {
  const numbers = parseKernelVersion(kernel);
  if (!numbers) throw new UsageError("conversion-target", noKernelVersion(kernel));
  return numbers;
}
