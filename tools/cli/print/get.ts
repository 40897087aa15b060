/** Prints fields of an image as values, paths, JSON or bytes. */

import { oneLine } from "../../control-characters.js";
import type { Field } from "../../edit/field.js";
import { fieldReport, fieldsAt, MAX_SHOWN_BYTES } from "../../edit/get.js";
import type { ListedField } from "../../edit/list.js";
import { listBeginning } from "../../edit/list-prefix.js";
import { type Path, parsePath } from "../../edit/path.js";
import { Resolver } from "../../edit/resolve.js";
import { valueFieldOf } from "../../edit/spot.js";
import { fieldText } from "../../edit/value.js";
import { UsageError } from "../../errors/usage-error.js";
import { windowBytes } from "../../image/bytes/source.js";
import type { Image } from "../../image/image.js";
import type { CommandContext } from "../frame/context.js";
import { writeJson } from "../output/json-stream.js";
import type { Streams } from "../output/streams.js";

/** What is printed of the fields, and how. */
export interface FieldsView {
  /** Lists the paths that begin with this prefix; true for all paths. */
  readonly list?: string | true;
  /** With `list`: print values too. */
  readonly values?: true;
  /** With `list`: include record headers and padding. */
  readonly all?: true;
  readonly raw?: true;
  readonly json?: true;
}

/**
 * Prints fields of an image: their values, bytes or paths.
 *
 * @throws {UsageError}
 */
export function printFields(
  image: Image,
  { streams }: CommandContext,
  paths: readonly string[],
  options: FieldsView,
): void {
  const { list, values, all, raw, json } = options;
  if (list === undefined && paths.length === 0)
    throw new UsageError("wrong-usage", "no field is named: give a path, or --list to see all paths");
  if (list !== undefined && (paths.length > 0 || raw))
    throw new UsageError(
      "wrong-usage",
      "--list prints all paths and takes no others; --list PREFIX prints those that begin with it",
    );
  if (raw && json) throw new UsageError("wrong-usage", "--raw and --json exclude each other");
  if (list === undefined && (values || all)) throw new UsageError("wrong-usage", "--values and --all go with --list");
  if (list !== undefined) printList(streams, listBeginning(image, list === true ? "" : list, all), values, json);
  else if (raw) printRaw(image, streams, paths);
  else printValues(image, streams, paths.map(parsePath), json);
}

function printList(
  streams: Streams,
  fields: Iterable<ListedField>,
  values: true | undefined,
  json: true | undefined,
): void {
  if (json) {
    writeJson(
      streams.out,
      map(fields, (listed) => (values ? jsonOf(listed, MAX_LISTED_BYTES) : listed.path)),
    );
    return;
  }
  for (const listed of fields) streams.out.write(values ? line(listed) : `${listed.path}\n`);
}

function printValues(image: Image, streams: Streams, paths: readonly Path[], json: true | undefined): void {
  const resolver = new Resolver(image);
  const found = paths.flatMap((path) => [...fieldsAt(resolver, path)]);
  if (json) {
    writeJson(
      streams.out,
      map(found, (listed) => jsonOf(listed, MAX_SHOWN_BYTES)),
    );
    return;
  }
  const [only, ...others] = found;
  if (only && others.length === 0 && paths.length === 1)
    streams.out.write(`${oneLine(shortText(only, MAX_SHOWN_BYTES))}\n`);
  else for (const listed of found) streams.out.write(line(listed));
}

function printRaw(image: Image, { out }: Streams, paths: readonly string[]): void {
  const [match, another] = paths.flatMap((path) => [...new Resolver(image).resolve(parsePath(path))]);
  const field = match && valueFieldOf(image, match.spot);
  if (!field || another) throw new UsageError("wrong-usage", "--raw prints the bytes of one field");
  if (out.isTTY && !isHarmless(field))
    throw new UsageError("wrong-usage", "--raw does not print bytes to a terminal; redirect the output");
  for (let at = field.offset; at < field.offset + field.size; at += MAX_SHOWN_BYTES)
    out.write(windowBytes(image.source, at, Math.min(MAX_SHOWN_BYTES, field.offset + field.size - at)).slice());
}

/** Whether a field is a text without terminal control characters. */
function isHarmless(field: Field): boolean {
  if (field.kind !== "text" || field.size > MAX_SHOWN_BYTES) return false;
  const text = String(field.read());
  return oneLine(text) === text;
}

/** Longest value printed in a list, in bytes; pages of memory and the like are too long to read. */
const MAX_LISTED_BYTES = 4096;

function line(listed: ListedField): string {
  return `${oneLine(listed.path)} = ${oneLine(shortText(listed, MAX_LISTED_BYTES))}\n`;
}

function shortText({ field }: ListedField, longest: number): string {
  return field.size > longest ? `(${field.size} bytes; --raw prints them)` : fieldText(field);
}

/** Omits the value if it is too long. */
function jsonOf(listed: ListedField, longest: number): unknown {
  const { path, field } = listed;
  const { type, offset, size } = field;
  return size > longest ? { path, type, offset, size } : fieldReport(listed);
}

function* map<T, U>(items: Iterable<T>, change: (item: T) => U): Generator<U, void, void> {
  for (const item of items) yield change(item);
}
