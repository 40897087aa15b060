/** Unknown types, names and versions. */
import type { Mistake } from "../mistake.js";

export const OF_NAMES: readonly Mistake[] = [
  {
    name: "an unknown type",
    edit: ["structs.yaml", "start: { type: u64", "start: { type: u46"],
    told: [
      "schema/structs.yaml:21:22: unknown type `u46`: did you mean `u64`? [unknown-type]",
      "  21 |       start: { type: u46, format: address, doc: Where it begins. }",
      "     |                      ^",
    ],
  },
  {
    name: "a kernel type",
    edit: ["structs.yaml", "len: { type: u32", "len: { type: __u32"],
    told: [
      "schema/structs.yaml:7:20: unknown type `__u32`: did you mean `u32`? [unknown-type]",
      "  7 |       len: { type: __u32, unit: bytes, doc: Length of the record. }",
      "    |                    ^",
    ],
  },
  {
    name: "a type whose name is one of JavaScript's",
    edit: ["structs.yaml", "len: { type: u32", "len: { type: constructor"],
    told: [
      "schema/structs.yaml:7:20: unknown type `constructor` [unknown-type]",
      "  7 |       len: { type: constructor, unit: bytes, doc: Length of the record. }",
      "    |                    ^",
    ],
  },
  {
    name: "int",
    edit: ["structs.yaml", "objref: { type: s32", "objref: { type: int"],
    told: [
      "schema/structs.yaml:23:23: `int` has no width of its own: write `s32` and `c: int` [ambiguous-width]",
      "  23 |       objref: { type: int, refers: BOX, doc: The box that it lies in. }",
      "     |                       ^",
    ],
  },
  {
    name: "unsigned long",
    edit: ["structs.yaml", "start: { type: u64", "start: { type: unsigned long"],
    told: [
      "schema/structs.yaml:21:22: `unsigned long` has no width of its own: write one width per architecture, e.g. `{ x86_64: u64, x86_32: u32 }` [ambiguous-width]",
      "  21 |       start: { type: unsigned long, format: address, doc: Where it begins. }",
      "     |                      ^",
    ],
  },
  {
    name: "size_t",
    edit: ["structs.yaml", "len: { type: u32", "len: { type: size_t"],
    told: [
      "schema/structs.yaml:7:20: `size_t` has no width of its own: write one width per architecture, e.g. `{ x86_64: u64, x86_32: u32 }` [ambiguous-width]",
      "  7 |       len: { type: size_t, unit: bytes, doc: Length of the record. }",
      "    |                    ^",
    ],
  },
  {
    name: "a pointer",
    edit: ["structs.yaml", "start: { type: u64", "start: { type: char *"],
    told: [
      "schema/structs.yaml:21:22: `char *` has no width of its own: a pointer is not allowed in an image; write the width of the address [ambiguous-width]",
      "  21 |       start: { type: char *, format: address, doc: Where it begins. }",
      "     |                      ^",
    ],
  },
  {
    name: "brackets that are not closed",
    edit: ["structs.yaml", "len: { type: u32", 'len: { type: "u32["'],
    told: [
      "schema/structs.yaml:7:20: cannot read the type `u32[`: write a width or a struct, then lengths in brackets, e.g. `u32[16]` [bad-type]",
      '  7 |       len: { type: "u32[", unit: bytes, doc: Length of the record. }',
      "    |                    ^",
    ],
  },
  {
    name: "a field without documentation",
    edit: ["structs.yaml", ", doc: Where it begins.", ""],
    told: [
      "schema/structs.yaml:21:7: `start` has no `doc` [undocumented]",
      "  21 |       start: { type: u64, format: address }",
      "     |       ^",
    ],
  },
  {
    name: "an unknown enumeration",
    edit: ["structs.yaml", "enum: color", "enum: colour"],
    told: [
      "schema/structs.yaml:22:33: unknown enum `colour`: did you mean `color`? [unknown-enum]",
      "  22 |       color: { type: u32, enum: colour, doc: How it looks. }",
      "     |                                 ^",
    ],
  },
  {
    name: "an unknown set of flags",
    edit: ["structs.yaml", "enum: color", "flags: colour"],
    told: [
      "schema/structs.yaml:22:34: unknown enum `colour`: did you mean `color`? [unknown-enum]",
      "  22 |       color: { type: u32, flags: colour, doc: How it looks. }",
      "     |                                  ^",
    ],
  },
  {
    name: "an unknown object type",
    edit: ["structs.yaml", "refers: BOX", "refers: BOXX"],
    told: [
      "schema/structs.yaml:23:36: unknown object type `BOXX`: did you mean `BOX`? [unknown-object]",
      "  23 |       objref: { type: s32, refers: BOXX, doc: The box that it lies in. }",
      "     |                                    ^",
    ],
  },
  {
    name: "an unknown object type among others",
    edit: ["structs.yaml", "refers: BOX", "refers: [BOX, FOX]"],
    told: [
      "schema/structs.yaml:23:42: unknown object type `FOX`: did you mean `BOX`? [unknown-object]",
      "  23 |       objref: { type: s32, refers: [BOX, FOX], doc: The box that it lies in. }",
      "     |                                          ^",
    ],
  },
  {
    name: "an unknown constant as a length",
    edit: ["structs.yaml", "char[NAME_LEN]", "char[NAME_LENGTH]"],
    told: [
      "schema/structs.yaml:24:21: unknown constant `NAME_LENGTH`: did you mean `NAME_LEN`? [unknown-constant]",
      '  24 |       name: { type: "char[NAME_LENGTH]", doc: What it is called. }',
      "     |                     ^",
    ],
  },
  {
    name: "a length of zero",
    edit: ["structs.yaml", "char[NAME_LEN]", "char[0]"],
    told: [
      "schema/structs.yaml:24:21: the length of the array is 0 on tiny32 in v1: a length is a whole number from 1 on [bad-type]",
      '  24 |       name: { type: "char[0]", doc: What it is called. }',
      "     |                     ^",
    ],
  },
  {
    name: "a negative length",
    edit: ["structs.yaml", "char[NAME_LEN]", "char[NAME_LEN - 12]"],
    told: [
      "schema/structs.yaml:24:21: the length of the array is -4 on tiny32 in v1: a length is a whole number from 1 on [bad-type]",
      '  24 |       name: { type: "char[NAME_LEN - 12]", doc: What it is called. }',
      "     |                     ^",
    ],
  },
  {
    name: "a broken length",
    edit: ["structs.yaml", "char[NAME_LEN]", "char[NAME_LEN / 3]"],
    told: [
      "schema/structs.yaml:24:21: the length of the array is 2.6666666666666665 on tiny32 in v1: a length is a whole number from 1 on [bad-type]",
      '  24 |       name: { type: "char[NAME_LEN / 3]", doc: What it is called. }',
      "     |                     ^",
    ],
  },
  {
    name: "a field as a length",
    edit: ["structs.yaml", "char[NAME_LEN]", "char[objref]"],
    told: [
      "schema/structs.yaml:24:21: the length of an array is made of numbers and constants [bad-type]",
      '  24 |       name: { type: "char[objref]", doc: What it is called. }',
      "     |                     ^",
    ],
  },
  {
    name: "empty brackets that are not the first",
    edit: ["structs.yaml", '"ckpt_place[]"', '"ckpt_place[3][]"'],
    told: [
      "schema/structs.yaml:33:23: cannot read the length `[]` [bad-type]",
      '  33 |       places: { type: "ckpt_place[3][]", count: nr_places, doc: The places. }',
      "     |                       ^",
    ],
  },
  {
    name: "an unknown version",
    edit: ["structs.yaml", "since: v2, unit", "since: v22, unit"],
    told: [
      "schema/structs.yaml:25:35: unknown version `v22`: did you mean `v2`? [unknown-version]",
      "  25 |       weight: { type: u64, since: v22, unit: bytes, doc: How heavy it is. }",
      "     |                                   ^",
    ],
  },
  {
    name: "a life that ends before it begins",
    edit: ["structs.yaml", "since: v2, unit", "since: v2, until: v1, unit"],
    told: [
      "schema/structs.yaml:25:46: `until: v1` is not after `since: v2` [empty-life]",
      "  25 |       weight: { type: u64, since: v2, until: v1, unit: bytes, doc: How heavy it is. }",
      "     |                                              ^",
    ],
  },
  {
    name: "an unknown version of an enumeration",
    edit: ["enums.yaml", "    summary: Colours", "    since: v7\n    summary: Colours"],
    told: [
      "schema/enums.yaml:16:12: unknown version `v7`: did you mean `v1`? [unknown-version]",
      "  16 |     since: v7",
      "     |            ^",
    ],
  },
  {
    name: "an unknown version of a record",
    edit: ["records.yaml", "struct: ckpt_hdr_thing", "since: v9, struct: ckpt_hdr_thing"],
    told: [
      "schema/records.yaml:3:30: unknown version `v9`: did you mean `v1`? [unknown-version]",
      "  3 |   THING: { number: 2, since: v9, struct: ckpt_hdr_thing, summary: Carries a thing. }",
      "    |                              ^",
    ],
  },
  {
    name: "an unknown version in a history",
    edit: ["records.yaml", "{ v1: 3, v2: 4 }", "{ v1: 3, v3: 4 }"],
    told: [
      "schema/records.yaml:4:27: unknown version `v3`: did you mean `v1`? [unknown-version]",
      "  4 |   BOX: { number: { v1: 3, v3: 4 }, struct: ckpt_hdr_box, summary: Carries a box. }",
      "    |                           ^",
    ],
  },
  {
    name: "a history that runs backwards",
    edit: ["records.yaml", "{ v1: 3, v2: 4 }", "{ v2: 4, v1: 3 }"],
    told: [
      "schema/records.yaml:4:27: `v1` comes after a version that is not older: a history runs from old to new [history-order]",
      "  4 |   BOX: { number: { v2: 4, v1: 3 }, struct: ckpt_hdr_box, summary: Carries a box. }",
      "    |                           ^",
    ],
  },
  {
    name: "an unknown version of an architecture",
    edit: ["abi.yaml", "versions: [v1, v2]", "versions: [v1, v3]"],
    told: [
      "schema/abi.yaml:10:20: unknown version `v3`: did you mean `v1`? [unknown-version]",
      "  10 |     versions: [v1, v3]",
      "     |                    ^",
    ],
  },
  {
    name: "a version without its last one",
    edit: ["abi.yaml", "versions: [v1, v2]", "versions: [v1]"],
    told: [
      "schema/abi.yaml:10:5: `versions` holds pairs of the first and the last version, this one has an odd number [bad-value]",
      "  10 |     versions: [v1]",
      "     |     ^",
    ],
  },
  {
    name: "an unknown architecture of a type",
    edit: ["structs.yaml", "start: { type: u64", "start: { type: { tiny64: u64, tiny23: u32 }"],
    told: [
      "schema/structs.yaml:21:37: unknown architecture or family `tiny23`: did you mean `tiny32`? [unknown-arch]",
      "  21 |       start: { type: { tiny64: u64, tiny23: u32 }, format: address, doc: Where it begins. }",
      "     |                                     ^",
    ],
  },
  {
    name: "an unknown architecture of a field",
    edit: ["structs.yaml", "since: v2, unit", "arches: [tiny46], unit"],
    told: [
      "schema/structs.yaml:25:37: unknown architecture or family `tiny46`: did you mean `tiny64`? [unknown-arch]",
      "  25 |       weight: { type: u64, arches: [tiny46], unit: bytes, doc: How heavy it is. }",
      "     |                                     ^",
    ],
  },
  {
    name: "an unknown field in an order",
    edit: ["structs.yaml", "objref, color, name]", "objref, colour, name]"],
    told: [
      "schema/structs.yaml:18:37: unknown field `colour` of ckpt_hdr_thing: did you mean `color`? [unknown-field]",
      "  18 |     order: { v1: [h, start, objref, colour, name], v2: default }",
      "     |                                     ^",
    ],
  },
  {
    name: "a field twice in an order",
    edit: ["structs.yaml", "objref, color, name]", "objref, color, color, name]"],
    told: [
      "schema/structs.yaml:18:44: `color` is listed twice in the order of v1 [duplicate-name]",
      "  18 |     order: { v1: [h, start, objref, color, color, name], v2: default }",
      "     |                                            ^",
    ],
  },
  {
    name: "an unknown version of an order",
    edit: ["structs.yaml", "{ v1: [h, start", "{ v11: [h, start"],
    told: [
      "schema/structs.yaml:18:14: unknown version `v11`: did you mean `v1`? [unknown-version]",
      "  18 |     order: { v11: [h, start, objref, color, name], v2: default }",
      "     |              ^",
    ],
  },
  {
    name: "an unknown struct of a record",
    edit: ["records.yaml", "struct: ckpt_hdr_thing", "struct: ckpt_hdr_thin"],
    told: [
      "schema/records.yaml:3:31: unknown struct `ckpt_hdr_thin`: did you mean `ckpt_hdr_thing`? [unknown-struct]",
      "  3 |   THING: { number: 2, struct: ckpt_hdr_thin, summary: Carries a thing. }",
      "    |                               ^",
    ],
  },
  {
    name: "an unknown element type of a payload",
    edit: [
      "records.yaml",
      "struct: ckpt_hdr_thing,",
      "struct: ckpt_hdr_thing, payload: { kind: array, of: ckpt_plac, count: 1 },",
    ],
    told: [
      "schema/records.yaml:3:75: unknown type `ckpt_plac`: did you mean `ckpt_place`? [unknown-type]",
      "  3 |   THING: { number: 2, struct: ckpt_hdr_thing, payload: { kind: array, of: ckpt_plac, count: 1 }, summary: Carries a thing. }",
      "    |                                                                           ^",
    ],
  },
  {
    name: "an unknown field in a count",
    edit: [
      "records.yaml",
      "struct: ckpt_hdr_thing,",
      "struct: ckpt_hdr_thing, payload: { kind: array, of: u32, count: colr },",
    ],
    told: [
      "schema/records.yaml:3:87: unknown field `colr`: did you mean `color`? [unknown-field]",
      "  3 |   THING: { number: 2, struct: ckpt_hdr_thing, payload: { kind: array, of: u32, count: colr }, summary: Carries a thing. }",
      "    |                                                                                       ^",
    ],
  },
  {
    name: "an unknown enumerator of a variant",
    edit: [
      "records.yaml",
      "struct: ckpt_hdr_thing,",
      "struct: ckpt_hdr_thing, variants: { on: color, structs: { REDD: ckpt_place } },",
    ],
    told: [
      "schema/records.yaml:3:81: unknown constant `REDD`: did you mean `RED`? [unknown-constant]",
      "  3 |   THING: { number: 2, struct: ckpt_hdr_thing, variants: { on: color, structs: { REDD: ckpt_place } }, summary: Carries a thing. }",
      "    |                                                                                 ^",
    ],
  },
  {
    name: "an unknown principal record",
    edit: ["records.yaml", "principal: BOX", "principal: BOXES"],
    told: [
      "schema/records.yaml:7:32: unknown record `BOXES`: did you mean `BOX`? [unknown-record]",
      "  7 |   BOX: { number: 1, principal: BOXES, summary: A box. }",
      "    |                                ^",
    ],
  },
  {
    name: "an unknown count of a flexible array",
    edit: ["structs.yaml", "count: nr_places", "count: nr_place"],
    told: [
      "schema/structs.yaml:33:46: unknown field `nr_place`: did you mean `nr_places`? [unknown-field]",
      '  33 |       places: { type: "ckpt_place[]", count: nr_place, doc: The places. }',
      "     |                                              ^",
    ],
  },
];
