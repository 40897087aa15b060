/** Two extremes of large images: much memory in few records, and many records without memory. */
import type { MakeOptions } from "../../test/make-image/options.js";

const ABI = "v21/x86_64";

/** 1 GiB of memory in a few processes. */
export const PAGE_HEAVY: MakeOptions = { abi: ABI, tasks: 4, pages: 87_300 };
/** A million records without pages. */
export const RECORD_HEAVY: MakeOptions = { abi: ABI, tasks: 200, vmas: 2_490, pages: 0, plain: true };
/** Ten million records without pages. */
export const RECORD_HEAVIER: MakeOptions = { ...RECORD_HEAVY, tasks: 2_000 };
/** 10,000 processes. */
export const TASK_HEAVY: MakeOptions = { abi: ABI, tasks: 10_000, pages: 0, plain: true };
/** One process with 400,000 mappings. */
export const MAPPING_HEAVY: MakeOptions = { abi: ABI, tasks: 1, vmas: 400_000, pages: 0, plain: true };
