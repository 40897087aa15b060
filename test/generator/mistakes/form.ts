/** YAML that violates the JSON Schema. */
import type { Mistake } from "../mistake.js";

export const OF_FORM: readonly Mistake[] = [
  {
    name: "an unknown key",
    edit: ["structs.yaml", "start: { type:", "start: { tpye:"],
    told: [
      "schema/structs.yaml:21:16: unknown key `tpye`: did you mean `type`? [unknown-key]",
      "  21 |       start: { tpye: u64, format: address, doc: Where it begins. }",
      "     |                ^",
    ],
  },
  {
    name: "an unknown key that resembles nothing",
    edit: ["structs.yaml", "start: { type: u64", "start: { width: 8, type: u64"],
    told: [
      "schema/structs.yaml:21:16: unknown key `width` [unknown-key]",
      "  21 |       start: { width: 8, type: u64, format: address, doc: Where it begins. }",
      "     |                ^",
    ],
  },
  {
    name: "an unknown section",
    edit: ["structs.yaml", "structs:", "strcts:"],
    told: [
      "schema/structs.yaml:1:1: unknown key `strcts`: did you mean `structs`? [unknown-key]",
      "  1 | strcts:",
      "    | ^",
    ],
  },
  {
    name: "a field without a type",
    edit: ["structs.yaml", "start: { type: u64, ", "start: { "],
    told: [
      "schema/structs.yaml:21:7: `start` has no `type`, `struct` or `union` [missing-key]",
      "  21 |       start: { format: address, doc: Where it begins. }",
      "     |       ^",
    ],
  },
  {
    name: "a field with a type and members",
    edit: ["structs.yaml", "start: { type: u64", "start: { struct: { a: { type: u32, doc: Foo. } }, type: u64"],
    told: [
      "schema/structs.yaml:21:16: `type` and `struct` exclude each other [bad-value]",
      "  21 |       start: { struct: { a: { type: u32, doc: Foo. } }, type: u64, format: address, doc: Where it begins. }",
      "     |                ^",
    ],
  },
  {
    name: "a number as a type",
    edit: ["structs.yaml", "start: { type: u64", "start: { type: 64"],
    told: [
      "schema/structs.yaml:21:22: `type` is the number `64`: expected a text or a mapping [bad-value]",
      "  21 |       start: { type: 64, format: address, doc: Where it begins. }",
      "     |                      ^",
    ],
  },
  {
    name: "an empty mapping as a type",
    edit: ["structs.yaml", "start: { type: u64", "start: { type: {}"],
    told: [
      "schema/structs.yaml:21:22: `type` is empty: expected a text or a mapping [bad-value]",
      "  21 |       start: { type: {}, format: address, doc: Where it begins. }",
      "     |                      ^",
    ],
  },
  {
    name: "a field that is not a mapping",
    edit: ["structs.yaml", "h: { type: ckpt_hdr }", "h: ckpt_hdr"],
    told: [
      "schema/structs.yaml:12:10: `h` is a text: expected a mapping [bad-value]",
      "  12 |       h: ckpt_hdr",
      "     |          ^",
    ],
  },
  {
    name: "no summary",
    edit: ["structs.yaml", "    summary: A thing.\n", ""],
    told: [
      "schema/structs.yaml:15:3: `ckpt_hdr_thing` has no `summary`: add it: what it is, in one sentence [undocumented]",
      "  15 |   ckpt_hdr_thing:",
      "     |   ^",
    ],
  },
  {
    name: "no purpose",
    edit: ["structs.yaml", "    purpose: A tool shows it.\n", ""],
    told: [
      "schema/structs.yaml:15:3: `ckpt_hdr_thing` has no `purpose`: add it: what a userspace tool needs it for [undocumented]",
      "  15 |   ckpt_hdr_thing:",
      "     |   ^",
    ],
  },
  {
    name: "neither of them",
    edit: ["structs.yaml", "    summary: A thing.\n    purpose: A tool shows it.\n", ""],
    told: [
      "schema/structs.yaml:15:3: `ckpt_hdr_thing` has no `summary` or `purpose` [undocumented]",
      "  15 |   ckpt_hdr_thing:",
      "     |   ^",
    ],
  },
  {
    name: "an empty text",
    edit: ["structs.yaml", "doc: Where it begins.", 'doc: ""'],
    told: [
      "schema/structs.yaml:21:49: `doc` is empty [undocumented]",
      '  21 |       start: { type: u64, format: address, doc: "" }',
      "     |                                                 ^",
    ],
  },
  {
    name: "a text that is not there",
    edit: ["structs.yaml", "doc: Where it begins. }", "doc: }"],
    told: [
      "schema/structs.yaml:21:44: `doc` has no value: expected a text or a mapping [bad-value]",
      "  21 |       start: { type: u64, format: address, doc: }",
      "     |                                            ^",
    ],
  },
  {
    name: "a text still to be written",
    edit: ["structs.yaml", "doc: Where it begins.", "doc: TODO"],
    told: [
      "schema/structs.yaml:21:49: `doc` still says TODO [undocumented]",
      "  21 |       start: { type: u64, format: address, doc: TODO }",
      "     |                                                 ^",
    ],
  },
  {
    name: "a number instead of a text",
    edit: ["structs.yaml", "doc: Where it begins.", "doc: 5"],
    told: [
      "schema/structs.yaml:21:49: `doc` is the number `5`: expected a text or a mapping [bad-value]",
      "  21 |       start: { type: u64, format: address, doc: 5 }",
      "     |                                                 ^",
    ],
  },
  {
    name: "a list instead of a text",
    edit: ["structs.yaml", "summary: A thing.", "summary: [A thing.]"],
    told: [
      "schema/structs.yaml:16:14: `summary` is a list: expected a text [bad-value]",
      "  16 |     summary: [A thing.]",
      "     |              ^",
    ],
  },
  {
    name: "an unknown unit",
    edit: ["structs.yaml", "unit: bytes, doc: Length", "unit: byte, doc: Length"],
    told: [
      "schema/structs.yaml:7:31: `byte` is not a value of `unit`: did you mean `bytes`? [bad-value]",
      "  7 |       len: { type: u32, unit: byte, doc: Length of the record. }",
      "    |                               ^",
    ],
  },
  {
    name: "an unknown format",
    edit: ["structs.yaml", "format: address", "format: pointer"],
    told: [
      "schema/structs.yaml:21:35: `pointer` is not a value of `format`: it is one of `hex`, `octal`, `address`, `time`, `mac`, `ipv4`, `ipv6`, `port`, `sigset`, `float64`, `version` [bad-value]",
      "  21 |       start: { type: u64, format: pointer, doc: Where it begins. }",
      "     |                                   ^",
    ],
  },
  {
    name: "a value that can only be true",
    edit: ["structs.yaml", "reserved: true", "reserved: false"],
    told: [
      "schema/structs.yaml:32:36: `reserved` is the value `false`: expected `true` or a mapping [bad-value]",
      "  32 |       _pad: { type: u32, reserved: false, doc: Padding. }",
      "     |                                    ^",
    ],
  },
  {
    name: "a number instead of an object type",
    edit: ["structs.yaml", "refers: BOX", "refers: 5"],
    told: [
      "schema/structs.yaml:23:36: `refers` is the number `5`: expected a text, a list or a mapping [bad-value]",
      "  23 |       objref: { type: s32, refers: 5, doc: The box that it lies in. }",
      "     |                                    ^",
    ],
  },
  {
    name: "a version without its letter",
    edit: ["structs.yaml", "since: v2, unit", "since: 2, unit"],
    told: [
      "schema/structs.yaml:25:35: `since` is the number `2`: expected a version id, e.g. `v19` [bad-value]",
      "  25 |       weight: { type: u64, since: 2, unit: bytes, doc: How heavy it is. }",
      "     |                                   ^",
    ],
  },
  {
    name: "a history that mixes versions and architectures",
    edit: ["records.yaml", "{ v1: 3, v2: 4 }", "{ v1: 3, tiny64: 4 }"],
    told: [
      "schema/records.yaml:4:27: `tiny64` does not fit here: expected a version id, e.g. `v19` [bad-name]",
      "  4 |   BOX: { number: { v1: 3, tiny64: 4 }, struct: ckpt_hdr_box, summary: Carries a box. }",
      "    |                           ^",
    ],
  },
  {
    name: "a misspelt absent",
    edit: ["records.yaml", "{ v1: 3, v2: 4 }", "{ v1: absnt, v2: 4 }"],
    told: [
      "schema/records.yaml:4:24: `number` is a text: expected an integer or `absent` [bad-value]",
      "  4 |   BOX: { number: { v1: absnt, v2: 4 }, struct: ckpt_hdr_box, summary: Carries a box. }",
      "    |                        ^",
    ],
  },
  {
    name: "a record number of zero",
    edit: ["records.yaml", "number: 2", "number: 0"],
    told: [
      "schema/records.yaml:3:20: `0` is too small for `number`: at least 1 [bad-value]",
      "  3 |   THING: { number: 0, struct: ckpt_hdr_thing, summary: Carries a thing. }",
      "    |                    ^",
    ],
  },
  {
    name: "a record number in words",
    edit: ["records.yaml", "number: 2", "number: two"],
    told: [
      "schema/records.yaml:3:20: `number` is a text: expected an integer or a mapping [bad-value]",
      "  3 |   THING: { number: two, struct: ckpt_hdr_thing, summary: Carries a thing. }",
      "    |                    ^",
    ],
  },
  {
    name: "a record without a number",
    edit: ["records.yaml", "number: 2, ", ""],
    told: [
      "schema/records.yaml:3:3: `THING` has no `number`: add it: the type number in the record header [missing-key]",
      "  3 |   THING: { struct: ckpt_hdr_thing, summary: Carries a thing. }",
      "    |   ^",
    ],
  },
  {
    name: "a record in small letters",
    edit: ["records.yaml", "  THING:", "  Thing:"],
    told: [
      "schema/records.yaml:3:3: `Thing` does not fit here: expected a name in capitals, e.g. `FILE_PIPE` [bad-name]",
      "  3 |   Thing: { number: 2, struct: ckpt_hdr_thing, summary: Carries a thing. }",
      "    |   ^",
    ],
  },
  {
    name: "an unknown kind of payload",
    edit: ["records.yaml", "struct: ckpt_hdr_thing,", "struct: ckpt_hdr_thing, payload: { kind: byte },"],
    told: [
      "schema/records.yaml:3:64: `byte` is not a value of `kind`: did you mean `bytes`? [bad-value]",
      "  3 |   THING: { number: 2, struct: ckpt_hdr_thing, payload: { kind: byte }, summary: Carries a thing. }",
      "    |                                                                ^",
    ],
  },
  {
    name: "an unknown lint",
    edit: [
      "structs.yaml",
      "    order: {",
      "    acknowledged: [{ lint: implicit-paddin, after: name, reason: It was so. }]\n    order: {",
    ],
    told: [
      "schema/structs.yaml:18:28: `implicit-paddin` is not a value of `lint`: did you mean `implicit-padding`? [bad-value]",
      "  18 |     acknowledged: [{ lint: implicit-paddin, after: name, reason: It was so. }]",
      "     |                            ^",
    ],
  },
  {
    name: "an enumerator without a value",
    edit: ["enums.yaml", "RED: { value: 1,", "RED: {"],
    told: [
      "schema/enums.yaml:18:7: `RED` has no `value` or `sentinel` [missing-key]",
      "  18 |       RED: { doc: Like blood. }",
      "     |       ^",
    ],
  },
  {
    name: "a grammar node of an unknown kind",
    edit: ["grammar.yaml", "- record: HEADER", "- recrod: HEADER"],
    told: [
      "schema/grammar.yaml:8:11: unknown key `recrod`: did you mean `record`? [unknown-key]",
      "  8 |         - recrod: HEADER",
      "    |           ^",
    ],
  },
  {
    name: "a grammar node of two kinds",
    edit: ["grammar.yaml", "- record: HEADER", "- record: HEADER\n          rule: thing"],
    told: [
      "schema/grammar.yaml:9:11: `record` and `rule` exclude each other [bad-value]",
      "  9 |           rule: thing",
      "    |           ^",
    ],
  },
  {
    name: "a grammar node of no kind",
    edit: ["grammar.yaml", "- record: HEADER", "- optional: true"],
    told: [
      "schema/grammar.yaml:8:11: an item of `sequence` has no `record`, `rule`, `ref`, `object`, `sequence` or `choice` [missing-key]",
      "  8 |         - optional: true",
      "    |           ^",
    ],
  },
  {
    name: "a grammar node that is a text",
    edit: ["grammar.yaml", "- record: HEADER", "- HEADER"],
    told: [
      "schema/grammar.yaml:8:11: an item of `sequence` is a text: expected a mapping with `record`, `rule`, `ref`, `object`, `sequence` or `choice` [bad-value]",
      "  8 |         - HEADER",
      "    |           ^",
    ],
  },
  {
    name: "a mapping instead of a sequence",
    edit: ["grammar.yaml", "      sequence:\n        - record: BOX", "      sequence: {}"],
    told: [
      "schema/grammar.yaml:20:17: `sequence` is empty: expected a list [bad-value]",
      "  20 |       sequence: {}",
      "     |                 ^",
    ],
  },
  {
    name: "a date without zeros",
    edit: ["abi.yaml", "date: 2009-01-01", "date: 2009-1-1"],
    told: [
      "schema/abi.yaml:2:15: `2009-1-1` does not fit `date`: expected a date, e.g. `2009-09-23` [bad-value]",
      "  2 |   v1: { date: 2009-1-1, evidence: Made up for tests., summary: The first one. }",
      "    |               ^",
    ],
  },
  {
    name: "a version without a number",
    edit: ["abi.yaml", "  v2: {", "  version2: {"],
    told: [
      "schema/abi.yaml:3:3: `version2` does not fit here: expected a version id, e.g. `v19` [bad-name]",
      "  3 |   version2: { date: 2010-01-01, evidence: Made up for tests., summary: The second one. }",
      "    |   ^",
    ],
  },
  {
    name: "a byte order that does not exist",
    edit: ["abi.yaml", "endian: little", "endian: litle"],
    told: [
      "schema/abi.yaml:8:13: `litle` is not a value of `endian`: did you mean `little`? [bad-value]",
      "  8 |     endian: litle",
      "    |             ^",
    ],
  },
  {
    name: "a word size that does not exist",
    edit: ["abi.yaml", "bits: 32", "bits: 31"],
    told: [
      "schema/abi.yaml:7:11: `31` is not a value of `bits`: did you mean `32`? [bad-value]",
      "  7 |     bits: 31",
      "    |           ^",
    ],
  },
  {
    name: "a page size with a unit",
    edit: ["abi.yaml", "page_sizes: [4096]", "page_sizes: [4k]"],
    told: [
      "schema/abi.yaml:12:18: an item of `page_sizes` is a text: expected an integer [bad-value]",
      "  12 |     page_sizes: [4k]",
      "     |                  ^",
    ],
  },
  {
    name: "no versions",
    edit: [
      "abi.yaml",
      "versions:\n  v1: { date: 2009-01-01, evidence: Made up for tests., summary: The first one. }\n  v2: { date: 2010-01-01, evidence: Made up for tests., summary: The second one. }\n",
      "",
    ],
    told: ["schema/abi.yaml:1:1: no file of the schema has `versions` [missing-section]", "  1 | arches:", "    | ^"],
  },
  {
    name: "a section in two files",
    edit: [
      "enums.yaml",
      "enums:",
      "versions:\n  v3: { date: 2011-01-01, evidence: Made up for tests., summary: The third one. }\nenums:",
    ],
    told: [
      "schema/enums.yaml:1:1: `versions` is defined twice: here and in schema/abi.yaml: keep one of them [duplicate-section]",
      "  1 | versions:",
      "    | ^",
    ],
  },
];
