/** `ckpt maps` */
import { inspectCommand } from "../frame/inspect.js";

export const addMapsCommand = inspectCommand({
  name: "maps",
  description: "list the memory mappings of every address space",
  hasTaskOption: true,
  json: "an array of address spaces with their mappings",
  help: `IN IMAGE is the memory stored with the mapping: shared memory is stored with the mapping that was written first, and pages that are equal to
the mapped file are omitted. SEGMENT numbers shared memory: mappings with the same number show the same memory.`,
  example: "--task 226",
  load: async () => (await import("../print/maps.js")).printMaps,
});
