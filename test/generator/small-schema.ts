/**
 * A short schema with one of everything, for tests that make a mistake in it. It compiles without problems.
 *
 * Two versions of one family with a 32-bit and a 64-bit architecture, with the layouts of i386 and x86_64.
 */
import type { SchemaText } from "../../generator/load/index.js";

const ABI = `\
versions:
  v1: { date: 2009-01-01, evidence: Made up for tests., summary: The first one. }
  v2: { date: 2010-01-01, evidence: Made up for tests., summary: The second one. }
arches:
  tiny32:
    family: tiny
    bits: 32
    endian: little
    align64: 4
    versions: [v1, v2]
    id: CKPT_ARCH_TINY32
    page_sizes: [4096]
    doc: A small machine.
  tiny64:
    family: tiny
    bits: 64
    endian: little
    align64: 8
    versions: [v1, v2]
    id: CKPT_ARCH_TINY64
    page_sizes: [4096]
    doc: A big machine.
families:
  tiny: { doc: Both machines. }
constants:
  NAME_LEN: { value: 8, doc: Room for a name. }
`;

const ENUMS = `\
enums:
  record_type:
    summary: Record types.
    values:
      CKPT_HDR_MAX: { sentinel: true, doc: One past the last. }
  obj_type:
    summary: Object types.
    values:
      CKPT_OBJ_MAX: { sentinel: true, doc: One past the last. }
  arch_id:
    summary: Machines.
    values:
      CKPT_ARCH_TINY32: { value: 1, doc: The small machine. }
      CKPT_ARCH_TINY64: { value: 2, doc: The big machine. }
  color:
    summary: Colours of a thing.
    values:
      RED: { value: 1, doc: Like blood. }
      BLUE: { value: 2, since: v2, doc: Like the sky. }
`;

const STRUCTS = `\
structs:
  ckpt_hdr:
    summary: Head of every record.
    purpose: A reader finds the next record with it.
    fields:
      type: { type: u32, enum: record_type, doc: What follows. }
      len: { type: u32, unit: bytes, doc: Length of the record. }
  ckpt_hdr_header:
    summary: Head of an image.
    purpose: A reader learns here which machine wrote it.
    fields:
      h: { type: ckpt_hdr }
      arch_id: { type: u32, enum: arch_id, doc: The machine. }
      nr_things: { type: u32, unit: entries, doc: Number of things that follow. }
  ckpt_hdr_thing:
    summary: A thing.
    purpose: A tool shows it.
    order: { v1: [h, start, objref, color, name], v2: default }
    fields:
      h: { type: ckpt_hdr }
      start: { type: u64, format: address, doc: Where it begins. }
      color: { type: u32, enum: color, doc: How it looks. }
      objref: { type: s32, refers: BOX, doc: The box that it lies in. }
      name: { type: "char[NAME_LEN]", doc: What it is called. }
      weight: { type: u64, since: v2, unit: bytes, doc: How heavy it is. }
  ckpt_hdr_box:
    summary: A box.
    purpose: A tool counts what lies in it.
    fields:
      h: { type: ckpt_hdr }
      nr_places: { type: u32, unit: entries, doc: Number of places. }
      _pad: { type: u32, reserved: true, doc: Padding. }
      places: { type: "ckpt_place[]", count: nr_places, doc: The places. }
  ckpt_place:
    summary: A place in a box.
    purpose: A tool lists them.
    fields:
      at: { type: u32, doc: Its number. }
      size: { type: u32, unit: bytes, doc: Its size. }
`;

const RECORDS = `\
records:
  HEADER: { number: 1, struct: ckpt_hdr_header, summary: Begins an image. }
  THING: { number: 2, struct: ckpt_hdr_thing, summary: Carries a thing. }
  BOX: { number: { v1: 3, v2: 4 }, struct: ckpt_hdr_box, summary: Carries a box. }
  OBJREF: { number: 5, struct: ckpt_hdr, summary: Begins an object. }
objects:
  BOX: { number: 1, principal: BOX, summary: A box. }
`;

const GRAMMAR = `\
grammar:
  framing: Records follow each other without gaps.
  start: image
  rules:
    image:
      doc: A whole image.
      sequence:
        - record: HEADER
        - rule: thing
          repeat: HEADER.nr_things
    thing:
      doc: A thing with its box.
      sequence:
        - ref: BOX
          when: HEADER.nr_things > 0
        - record: THING
  bodies:
    BOX:
      doc: What a box holds.
      sequence:
        - record: BOX
`;

export const SMALL_SCHEMA: readonly SchemaText[] = [
  { file: "schema/abi.yaml", text: ABI },
  { file: "schema/enums.yaml", text: ENUMS },
  { file: "schema/grammar.yaml", text: GRAMMAR },
  { file: "schema/records.yaml", text: RECORDS },
  { file: "schema/structs.yaml", text: STRUCTS },
];
