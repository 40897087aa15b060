/** The type of a buffer: one field for each meaning that it may have, under the condition that the records before give it that meaning. */
import type { Payload } from "../../../model.js";
import type { FormatBuffer } from "../buffers.js";
import { expressionText, quotedLine } from "../facts.js";
import type { FormatSource } from "../image-format.js";
import type { Alternative } from "../version-format.js";
import { notation, recordEnumerator } from "./expressions.js";
import { type OtherTypes, payloadFields } from "./payloads.js";
import { attribute, type Lines, REST } from "./yaml.js";

/** Adds the types of buffers and of what they hold; returns the type of a buffer in a record. */
export function bufferType(image: FormatSource, others: OtherTypes): string {
  // Its type comes before those of other buffers, whatever the order of the buffers.
  const batch = image.buffers.find(({ label }) => label === "page_batch");
  if (batch?.after.bodies[0]) pageBatch(others, batch.doc);
  others.add(
    "buffer",
    "Bytes whose meaning follows from the records before.",
    [...image.buffers.flatMap((buffer) => bufferField(image, others, buffer)), ...REST],
    [
      "params:",
      "  - { id: index, type: s4 }",
      "  - { id: after, type: u4, enum: record_type }",
      "  - { id: ordinal, type: s4 }",
    ],
  );
  return "buffer(index, anchor, ordinal)";
}

function bufferField(image: FormatSource, others: OtherTypes, buffer: FormatBuffer): Lines {
  const { format, aggregates } = image;
  const { label, after, ordinal, repeated, contains, doc } = buffer;
  const condition = `if: after == ${recordEnumerator(after.record)} and ordinal ${repeated ? ">=" : "=="} ${ordinal}`;
  const rest = [condition, `doc: ${quotedLine(doc)}`];
  const name = fieldName(image, buffer);
  const [body] = after.bodies;
  if (label === "page_batch" && body) {
    const count = `_root.records[index - 1].body.as<${aggregates.ofRecord(body).id}>.nr_pages`;
    return attribute(name, [`type: ${pageBatch(others, doc)}(${count})`, ...rest]);
  }
  if (label === "pid_table" && format.element("ckpt_pids"))
    return attribute(name, [`type: ${pidEntry(others)}`, "repeat: eos", ...rest]);
  if (format.hasKernelSize(contains)) {
    const form = format.element(contains.of as string) as Alternative;
    const type = kernelStruct(image, others, form);
    return attribute(name, [`type: ${type}`, ...kernelSize(image, contains, form, body), "repeat: eos", ...rest]);
  }
  return payloadFields(image, name, contains, doc, [condition]);
}

/** The label, with the record before where several records have buffers of that label. */
function fieldName({ buffers }: FormatSource, { label, after, ordinal }: FormatBuffer): string {
  const isAmbiguous = buffers.some((one) => one.label === label && (one.after !== after || one.ordinal !== ordinal));
  return isAmbiguous ? `${label}_after_${after.record.name.toLowerCase()}` : label;
}

function pageBatch(others: OtherTypes, doc: string): string {
  return others.add(
    "page_batch",
    doc,
    [
      ...attribute("positions", [
        "type:",
        "  switch-on: _root.word_size",
        "  cases: { 4: u4, 8: u8 }",
        "repeat: expr",
        "repeat-expr: count",
      ]),
      ...attribute("pages", ["size: page_size", "repeat: expr", "repeat-expr: count"]),
    ],
    [
      "params:",
      "  - { id: count, type: u4 }",
      "instances:",
      "  page_size:",
      "    value: 'count == 0 ? 0 : _io.size / count - _root.word_size'",
    ],
  );
}

/** Type of a pid entry. The C struct has one number only; in an image there are as many as its depth, plus one. */
function pidEntry(others: OtherTypes): string {
  return others.add("pid_entry", "A pid with its numbers, outermost first.", [
    ...attribute("depth", ["type: u4"]),
    ...attribute("numbers", ["type: s4", "repeat: expr", "repeat-expr: depth + 1"]),
  ]);
}

/** Type of a kernel struct, including the bytes of the kernel after the known fields. */
function kernelStruct({ aggregates }: FormatSource, others: OtherTypes, form: Alternative): string {
  const { id } = aggregates.of(form);
  const { doc = "" } = form.struct.private ?? {};
  return others.add(`kernel_${id}`, form.struct.summary, [
    ...attribute("fields", [`type: ${id}`]),
    ...attribute("kernel_private", ["size-eos: true", `doc: ${quotedLine(doc)}`]),
  ]);
}

/** Size of an element: an equal share of the payload; all of it if the count is 0 or the known fields do not fit. */
function kernelSize(
  { format, aggregates }: FormatSource,
  { count = 0 }: Payload,
  form: Alternative,
  body: Alternative | undefined,
): Lines {
  if (!body) return [];
  const { id } = aggregates.ofRecord(body);
  const number = expressionText(count, notation(format, body, `_root.records[index - 1].body.as<${id}>.`));
  const { size } = aggregates.of(form);
  return [`size: '${number} * ${size} > _io.size or ${number} == 0 ? _io.size : _io.size / ${number}'`];
}
