/** The memory of processes by virtual address: reading, searching, changing. */
export { parseAddress, parseLength } from "./address.js";
export { parseBytes } from "./byte-text.js";
export { type Backing, type Extent, ImageMemory, ProcessMemory, type ReadableMemory } from "./memory.js";
export { type Pattern, parsePattern } from "./pattern.js";
export { type PlannedPoke, type Poke, planPokes } from "./poke.js";
export { type MemoryPiece, readBytes, readMemory, readText } from "./read.js";
export { type Match, type SearchRange, searchMemory } from "./search.js";
export { type Sharer, sharersOf } from "./sharers.js";
export { type Stretch, StretchTable } from "./stretches.js";
export { type MemoryString, stringsIn } from "./strings.js";
export { type MemoryOfTasks, memoryOfTask, memoryOfTasks, type TaskMemory } from "./task-memory.js";
