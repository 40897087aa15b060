/** The type of a buffer: one field for each meaning that it may have, under the condition that the records before give it that meaning. */
import type { FormatSource } from "../image-format.js";
import { commentAttribute, recordEnumerator } from "./language.js";
import { type OtherTypes, payloadField } from "./payloads.js";

/** Adds the types of buffers and of what they hold; returns the type of a buffer. */
export function bufferType(image: FormatSource, others: OtherTypes): string {
  const parts = image.buffers.map(({ label, after, ordinal, repeated, contains, doc }, index) => {
    const condition = `anchor == ${recordEnumerator(after)} && ordinal ${repeated ? ">=" : "=="} ${ordinal}`;
    const text =
      label === "page_batch"
        ? `${pageBatch(others, doc)} batch [[inline]];\n`
        : label === "pid_table"
          ? `${pidEntry(others)} pid_table[while($ < record_end)]${commentAttribute(doc)};\n`
          : payloadField(image, others, label, contains, doc);
    return `    ${index > 0 ? "else " : ""}if (${condition})\n        ${text}`;
  });
  return others.add("buffer", "Bytes whose meaning follows from the records before.", parts.join(""));
}

function pageBatch(others: OtherTypes, doc: string): string {
  others.add("page", "The contents of one page.", "    u8 bytes[batch_page_size];\n");
  return others.add(
    "page_batch",
    doc,
    `    if (page_count > 0)
        batch_page_size = (record_end - $) / page_count - word_size;
    if (word_size == 8)
        u64 positions[page_count];
    else
        u32 positions[page_count];
    page pages[page_count];
`,
  );
}

/** Type of a pid entry. The C struct has one number only; in an image there are as many as its depth, plus one. */
function pidEntry(others: OtherTypes): string {
  return others.add(
    "pid_entry",
    "A pid with its numbers, outermost first.",
    "    u32 depth;\n    s32 numbers[depth + 1];\n",
  );
}
