/** Members that cannot be resolved, layouts that break the rules, duplicate names and numbers. */
import type { Mistake } from "../mistake.js";

export const OF_LAYOUT: readonly Mistake[] = [
  {
    name: "a field that vanished from an order",
    edit: ["structs.yaml", "objref, color, name]", "objref, color]"],
    told: [
      "schema/structs.yaml:24:7: `name` is missing from the order of ckpt_hdr_thing that holds in v1: add it there, or limit the field with `until` [vanished-field]",
      '  24 |       name: { type: "char[NAME_LEN]", doc: What it is called. }',
      "     |       ^",
    ],
  },
  {
    name: "a type that not every architecture has",
    edit: ["structs.yaml", "start: { type: u64", "start: { type: { tiny64: u64 }"],
    told: [
      "schema/structs.yaml:21:7: `start` has no type on tiny32 in v1: give the type there, or limit the field with `since`, `until` or `arches` [no-type]",
      "  21 |       start: { type: { tiny64: u64 }, format: address, doc: Where it begins. }",
      "     |       ^",
    ],
  },
  {
    name: "a type that ends before its field",
    edit: ["structs.yaml", "start: { type: u64,", "start: { type: { v1: u64, v2: absent },"],
    told: [
      "schema/structs.yaml:21:7: `start` has no type on tiny32 in v2: give the type there, or limit the field with `since`, `until` or `arches` [no-type]",
      "  21 |       start: { type: { v1: u64, v2: absent }, format: address, doc: Where it begins. }",
      "     |       ^",
    ],
  },
  {
    name: "a struct that is used before it exists",
    edit: ["structs.yaml", "    summary: A place in a box.", "    since: v2\n    summary: A place in a box."],
    told: [
      "schema/structs.yaml:33:23: `ckpt_place` does not exist on tiny32 in v1: limit `places` with `since`, `until` or `arches` as ckpt_place is limited [unknown-type]",
      '  33 |       places: { type: "ckpt_place[]", count: nr_places, doc: The places. }',
      "     |                       ^",
    ],
  },
  {
    name: "a struct that contains itself",
    edit: ["structs.yaml", "start: { type: u64, format: address, doc", "start: { type: ckpt_hdr_thing, doc"],
    told: [
      "schema/structs.yaml:21:7: ckpt_hdr_thing contains itself [recursive-struct]",
      "  21 |       start: { type: ckpt_hdr_thing, doc: Where it begins. }",
      "     |       ^",
    ],
  },
  {
    name: "structs that contain each other",
    edit: ["structs.yaml", "at: { type: u32", "at: { type: ckpt_hdr_box"],
    told: [
      "schema/structs.yaml:38:7: ckpt_hdr_box contains itself by way of ckpt_place [recursive-struct]",
      "  38 |       at: { type: ckpt_hdr_box, doc: Its number. }",
      "     |       ^",
    ],
  },
  {
    name: "new padding",
    edit: ["structs.yaml", "_pad: { type: u32", "_pad: { type: u16"],
    told: [
      "schema/structs.yaml:32:7: ckpt_hdr_box (v1/tiny32): 2 bytes of implicit padding after `_pad` at offset 14: name the padding as a reserved field, or acknowledge it with a reason [implicit-padding]",
      "  32 |       _pad: { type: u16, reserved: true, doc: Padding. }",
      "     |       ^",
    ],
  },
  {
    name: "new padding in a nested struct",
    edit: [
      "structs.yaml",
      "_pad: { type: u32, reserved: true, doc: Padding. }",
      "_pad: { doc: Padding., struct: { a: { type: u8, doc: First. }, b: { type: u16, doc: Second. } } }",
    ],
    told: [
      "schema/structs.yaml:32:40: ckpt_hdr_box (v1/tiny32): 1 byte of implicit padding after `_pad.a` at offset 1: name the padding as a reserved field, or acknowledge it with a reason [implicit-padding]",
      "  32 |       _pad: { doc: Padding., struct: { a: { type: u8, doc: First. }, b: { type: u16, doc: Second. } } }",
      "     |                                        ^",
    ],
  },
  {
    name: "a misaligned 64-bit member",
    edit: [
      "structs.yaml",
      "{ v1: [h, start, objref, color, name], v2: default }",
      "{ v1: [h, color, start, objref, name], v2: default }",
    ],
    told: [
      "schema/structs.yaml:21:7: ckpt_hdr_thing (v1/tiny32): the 64-bit `start` is at offset 12, which is not a multiple of 8: move it to a multiple of 8, or acknowledge it with a reason [misaligned-64]",
      "  21 |       start: { type: u64, format: address, doc: Where it begins. }",
      "     |       ^",
    ],
  },
  {
    name: "many misaligned 64-bit members",
    edit: [
      "structs.yaml",
      "      start: { type: u64,",
      "      extra: { type: u32, since: v2, doc: One too many. }\n      start: { type: u64,",
    ],
    told: [
      "schema/structs.yaml:22:7: ckpt_hdr_thing (v2/tiny32): the 64-bit `start` is at offset 12, which is not a multiple of 8, and 1 more after it: move it to a multiple of 8, or acknowledge it with a reason [misaligned-64]",
      "  22 |       start: { type: u64, format: address, doc: Where it begins. }",
      "     |       ^",
    ],
  },
  {
    name: "a length that differs between word sizes",
    edit: ["structs.yaml", "size: { type: u32,", 'size: { type: { tiny32: u32, tiny64: "u32[3]" },'],
    told: [
      "schema/structs.yaml:39:7: ckpt_place (v1/tiny64): the layout differs between v1/tiny32 and v1/tiny64 from `size` on (8 and 16 bytes): make it the same for both word sizes, or acknowledge it with a reason [word-size]",
      '  39 |       size: { type: { tiny32: u32, tiny64: "u32[3]" }, unit: bytes, doc: Its size. }',
      "     |       ^",
    ],
  },
  {
    name: "an acknowledgement of nothing",
    edit: [
      "structs.yaml",
      "    order: {",
      "    acknowledged: [{ lint: implicit-padding, after: name, reason: It was so. }]\n    order: {",
    ],
    told: [
      "schema/structs.yaml:18:20: ckpt_hdr_thing has no offence `implicit-padding` at `name`: remove the acknowledgement [stale-acknowledgement]",
      "  18 |     acknowledged: [{ lint: implicit-padding, after: name, reason: It was so. }]",
      "     |                    ^",
    ],
  },
  {
    name: "a flexible array that is not the last member",
    edit: [
      "structs.yaml",
      '      _pad: { type: u32, reserved: true, doc: Padding. }\n      places: { type: "ckpt_place[]", count: nr_places, doc: The places. }\n',
      '      places: { type: "ckpt_place[]", count: nr_places, doc: The places. }\n      _pad: { type: u32, reserved: true, doc: Padding. }\n',
    ],
    told: [
      "schema/structs.yaml:32:7: ckpt_hdr_box: the flexible array `places` is not the last member: move it to the end [flexible-not-last]",
      '  32 |       places: { type: "ckpt_place[]", count: nr_places, doc: The places. }',
      "     |       ^",
    ],
  },
  {
    name: "a flexible array in a nested struct",
    edit: [
      "structs.yaml",
      'places: { type: "ckpt_place[]", count: nr_places, doc: The places. }',
      'all: { doc: All., struct: { n: { type: u32, doc: Number. }, places: { type: "u32[]", count: n, doc: The places. } } }',
    ],
    told: [
      "schema/structs.yaml:33:67: ckpt_hdr_box: the flexible array `places` lies in a nested aggregate: move it to the end [flexible-not-last]",
      '  33 |       all: { doc: All., struct: { n: { type: u32, doc: Number. }, places: { type: "u32[]", count: n, doc: The places. } } }',
      "     |                                                                   ^",
    ],
  },
  {
    name: "a member that ends in a flexible array",
    edit: ["structs.yaml", "start: { type: u64, format: address, doc", "start: { type: ckpt_hdr_box, doc"],
    told: [
      "schema/structs.yaml:21:7: ckpt_hdr_thing: `start` contains ckpt_hdr_box, which ends in a flexible array: such a struct cannot be a member [flexible-not-last]",
      "  21 |       start: { type: ckpt_hdr_box, doc: Where it begins. }",
      "     |       ^",
    ],
  },
  {
    name: "a flexible array without a count",
    edit: ["structs.yaml", '"ckpt_place[]", count: nr_places', '"ckpt_place[]"'],
    told: [
      "schema/structs.yaml:33:7: the flexible array `places` has no `count`: add it: the field that holds the number of elements [flexible-without-count]",
      '  33 |       places: { type: "ckpt_place[]", doc: The places. }',
      "     |       ^",
    ],
  },
  {
    name: "a count without a flexible array",
    edit: ["structs.yaml", 'type: "ckpt_place[]", count', 'type: "ckpt_place[3]", count'],
    told: [
      "schema/structs.yaml:33:40: `places` has a `count` but is not a flexible array: write its type with empty brackets, or leave the count out [count-without-flexible]",
      '  33 |       places: { type: "ckpt_place[3]", count: nr_places, doc: The places. }',
      "     |                                        ^",
    ],
  },
  {
    name: "a struct that no record can hold",
    edit: ["structs.yaml", '"char[NAME_LEN]"', '"char[NAME_LEN * 536870912]"'],
    told: [
      "schema/structs.yaml:15:3: ckpt_hdr_thing (v1/tiny32) takes 4294967320 bytes, more than the length of a record can count [too-long]",
      "  15 |   ckpt_hdr_thing:",
      "     |   ^",
    ],
  },
  {
    name: "a record number used twice",
    edit: ["records.yaml", "number: 2", "number: 1"],
    told: [
      "schema/records.yaml:3:20: the record number 1 is used twice in v1: by HEADER and by THING [duplicate-number]",
      "  3 |   THING: { number: 1, struct: ckpt_hdr_thing, summary: Carries a thing. }",
      "    |                    ^",
    ],
  },
  {
    name: "a record number used twice in one version",
    edit: ["records.yaml", "number: 5", "number: 4"],
    told: [
      "schema/records.yaml:5:21: the record number 4 is used twice in v2: by BOX and by OBJREF [duplicate-number]",
      "  5 |   OBJREF: { number: 4, struct: ckpt_hdr, summary: Begins an object. }",
      "    |                     ^",
    ],
  },
  {
    name: "a constant used twice",
    edit: [
      "abi.yaml",
      "  NAME_LEN: { value: 8, doc: Room for a name. }",
      "  NAME_LEN: { value: 8, doc: Room for a name. }\n  RED: { value: 2, doc: Room for a name. }",
    ],
    told: [
      "schema/abi.yaml:27:3: the constant name RED is used twice in v1: by color.RED and by RED [duplicate-name]",
      "  27 |   RED: { value: 2, doc: Room for a name. }",
      "     |   ^",
    ],
  },
  {
    name: "an enumerator used twice",
    edit: ["enums.yaml", "      BLUE:", "      CKPT_ARCH_TINY64:"],
    told: [
      "schema/enums.yaml:19:7: the constant name CKPT_ARCH_TINY64 is used twice in v2: by arch_id.CKPT_ARCH_TINY64 and by color.CKPT_ARCH_TINY64 [duplicate-name]",
      "  19 |       CKPT_ARCH_TINY64: { value: 2, since: v2, doc: Like the sky. }",
      "     |       ^",
    ],
  },
  {
    name: "a struct used twice",
    edit: [
      "records.yaml",
      "records:",
      "structs:\n  ckpt_place:\n    summary: A place.\n    purpose: A tool lists them.\n    fields:\n      at: { type: u32, doc: Its number. }\nrecords:",
    ],
    told: [
      "schema/structs.yaml:34:3: the struct name ckpt_place is used twice in v1: here and in schema/records.yaml [duplicate-name]",
      "  34 |   ckpt_place:",
      "     |   ^",
    ],
  },
  {
    name: "a member name used twice in one version",
    edit: ["structs.yaml", "start: { type: u64,", "start: { names: { v1: color, v2: start }, type: u64,"],
    told: [
      "schema/structs.yaml:22:7: ckpt_hdr_thing has two members `color` in v1 [duplicate-name]",
      "  22 |       color: { type: u32, enum: color, doc: How it looks. }",
      "     |       ^",
    ],
  },
  {
    name: "a constant that is no number",
    edit: ["structs.yaml", "reserved: true", "const: abc"],
    told: [
      "schema/structs.yaml:32:33: `const` is not an integer [bad-value]",
      "  32 |       _pad: { type: u32, const: abc, doc: Padding. }",
      "     |                                 ^",
    ],
  },
  {
    name: "a constant that does not fit",
    edit: ["structs.yaml", "reserved: true", "const: 0x1ffffffff"],
    told: [
      "schema/structs.yaml:32:33: 8589934591 does not fit the type `u32` [bad-value]",
      "  32 |       _pad: { type: u32, const: 0x1ffffffff, doc: Padding. }",
      "     |                                 ^",
    ],
  },
  {
    name: "a default that does not fit",
    edit: ["structs.yaml", "reserved: true", "default: -1"],
    told: [
      "schema/structs.yaml:32:35: -1 does not fit the type `u32` [bad-value]",
      "  32 |       _pad: { type: u32, default: -1, doc: Padding. }",
      "     |                                   ^",
    ],
  },
  {
    name: "an enumeration of a struct",
    edit: ["structs.yaml", "h: { type: ckpt_hdr }\n      start", "h: { type: ckpt_hdr, enum: color }\n      start"],
    told: [
      "schema/structs.yaml:20:28: `enum` is for integers, and `h` is of the type `ckpt_hdr` [bad-value]",
      "  20 |       h: { type: ckpt_hdr, enum: color }",
      "     |                            ^",
    ],
  },
  {
    name: "variants by an unknown field",
    edit: [
      "records.yaml",
      "struct: ckpt_hdr_thing,",
      "struct: ckpt_hdr_thing, variants: { on: colour, structs: { RED: ckpt_place } },",
    ],
    told: [
      "schema/records.yaml:3:63: unknown field `colour` of ckpt_hdr_thing: did you mean `color`? [unknown-field]",
      "  3 |   THING: { number: 2, struct: ckpt_hdr_thing, variants: { on: colour, structs: { RED: ckpt_place } }, summary: Carries a thing. }",
      "    |                                                               ^",
    ],
  },
  {
    name: "a remark of an unknown version",
    edit: ["structs.yaml", "start: { type: u64,", "start: { notes: { v9: Something else. }, type: u64,"],
    told: [
      "schema/structs.yaml:21:25: unknown version `v9`: did you mean `v1`? [unknown-version]",
      "  21 |       start: { notes: { v9: Something else. }, type: u64, format: address, doc: Where it begins. }",
      "     |                         ^",
    ],
  },
  {
    name: "an unknown family",
    edit: ["abi.yaml", "family: tiny", "family: tini"],
    told: [
      "schema/abi.yaml:6:13: unknown family `tini`: did you mean `tiny`? [unknown-family]",
      "  6 |     family: tini",
      "    |             ^",
    ],
  },
  {
    name: "a file of an unknown family",
    edit: ["structs.yaml", "structs:", "family: tini\nstructs:"],
    told: [
      "schema/structs.yaml:1:9: unknown family `tini`: did you mean `tiny`? [unknown-family]",
      "  1 | family: tini",
      "    |         ^",
    ],
  },
  {
    name: "an unknown architecture id",
    edit: ["abi.yaml", "id: CKPT_ARCH_TINY32", "id: CKPT_ARCH_TINY3"],
    told: [
      "schema/abi.yaml:11:9: unknown enumerator `CKPT_ARCH_TINY3`: did you mean `CKPT_ARCH_TINY32`? [unknown-constant]",
      "  11 |     id: CKPT_ARCH_TINY3",
      "     |         ^",
    ],
  },
  {
    name: "versions that run backwards",
    edit: ["abi.yaml", "versions: [v1, v2]", "versions: [v2, v1]"],
    told: [
      "schema/abi.yaml:10:5: the versions of `tiny32` are in the wrong order: each pair is a first version and a last one, which is not older [bad-value]",
      "  10 |     versions: [v2, v1]",
      "     |     ^",
    ],
  },
];
