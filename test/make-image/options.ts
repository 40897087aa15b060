/** Options of the images. */
import { registry } from "../../generated/codecs/index.js";

export interface MakeOptions {
  /** ABI of the image: `version/arch`, e.g. `v21/x86_64`. */
  readonly abi: string;
  /** Number of tasks, including threads and exited ones; at least 1. */
  readonly tasks?: number | undefined;
  /** Pages of private memory with contents in every process, in addition to those of shared segments. */
  readonly pages?: number | undefined;
  /** Mappings of every process; more are made if its kinds of memory need them. */
  readonly vmas?: number | undefined;
  /** Seed for the contents of pages; it changes nothing else. */
  readonly seed?: number | undefined;
  /** Kernel that writes the image, as three numbers: `2.6.33`. */
  readonly kernel?: string | undefined;
  /** Message with which the checkpoint fails after the last task. */
  readonly error?: string | undefined;
  /** Whether the checkpoint is of a whole container: no SUBTREE flag, and the numbers of objects do not ascend. */
  readonly container?: boolean | undefined;
  /** Whether to make ordinary tasks only, without rare kinds of records and objects. */
  readonly plain?: boolean | undefined;
  /** Page size in bytes; by default the usual size of the architecture. */
  readonly pageSize?: number | undefined;
}

/** Options with all defaults filled in. */
export interface Settings {
  readonly version: string;
  readonly arch: string;
  readonly tasks: number;
  readonly pages: number;
  readonly vmas: number;
  readonly seed: number;
  readonly kernel: readonly [number, number, number];
  readonly error: string | undefined;
  readonly container: boolean;
  readonly plain: boolean;
  readonly pageSize: number | undefined;
}

/** An image that cannot be made. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

/** Number of tasks that includes one of every kind. */
const TASKS = 8;
const PAGES = 8;
/** Pids must stay below the kernel's limit. */
const MOST_TASKS = 4_000_000;
const U32 = 0xffff_ffff;

/**
 * Fills in defaults.
 *
 * @throws {OptionError} for an invalid number, {@link UnknownNameError} for an ABI that does not exist
 */
export function settle(options: MakeOptions): Settings {
  const [version = "", arch = "", ...rest] = options.abi.split("/");
  if (!arch || rest.length > 0) throw new OptionError(`an ABI is VERSION/ARCH, such as v21/x86_64, not ${options.abi}`);
  registry.abi(version, arch);
  return {
    version,
    arch,
    tasks: whole("tasks", options.tasks ?? TASKS, 1, MOST_TASKS),
    pages: whole("pages", options.pages ?? PAGES, 0, U32),
    vmas: whole("vmas", options.vmas ?? 0, 0, U32),
    seed: whole("seed", options.seed ?? 0, 0, U32),
    kernel: kernelVersion(options.kernel ?? "2.6.33"),
    error: options.error,
    container: options.container ?? false,
    plain: options.plain ?? false,
    pageSize: pageSize(options.pageSize),
  };
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new OptionError(`${name}: expected a whole number from ${least} to ${most}, found ${value}`);
}

function kernelVersion(text: string): [number, number, number] {
  const parts = text.split(".").map(Number);
  const [major = 0, minor = 0, patch = 0] = parts;
  if (!/^\d+(\.\d+){0,2}$/.test(text) || parts.some((part) => part > 255))
    throw new OptionError(`kernel: expected up to three numbers below 256, such as 2.6.33, found ${text}`);
  return [major, minor, patch];
}

function pageSize(size: number | undefined): number | undefined {
  if (size === undefined || (size >= 4096 && size <= 65536 && Number.isInteger(Math.log2(size)))) return size;
  throw new OptionError(`page size: expected a power of two from 4096 to 65536, found ${size}`);
}
