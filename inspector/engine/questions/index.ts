/** All questions that the page asks about an image. An answer can be copied between threads: it has no methods and no iterators. */
import { reading } from "../reading.js";
import { addressOf } from "./address-of.js";
import { bytesAt } from "./bytes.js";
import { changes } from "./changes.js";
import { comparison } from "./comparison.js";
import { differences } from "./differences.js";
import { differentBytes } from "./different-bytes.js";
import { fields } from "./fields.js";
import { listing } from "./listing.js";
import { mappings, presence } from "./mappings.js";
import { memoryAt } from "./memory.js";
import { memoryPlace } from "./memory-place.js";
import { findInMemory } from "./memory-search.js";
import { memorySections } from "./memory-sections.js";
import { objectRow } from "./object.js";
import { record } from "./record.js";
import { recordRows } from "./record-rows.js";
import { registers } from "./registers.js";
import { search } from "./search.js";
import { sharers } from "./sharers.js";
import { spaces } from "./spaces.js";
import { summary } from "./summary.js";
import { tasks } from "./tasks.js";

export const QUESTIONS = {
  addressOf,
  bytesAt,
  changes,
  comparison,
  differences,
  differentBytes,
  fields,
  findInMemory,
  listing,
  mappings,
  memoryAt,
  memoryPlace,
  memorySections,
  objectRow,
  presence,
  reading,
  record,
  recordRows,
  registers,
  search,
  sharers,
  spaces,
  summary,
  tasks,
};

export type QuestionName = keyof typeof QUESTIONS;

/** What a question needs to know besides the image. */
export type Argument<Name extends QuestionName> = Parameters<(typeof QUESTIONS)[Name]>[1];

export type Answer<Name extends QuestionName> = ReturnType<(typeof QUESTIONS)[Name]>;
