/** `ckpt maps` */
import { inspectCommand } from "../frame/inspect.js";

export const addMapsCommand = inspectCommand({
  name: "maps",
  description: "list the memory mappings of every address space",
  hasTaskOption: true,
  json: "an array of address spaces with their mappings",
  help: `IN IMAGE is how much memory stands with the mapping: shared memory stands with the mapping that was written first, and pages that are the
same as in the mapped file are left out. SEGMENT numbers shared memory: mappings with the same number show the same memory.`,
  example: "--task 226",
  load: async () => (await import("../print/maps.js")).printMaps,
});
