/** Texts that are not YAML, or not of the plain kind that the schema uses. */
import type { Mistake } from "../mistake.js";

export const OF_YAML: readonly Mistake[] = [
  {
    name: "a brace that is not closed",
    edit: ["structs.yaml", "doc: What follows. }", "doc: What follows."],
    told: [
      "schema/structs.yaml:6:13: the `{` that opens here is not closed [yaml]",
      "  6 |       type: { type: u32, enum: record_type, doc: What follows.",
      "    |             ^",
    ],
  },
  {
    name: "a brace that swallows the lines after it",
    edit: ["abi.yaml", "versions:\n", "versions: {\n"],
    told: [
      "schema/abi.yaml:3:3: a comma is missing before this, or a closing brace or bracket: the `{` that is still open is in line 1 [yaml]",
      "  3 |   v2: { date: 2010-01-01, evidence: Made up for tests., summary: The second one. }",
      "    |   ^",
    ],
  },
  {
    name: "a missing comma",
    edit: ["structs.yaml", "type: u32, enum: record_type", "type: u32 enum: record_type"],
    told: [
      "schema/structs.yaml:6:21: a second `: ` within one value: put a text that contains `: ` in quotes, or a comma between two keys [yaml]",
      "  6 |       type: { type: u32 enum: record_type, doc: What follows. }",
      "    |                     ^",
    ],
  },
  {
    name: "a missing comma after a quoted text",
    edit: ["structs.yaml", '"char[NAME_LEN]", doc', '"char[NAME_LEN]" doc'],
    told: [
      "schema/structs.yaml:24:21: a second `: ` within one value: put a text that contains `: ` in quotes, or a comma between two keys [yaml]",
      '  24 |       name: { type: "char[NAME_LEN]" doc: What it is called. }',
      "     |                     ^",
    ],
  },
  {
    name: "a list that is not closed",
    edit: ["abi.yaml", "page_sizes: [4096]", "page_sizes: [4096"],
    told: [
      "schema/abi.yaml:12:17: the `[` that opens here is not closed [yaml]",
      "  12 |     page_sizes: [4096",
      "     |                 ^",
    ],
  },
  {
    name: "a quote that is not closed",
    edit: ["structs.yaml", '"char[NAME_LEN]"', '"char[NAME_LEN]'],
    told: [
      "schema/structs.yaml:24:21: the quote that opens here is not closed [yaml]",
      '  24 |       name: { type: "char[NAME_LEN], doc: What it is called. }',
      "     |                     ^",
    ],
  },
  {
    name: "a closing brace too many",
    edit: ["structs.yaml", "doc: What follows. }", "doc: What follows. }}"],
    told: [
      "schema/structs.yaml:6:65: `}` closes nothing [yaml]",
      "  6 |       type: { type: u32, enum: record_type, doc: What follows. }}",
      "    |                                                                 ^",
    ],
  },
  {
    name: "an unquoted colon in braces",
    edit: ["structs.yaml", "doc: What follows.", "doc: What: follows."],
    told: [
      "schema/structs.yaml:6:50: a second `: ` within one value: put a text that contains `: ` in quotes, or a comma between two keys [yaml]",
      "  6 |       type: { type: u32, enum: record_type, doc: What: follows. }",
      "    |                                                  ^",
    ],
  },
  {
    name: "an unquoted colon on a line of its own",
    edit: ["structs.yaml", "summary: A thing.", "summary: A: thing."],
    told: [
      "schema/structs.yaml:16:14: a second `: ` within one value: put a text that contains `: ` in quotes [yaml]",
      "  16 |     summary: A: thing.",
      "     |              ^",
    ],
  },
  {
    name: "an unquoted comma",
    edit: ["structs.yaml", "doc: What follows.", "doc: What follows, or not."],
    told: [
      "schema/structs.yaml:6:64: unknown key `or not.`: put a text that contains a comma in quotes [unknown-key]",
      "  6 |       type: { type: u32, enum: record_type, doc: What follows, or not. }",
      "    |                                                                ^",
    ],
  },
  {
    name: "a comment that swallows the closing brace",
    edit: ["structs.yaml", "doc: What follows.", "doc: What #follows."],
    told: [
      "schema/structs.yaml:6:13: the `{` that opens here is not closed [yaml]",
      "  6 |       type: { type: u32, enum: record_type, doc: What #follows. }",
      "    |             ^",
    ],
  },
  {
    name: "an apostrophe in single quotes",
    edit: ["structs.yaml", "doc: What follows.", "doc: 'It's this.'"],
    told: [
      "schema/structs.yaml:6:54: something follows the end of the value: put the whole text in quotes, and double a quote within [yaml]",
      "  6 |       type: { type: u32, enum: record_type, doc: 'It's this.' }",
      "    |                                                      ^",
    ],
  },
  {
    name: "a text that begins with a code span",
    edit: ["structs.yaml", "summary: A thing.", "summary: `A` thing."],
    told: [
      'schema/structs.yaml:16:14: a text cannot begin with "`": put it in quotes [yaml]',
      "  16 |     summary: `A` thing.",
      "     |              ^",
    ],
  },
  {
    name: "a tab as indentation",
    edit: ["structs.yaml", "    summary: A thing.", "\tsummary: A thing."],
    told: [
      "schema/structs.yaml:16:1: a tab in the indentation: indent with spaces [yaml]",
      "  16 | \tsummary: A thing.",
      "     | ^",
    ],
  },
  {
    name: "a line that is indented too much",
    edit: ["structs.yaml", "    purpose: A tool shows it.", "      purpose: A tool shows it."],
    told: [
      "schema/structs.yaml:17:7: this line is indented more deeply than the key above it, which already has a value [yaml]",
      "  17 |       purpose: A tool shows it.",
      "     |       ^",
    ],
  },
  {
    name: "a line that is indented too little",
    edit: ["structs.yaml", "    purpose: A tool shows it.", "   purpose: A tool shows it."],
    told: [
      "schema/structs.yaml:17:4: the indentation of this line matches no line above it: the keys of a mapping, or the items of a list, start in the same column [yaml]",
      "  17 |    purpose: A tool shows it.",
      "     |    ^",
    ],
  },
  {
    name: "no space after a colon",
    edit: ["structs.yaml", "    purpose: A tool shows it.", "    purpose:A tool shows it."],
    told: [
      "schema/structs.yaml:17:5: this line is neither `key: value` nor `key:`: a space follows the colon [yaml]",
      "  17 |     purpose:A tool shows it.",
      "     |     ^",
    ],
  },
  {
    name: "no space after a colon in braces",
    edit: ["structs.yaml", "weight: { type: u64,", "weight: { type:u64,"],
    told: [
      "schema/structs.yaml:25:17: unknown key `type:u64`: a space follows the colon [unknown-key]",
      "  25 |       weight: { type:u64, since: v2, unit: bytes, doc: How heavy it is. }",
      "     |                 ^",
    ],
  },
  {
    name: "a second document",
    edit: ["structs.yaml", "  ckpt_hdr_box:", "---\n  ckpt_hdr_box:"],
    told: [
      "schema/structs.yaml:26:1: a second YAML document begins here: a file of the schema is one document [yaml]",
      "  26 | ---",
      "     | ^",
    ],
  },
  {
    name: "a key that stands twice",
    edit: ["structs.yaml", "summary: A thing.", "summary: A thing.\n    summary: A thing!"],
    told: [
      "schema/structs.yaml:17:5: duplicate key `summary`, first in line 16 [duplicate-key]",
      "  17 |     summary: A thing!",
      "     |     ^",
    ],
  },
  {
    name: "a field that stands twice",
    edit: ["structs.yaml", "      weight: {", "      start: {"],
    told: [
      "schema/structs.yaml:25:7: duplicate key `start`, first in line 21 [duplicate-key]",
      "  25 |       start: { type: u64, since: v2, unit: bytes, doc: How heavy it is. }",
      "     |       ^",
    ],
  },
  {
    name: "a struct that stands twice",
    edit: ["structs.yaml", "  ckpt_hdr_box:", "  ckpt_hdr_thing:"],
    told: [
      "schema/structs.yaml:26:3: duplicate key `ckpt_hdr_thing`, first in line 15 [duplicate-name]",
      "  26 |   ckpt_hdr_thing:",
      "     |   ^",
    ],
  },
  {
    name: "a record that stands twice",
    edit: ["records.yaml", "  THING:", "  HEADER:"],
    told: [
      "schema/records.yaml:3:3: duplicate key `HEADER`, first in line 2 [duplicate-name]",
      "  3 |   HEADER: { number: 2, struct: ckpt_hdr_thing, summary: Carries a thing. }",
      "    |   ^",
    ],
  },
  {
    name: "an enumerator that stands twice",
    edit: ["enums.yaml", "      BLUE:", "      RED:"],
    told: [
      "schema/enums.yaml:19:7: duplicate key `RED`, first in line 18 [duplicate-name]",
      "  19 |       RED: { value: 2, since: v2, doc: Like the sky. }",
      "     |       ^",
    ],
  },
  {
    name: "a lost line between two structs",
    edit: ["structs.yaml", "  ckpt_hdr_thing:\n", ""],
    told: [
      "schema/structs.yaml:15:5: duplicate key `summary`, first in line 9; 2 more keys are duplicates [duplicate-key]",
      "  15 |     summary: A thing.",
      "     |     ^",
    ],
  },
  {
    name: "an octal number as in C",
    edit: ["abi.yaml", "value: 8,", "value: 010,"],
    told: [
      "schema/abi.yaml:26:22: YAML reads `010` as 10: write `0o10` for an octal number [notation]",
      "  26 |   NAME_LEN: { value: 010, doc: Room for a name. }",
      "     |                      ^",
    ],
  },
  {
    name: "an anchor",
    edit: ["structs.yaml", "summary: A thing.", "summary: &thing A thing."],
    told: [
      "schema/structs.yaml:16:14: an anchor is not allowed in the schema: remove it [notation]",
      "  16 |     summary: &thing A thing.",
      "     |              ^",
    ],
  },
  {
    name: "an alias",
    edit: ["structs.yaml", "{ type: ckpt_hdr }\n      start", "*h\n      start"],
    told: [
      "schema/structs.yaml:20:10: an alias is not allowed in the schema: write the value out [notation]",
      "  20 |       h: *h",
      "     |          ^",
    ],
  },
  {
    name: "a merge key",
    edit: ["structs.yaml", "start: { type: u64,", "start: { <<: { type: u64 },"],
    told: [
      "schema/structs.yaml:21:16: a merge key is not allowed in the schema: write the keys out [notation]",
      "  21 |       start: { <<: { type: u64 }, format: address, doc: Where it begins. }",
      "     |                ^",
    ],
  },
  {
    name: "a tag",
    edit: ["structs.yaml", "summary: A thing.", "summary: !!str A thing."],
    told: [
      "schema/structs.yaml:16:14: a tag is not allowed in the schema: remove it [notation]",
      "  16 |     summary: !!str A thing.",
      "     |              ^",
    ],
  },
  {
    name: "a directive",
    edit: ["structs.yaml", "structs:", "%YAML 1.1\n---\nstructs:"],
    told: [
      "schema/structs.yaml:1:1: a directive is not allowed in the schema [notation]",
      "  1 | %YAML 1.1",
      "    | ^",
    ],
  },
  {
    name: "a list as a key",
    edit: ["structs.yaml", "start: { type: u64,", "start: { [type]: u64,"],
    told: [
      "schema/structs.yaml:21:16: a key of the schema is a plain name [notation]",
      "  21 |       start: { [type]: u64, format: address, doc: Where it begins. }",
      "     |                ^",
    ],
  },
  {
    name: "a control character",
    edit: ["structs.yaml", "summary: A thing.", "summary: A \u0007 thing."],
    told: [
      "schema/structs.yaml:16:16: the character U+0007 is not allowed in the schema [stray-character]",
      "  16 |     summary: A \u0007 thing.",
      "     |                ^",
    ],
  },
  {
    name: "a line separator",
    edit: ["structs.yaml", "summary: A thing.", "summary: A\u2028thing."],
    told: [
      "schema/structs.yaml:16:15: the character U+2028 is not allowed in the schema [stray-character]",
      "  16 |     summary: A\u2028thing.",
      "     |               ^",
    ],
  },
  {
    name: "bytes that are not UTF-8",
    edit: ["structs.yaml", "summary: A thing.", "summary: A th\ufffdng."],
    told: [
      "schema/structs.yaml:16:18: these bytes are not UTF-8 [stray-character]",
      "  16 |     summary: A th\ufffdng.",
      "     |                  ^",
    ],
  },
];
