/** Files that were deleted while they were open. Kernels write their paths with a remark. */

const REMARK = " (deleted)";

/** The path without the remark, and whether there was one. */
export function withoutRemark(path: string): { path: string; isDeleted: boolean } {
  const isDeleted = path.endsWith(REMARK);
  return { path: isDeleted ? path.slice(0, -REMARK.length) : path, isDeleted };
}
