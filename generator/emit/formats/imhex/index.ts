/**
 * `generated/imhex`: a pattern of whole images per version for the hex editor ImHex. As in the Kaitai Struct description, byte order and architecture
 * are determined from the image, and the contents of a buffer from the records before it.
 */
import type { Abi, Version } from "../../../model.js";
import { banner, commentText } from "../../text.js";
import { archIdPlace, expressionText, list, RECORD_TYPES } from "../facts.js";
import type { FormatSource } from "../image-format.js";
import { bodyType } from "../record-body.js";
import { Bodies } from "./bodies.js";
import { Enums } from "./enums.js";
import { commentAttribute, notation, recordEnumerator } from "./language.js";
import { archByNumber, pageSize, wordSize } from "./machine.js";
import { OtherTypes } from "./payloads.js";
import { Structs } from "./structs.js";

/** What states the version. */
export function imhexHead(version: Version, abis: readonly Abi[]): string {
  return `${banner(["schema"], "//")}#pragma description Checkpoint image of Linux checkpoint/restart, ${version.id}
#pragma endian little
#pragma array_limit 0x1000000
#pragma pattern_limit 0x10000000

import std.core;
import std.mem;

// ${commentText(version.summary)}
// For ${list(abis.map(({ arch }) => arch.id))}; the architecture is determined from the image.

`;
}

/** What follows: equal for versions in which everything is the same. */
export function imhexBody(image: FormatSource): string {
  const { format, aggregates } = image;
  const { abis, records, model } = format;
  const enums = new Enums(format);
  const others = new OtherTypes();
  const bodies = new Bodies(image, others);
  const structs = new Structs(format, enums);
  const place = archIdPlace(format);
  const recordTypes = model.enums.find(({ name }) => name === RECORD_TYPES);
  const type = recordTypes ? enums.type(recordTypes, "u32") : "u32";
  const cases = records.flatMap((record) => {
    const body = bodyType(record, aggregates, bodies);
    return body === undefined ? [] : [`        (${recordEnumerator(record)}): ${body} body;\n`];
  });
  const types = aggregates.all.map((aggregate) => structs.text(aggregate));
  const buffers = records.filter(({ payload }) => payload?.kind === "context");
  const isBuffer = buffers.map((record) => `type == ${recordEnumerator(record)}`).join(" || ");
  return `enum architecture : u8 {
${abis.map(({ arch }, index) => `    ${arch.id} = ${index},\n`).join("")}};

${enums.texts.join("\n")}
fn find_arch() {
    bool big = std::mem::read_unsigned(0, 1) == 0;
    if (big)
        std::core::set_endian(std::mem::Endian::Big);
    u16 number = std::mem::read_unsigned(${place.offset}, ${place.size}, std::mem::Endian::Little);
${archByNumber(format)}};

u8 arch = find_arch();
u32 word_size = ${wordSize(format)};
${pageSize(format)}
// State that a record takes from those before it: the last record that is not a buffer, the number of buffers since, and the announced pages.
u32 anchor = 0;
u32 ordinal = 0;
u32 page_count = 0;
u32 batch_page_size = 0;
// Structs of the kernel that were announced, and what the payload has for each.
u32 element_count = 0;
u32 element_size = 0;
// Where the record ends.
u64 record_end = 0;

${[...types, ...others.texts].join("\n")}
struct record {
    ${type} type;
    u32 len [[comment("Bytes of the record with its header.")]];
    if (len < 8)
        std::error("a record shorter than its header");
    record_end = $ - 8 + len;
    if (${isBuffer}) {
        ordinal = ordinal + 1;
    } else {
        anchor = type;
        ordinal = 0;
        element_count = 0;
    }
    element_size = 0;
    if (element_count > 0)
        element_size = (len - 8) / element_count;
    match (type) {
${cases.join("")}    }
    if ($ < record_end)
        u8 rest[record_end - $] [[comment("Bytes of unknown meaning.")]];
    $ = record_end;
${announcements(image)}};

record records[while(!std::mem::eof())] @ 0x00;
`;
}

/** Statements that keep what a record says of the records and bytes after it: the number of pages, of kernel structs, and of bytes without a record. */
function announcements({ format, buffers }: FormatSource): string {
  const pgarr = buffers.find(({ label }) => label === "page_batch")?.after;
  const pages = pgarr ? [`    if (type == ${recordEnumerator(pgarr)})\n        page_count = body.nr_pages;\n`] : [];
  const kernelStructs = buffers.flatMap(({ after, contains }) => {
    const count = format.hasKernelSize(contains) ? contains.count : undefined;
    const [body] = after.bodies;
    const text = count !== undefined && body && expressionText(count, notation(format, body, "body."));
    return text ? [`    if (type == ${recordEnumerator(after)})\n        element_count = ${text};\n`] : [];
  });
  const raws = format.records.flatMap((own) => {
    const { raw } = own.record;
    const [body] = own.bodies;
    const size = raw && body && expressionText(raw.length, notation(format, body, "body."));
    if (!raw || size === undefined) return [];
    return [`    if (type == ${recordEnumerator(own)})\n        u8 raw[${size}]${commentAttribute(raw.doc)};\n`];
  });
  return [...pages, ...kernelStructs, ...raws].join("");
}
