/** Mistakes in the order of the stream, and in expressions. */
import type { Mistake } from "../mistake.js";

export const OF_GRAMMAR: readonly Mistake[] = [
  {
    name: "a record without a place",
    edit: ["grammar.yaml", "        - record: THING\n", "        - record: BOX\n"],
    told: [
      "schema/records.yaml:3:3: the record THING has no place in the stream: put it into a rule of grammar.yaml that is in use, or write `reserved: true` [unplaced-record]",
      "  3 |   THING: { number: 2, struct: ckpt_hdr_thing, summary: Carries a thing. }",
      "    |   ^",
    ],
  },
  {
    name: "a record in a rule that nothing uses",
    edit: [
      "grammar.yaml",
      "        - record: THING\n",
      "        - record: BOX\n    unused:\n      doc: Not yet in use.\n      sequence:\n        - record: THING\n",
    ],
    told: [
      "schema/records.yaml:3:3: the record THING has no place in the stream: put it into a rule of grammar.yaml that is in use, or write `reserved: true` [unplaced-record]",
      "  3 |   THING: { number: 2, struct: ckpt_hdr_thing, summary: Carries a thing. }",
      "    |   ^",
    ],
  },
  {
    name: "a record in versions in which it has no number",
    edit: ["records.yaml", "THING: { number: 2, ", "THING: { number: 2, since: v2, "],
    told: [
      "schema/grammar.yaml:16:11: the stream has THING in v1/tiny32 and 1 more, where it has no number: limit it by `since`, `until` or `arches`, as its number is [unnumbered-record]",
      "  16 |         - record: THING",
      "     |           ^",
    ],
  },
  {
    name: "an unknown record",
    edit: ["grammar.yaml", "- record: HEADER", "- record: HEADR"],
    told: [
      "schema/grammar.yaml:8:19: unknown record `HEADR`: did you mean `HEADER`? [unknown-record]",
      "  8 |         - record: HEADR",
      "    |                   ^",
    ],
  },
  {
    name: "an unknown rule",
    edit: ["grammar.yaml", "- rule: thing", "- rule: things"],
    told: [
      "schema/grammar.yaml:9:17: unknown rule `things`: did you mean `thing`? [unknown-rule]",
      "  9 |         - rule: things",
      "    |                 ^",
    ],
  },
  {
    name: "an unknown first rule",
    edit: ["grammar.yaml", "start: image", "start: imag"],
    told: [
      "schema/grammar.yaml:3:10: unknown rule `imag`: did you mean `image`? [unknown-rule]",
      "  3 |   start: imag",
      "    |          ^",
    ],
  },
  {
    name: "an unknown object type",
    edit: ["grammar.yaml", "- ref: BOX", "- ref: BOY"],
    told: [
      "schema/grammar.yaml:14:16: unknown object type `BOY`: did you mean `BOX`? [unknown-object]",
      "  14 |         - ref: BOY",
      "     |                ^",
    ],
  },
  {
    name: "the body of an unknown object type",
    edit: ["grammar.yaml", "    BOX:\n", "    BOY:\n"],
    told: [
      "schema/grammar.yaml:18:5: unknown object type `BOY`: did you mean `BOX`? [unknown-object]",
      "  18 |     BOY:",
      "     |     ^",
    ],
  },
  {
    name: "an unknown field",
    edit: ["grammar.yaml", "repeat: HEADER.nr_things", "repeat: HEADER.nr_thing"],
    told: [
      "schema/grammar.yaml:10:19: unknown field `HEADER.nr_thing`: did you mean `HEADER.nr_things`? [unknown-field]",
      "  10 |           repeat: HEADER.nr_thing",
      "     |                   ^",
    ],
  },
  {
    name: "an unknown record in an expression",
    edit: ["grammar.yaml", "repeat: HEADER.nr_things", "repeat: HEDER.nr_things"],
    told: [
      "schema/grammar.yaml:10:19: unknown record `HEDER`: did you mean `HEADER`? [unknown-record]",
      "  10 |           repeat: HEDER.nr_things",
      "     |                   ^",
    ],
  },
  {
    name: "a field without its record",
    edit: ["grammar.yaml", "repeat: HEADER.nr_things", "repeat: nr_things"],
    told: [
      "schema/grammar.yaml:10:19: unknown field `nr_things`: the only one is `HEADER.nr_things` [unknown-field]",
      "  10 |           repeat: nr_things",
      "     |                   ^",
    ],
  },
  {
    name: "an unknown constant",
    edit: ["grammar.yaml", "HEADER.nr_things > 0", "HEADER.nr_things > NAME_LN"],
    told: [
      "schema/grammar.yaml:15:17: unknown constant `NAME_LN`: did you mean `NAME_LEN`? [unknown-constant]",
      "  15 |           when: HEADER.nr_things > NAME_LN",
      "     |                 ^",
    ],
  },
  {
    name: "a missing operand",
    edit: ["grammar.yaml", "HEADER.nr_things > 0", "HEADER.nr_things >"],
    told: [
      "schema/grammar.yaml:15:17: cannot read `HEADER.nr_things >`: nothing follows `>` [bad-expression]",
      "  15 |           when: HEADER.nr_things >",
      "     |                 ^",
    ],
  },
  {
    name: "a missing operator",
    edit: ["grammar.yaml", "HEADER.nr_things > 0", "HEADER.nr_things 0"],
    told: [
      "schema/grammar.yaml:15:17: cannot read `HEADER.nr_things 0`: an operator is missing [bad-expression]",
      "  15 |           when: HEADER.nr_things 0",
      "     |                 ^",
    ],
  },
  {
    name: "an assignment",
    edit: ["grammar.yaml", "HEADER.nr_things > 0", "HEADER.nr_things = 0"],
    told: [
      "schema/grammar.yaml:15:17: cannot read `HEADER.nr_things = 0`: `==` compares, not `=` [bad-expression]",
      "  15 |           when: HEADER.nr_things = 0",
      "     |                 ^",
    ],
  },
  {
    name: "an open parenthesis",
    edit: ["grammar.yaml", "HEADER.nr_things > 0", "(HEADER.nr_things > 0"],
    told: [
      "schema/grammar.yaml:15:17: cannot read `(HEADER.nr_things > 0`: `(` is not closed [bad-expression]",
      "  15 |           when: (HEADER.nr_things > 0",
      "     |                 ^",
    ],
  },
  {
    name: "an operator that is none",
    edit: ["grammar.yaml", "HEADER.nr_things > 0", "HEADER.nr_things | 1"],
    told: [
      "schema/grammar.yaml:15:17: cannot read `HEADER.nr_things | 1`: `|` is not one of the operators ! == != < > <= >= && || + - * / % & [bad-expression]",
      "  15 |           when: HEADER.nr_things | 1",
      "     |                 ^",
    ],
  },
  {
    name: "a function that is none",
    edit: ["grammar.yaml", "HEADER.nr_things > 0", "seen(HEADER.nr_things)"],
    told: [
      "schema/grammar.yaml:15:17: cannot read `seen(HEADER.nr_things)`: the functions are `unseen` and `sum` [bad-expression]",
      "  15 |           when: seen(HEADER.nr_things)",
      "     |                 ^",
    ],
  },
  {
    name: "a function without its argument",
    edit: ["grammar.yaml", "HEADER.nr_things > 0", "unseen()"],
    told: [
      "schema/grammar.yaml:15:17: cannot read `unseen()`: `unseen` takes one argument [bad-expression]",
      "  15 |           when: unseen()",
      "     |                 ^",
    ],
  },
  {
    name: "an index",
    edit: ["grammar.yaml", "HEADER.nr_things > 0", "HEADER[0] == 1"],
    told: [
      "schema/grammar.yaml:15:17: cannot read `HEADER[0] == 1`: a field is named by names and dots [bad-expression]",
      "  15 |           when: HEADER[0] == 1",
      "     |                 ^",
    ],
  },
  {
    name: "a text in an expression",
    edit: ["grammar.yaml", "HEADER.nr_things > 0", "HEADER.nr_things == 'many'"],
    told: [
      "schema/grammar.yaml:15:17: cannot read `HEADER.nr_things == 'many'`: `'many'` is not an integer [bad-expression]",
      "  15 |           when: HEADER.nr_things == 'many'",
      "     |                 ^",
    ],
  },
  {
    name: "an empty expression",
    edit: ["grammar.yaml", "HEADER.nr_things > 0", '""'],
    told: [
      "schema/grammar.yaml:15:17: cannot read ``: it is empty [bad-expression]",
      '  15 |           when: ""',
      "     |                 ^",
    ],
  },
  {
    name: "true instead of an expression",
    edit: ["grammar.yaml", "HEADER.nr_things > 0", "true"],
    told: [
      "schema/grammar.yaml:15:17: `when` is the value `true`: expected a text or an integer [bad-value]",
      "  15 |           when: true",
      "     |                 ^",
    ],
  },
  {
    name: "an unknown name of no record",
    edit: [
      "grammar.yaml",
      "      sequence:\n        - ref: BOX",
      '      sequence:\n        - record: ""\n        - ref: BOX',
    ],
    told: [
      "schema/grammar.yaml:14:19: unknown record ``: it is one of `HEADER`, `THING`, `BOX`, `OBJREF` [unknown-record]",
      '  14 |         - record: ""',
      "     |                   ^",
    ],
  },
  {
    name: "a rule that comes back to itself",
    edit: ["grammar.yaml", "        - record: THING", "        - rule: thing"],
    told: [
      "schema/grammar.yaml:11:5: the rule `thing` refers to itself without a record in between: put a record first [endless-rule]",
      "  11 |     thing:",
      "     |     ^",
    ],
  },
];
