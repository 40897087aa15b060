/** Plans assignments as changes of bytes. Nothing is written here, and a mistake in one assignment rejects all. */

import { UsageError } from "../errors/usage-error.js";
import { fieldPlaceOf } from "../image/abi/fields.js";
import { isEqual } from "../image/bytes/equal.js";
import type { Image } from "../image/image.js";
import { MAX_RECORD_LENGTH } from "../write/writer.js";
import { type ByteChange, EditedSource } from "./edited-source.js";
import type { Field } from "./field.js";
import { fieldsAt } from "./get.js";
import { encodeLiteral, type LiteralAssignment } from "./literal.js";
import { lostAtRestart } from "./lost-registers.js";
import type { Assignment } from "./path.js";
import { Resolver } from "./resolve.js";
import { valueFieldOf } from "./spot.js";
import { encodeValue, fieldText } from "./value.js";

/** The effect of an assignment. */
export interface Edit {
  readonly path: string;
  readonly field: Field;
  /** Value as `ckpt get` prints it; for long bytes only their number. */
  readonly before: string;
  readonly after: string;
  readonly changes: readonly ByteChange[];
}

export interface Plan {
  readonly edits: readonly Edit[];
  /** The image with the changes. */
  readonly result: EditedSource;
  readonly warnings: readonly string[];
}

export interface PlanOptions {
  /** Allows changes of padding and of fixed values, and a text that fills its array to the last byte. */
  readonly force?: boolean | undefined;
}

/**
 * Plans the changes of assignments.
 *
 * @throws {UsageError} `bad-path` when a path leads nowhere, or to more than one field
 * @throws {UsageError} `bad-value` when a value does not fit, `bad-edit` when two assignments change the same bytes
 */
export function planEdits(
  image: Image,
  assignments: readonly (Assignment | LiteralAssignment)[],
  options: PlanOptions = {},
): Plan {
  const resolver = new Resolver(image);
  const warnings: string[] = [];
  const edits = assignments.map((assignment) => planEdit(resolver, assignment, options, warnings));
  const changes = edits
    .flatMap(({ path, changes }) => changes.map((change) => ({ ...change, path })))
    .sort((a, b) => a.offset - b.offset || a.length - b.length);
  changes.forEach((change, i) => {
    const before = changes[i - 1];
    if (!before) return;
    const overlaps = change.offset < before.offset + before.length;
    if (overlaps || (change.offset === before.offset && change.length === 0))
      throw new UsageError(
        "bad-edit",
        `it changes the same bytes as ${before.path === change.path ? "before" : before.path}`,
        { path: change.path },
      );
  });
  const result = new EditedSource(image.source, changes);
  if (result.size === image.source.size) warnings.push(...ofMeaningless(edits, result));
  return { edits, result, warnings };
}

/** Checked with the result, because another edit may give the field a meaning. */
function ofMeaningless(edits: readonly Edit[], result: EditedSource): string[] {
  return edits.flatMap(({ path, field, changes }) => {
    if (changes.length === 0 || field.isMeantIn(result)) return [];
    return `${path}: it has no meaning here, because of other fields of the record`;
  });
}

function planEdit(
  resolver: Resolver,
  assignment: Assignment | LiteralAssignment,
  options: PlanOptions,
  warnings: string[],
): Edit {
  const { path } = assignment;
  const field = onlyField(resolver, path);
  const { bytes, warnings: odd } = encode(field, assignment, options);
  warnings.push(...odd.map((warning) => `${path.text}: ${warning}`));
  const unchanged = isEqual(bytes, field.bytes());
  if (!unchanged && !options.force) checkAllowed(field, path.text);
  const lost = unchanged ? undefined : lostAtRestart(field);
  if (lost !== undefined) warnings.push(`${path.text}: ${lost}`);
  const before = brief(field);
  return {
    path: path.text,
    field,
    before,
    after: unchanged ? before : brief(field.withBytes(bytes)),
    changes: unchanged ? [] : changesFor(resolver.image, field, bytes, path.text),
  };
}

function onlyField(resolver: Resolver, path: Assignment["path"]): Field {
  const [match, another] = [...resolver.resolve(path)];
  if (!match) throw new UsageError("bad-path", "it leads nowhere", { path: path.text, column: 1 });
  if (another)
    throw new UsageError(
      "bad-path",
      `it leads to ${match.path}, ${another.path} and perhaps more; only one can be set`,
      { path: path.text, column: 1 },
    );
  const field = valueFieldOf(resolver.image, match.spot);
  if (field && field.kind !== "group") return field;
  const inside = [...take(fieldsAt(resolver, path), MAX_NAMED_FIELDS)].map(({ path: inner }) => inner);
  const column = path.steps.at(-1)?.column ?? 1;
  const hint = inside.length > 0 ? `; say which one, as ${inside.join(", ")}` : "";
  throw new UsageError("bad-path", `it is a group of fields and has no value of its own${hint}`, {
    path: path.text,
    column,
  });
}

/** Maximum number of fields that a message names. */
const MAX_NAMED_FIELDS = 3;

function* take<T>(items: Iterable<T>, count: number): Generator<T, void, void> {
  if (count <= 0) return;
  for (const item of items) {
    yield item;
    if (--count === 0) return;
  }
}

function encode(field: Field, assignment: Assignment | LiteralAssignment, { force }: PlanOptions) {
  const fill = { fill: force === true };
  try {
    return "literal" in assignment
      ? encodeLiteral(field, assignment.literal, fill)
      : encodeValue(field, assignment.value, fill);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError("bad-value", error.reason, { path: assignment.path.text });
    throw error;
  }
}

function checkAllowed(field: Field, path: string): void {
  const { meaning } = field;
  if (meaning?.reserved)
    throw new UsageError("bad-edit", "it is padding, which is never read; --force sets it anyway", { path });
  if (meaning?.const !== undefined)
    throw new UsageError("bad-edit", `it is always ${fieldText(field, meaning.const)}; --force sets it all the same`, {
      path,
    });
}

/** The new bytes of the field, and if its length changes, the new length in the header of the record. */
function changesFor({ format }: Image, field: Field, bytes: Uint8Array, path: string): ByteChange[] {
  const { record, offset, size } = field;
  const change = { offset, length: size, bytes };
  if (bytes.length === size) return [change];
  const header = format.struct("ckpt_hdr");
  const place = header && fieldPlaceOf(header, "len");
  const length = record.length - size + bytes.length;
  if (!place || length > MAX_RECORD_LENGTH)
    throw new UsageError(
      "bad-edit",
      `the record would be ${length} bytes long, and at most ${MAX_RECORD_LENGTH} are possible`,
      { path },
    );
  const word = new Uint8Array(place.size);
  new DataView(word.buffer).setUint32(0, length, format.littleEndian);
  return [{ offset: record.offset + place.offset, length: place.size, bytes: word }, change];
}

/** Maximum length of bytes and texts that are shown; a text may be in a longer array. */
const MAX_SHOWN_BYTES = 64;
const MAX_TEXT_ARRAY_BYTES = 4096;

function brief(field: Field): string {
  const isShort = field.size <= MAX_SHOWN_BYTES || field.kind === "number";
  if (!isShort && !(field.kind === "text" && field.size <= MAX_TEXT_ARRAY_BYTES)) return `${field.size} bytes`;
  const text = fieldText(field);
  return isShort || text.length <= MAX_SHOWN_BYTES ? text : `${field.size} bytes`;
}
