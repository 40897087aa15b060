/** Changes of numbers, records, objects, the grammar and architectures in released versions, and whom they affect. */
import { describe, expect, it } from "vitest";
import { type Edit, edited } from "../generator/mistake.js";
import { SMALL_SCHEMA } from "../generator/small-schema.js";
import { afterEdits, brief, compared, printed, V3 } from "./compared.js";

const ALL = "every released version, v1..v2";

interface Case {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly told: readonly string[];
}

const NUMBERS: readonly Case[] = [
  {
    name: "another value of an enumerator",
    edits: [["enums.yaml", "RED: { value: 1", "RED: { value: 3"]],
    told: [`images ${ALL}: RED: value 1 → 3`],
  },
  {
    name: "an enumerator that is new, since readers of these versions do not know it",
    edits: [["enums.yaml", "RED: {", "GREEN: { value: 7, doc: Like grass. }\n      RED: {"]],
    told: [`readers ${ALL}: GREEN: is new (7)`],
  },
  {
    name: "an enumerator that is gone",
    edits: [["enums.yaml", "      RED: { value: 1, doc: Like blood. }\n", ""]],
    told: [`readers ${ALL}: RED: was removed (it was 1)`],
  },
  {
    name: "another name of an enumerator",
    edits: [["enums.yaml", "RED: {", "CRIMSON: {"]],
    told: [`readers ${ALL}: CRIMSON: C name RED → CRIMSON`],
  },
  {
    name: "values that become masks",
    edits: [["enums.yaml", "summary: Colours of a thing.", "summary: Colours of a thing.\n    bits: true"]],
    told: [`images ${ALL}: color: values are plain values or bit numbers → masks`],
  },
  {
    name: "numbers that are given to other headers",
    edits: [["enums.yaml", "summary: Colours of a thing.", "summary: Colours of a thing.\n    external: kernel"]],
    told: [
      `readers ${ALL}: RED: defined by the checkpoint headers → other headers`,
      "readers v2 on tiny32, tiny64: BLUE: defined by the checkpoint headers → other headers",
    ],
  },
  {
    name: "a constant of another name",
    edits: [
      ["abi.yaml", "  NAME_LEN: {", "  NAME_SIZE: {"],
      ["structs.yaml", "NAME_LEN", "NAME_SIZE"],
    ],
    told: [`readers ${ALL}: NAME_LEN: was removed (it was 8)`, `readers ${ALL}: NAME_SIZE: is new (8)`],
  },
];

const RECORDS: readonly Case[] = [
  {
    name: "another number, in the version where it differs",
    edits: [["records.yaml", "number: { v1: 3, v2: 4 }", "number: 4"]],
    told: ["images v1 on tiny32, tiny64: record BOX: number 3 → 4"],
  },
  {
    name: "a record that is new; the sentinel that follows from it is not told",
    edits: [["records.yaml", "  OBJREF", "  NEW: { number: 9, struct: ckpt_hdr, summary: New. }\n  OBJREF"]],
    told: [`readers ${ALL}: record NEW: is new (number 9)`],
  },
  {
    name: "a record that is gone in a version",
    edits: [["records.yaml", "  THING: {", "  THING: { until: v2,"]],
    told: ["images v2 on tiny32, tiny64: record THING: was removed (it was number 2)"],
  },
  {
    name: "another name, also where the grammar says it",
    edits: [
      ["records.yaml", "  THING: {", "  ITEM: {"],
      ["grammar.yaml", "record: THING", "record: ITEM"],
    ],
    told: [`readers ${ALL}: record ITEM: C name CKPT_HDR_THING → CKPT_HDR_ITEM`],
  },
  {
    name: "another struct",
    edits: [["records.yaml", "struct: ckpt_hdr, ", "struct: ckpt_hdr_header, "]],
    told: [`images ${ALL}: record OBJREF: content struct ckpt_hdr → struct ckpt_hdr_header`],
  },
  {
    name: "a payload, and bytes behind the record",
    edits: [
      ["records.yaml", "struct: ckpt_hdr, ", "struct: ckpt_hdr, payload: { kind: bytes }, "],
      ["records.yaml", "BOX: { number: {", "BOX: { raw: { length: nr_places * 2, doc: Some bytes. }, number: {"],
    ],
    told: [
      `images ${ALL}: record BOX: bytes after it none → nr_places * 2`,
      `images ${ALL}: record OBJREF: payload none → bytes`,
      `documentation ${ALL}: record BOX: raw reworded`,
    ],
  },
  {
    name: "a record that is only reserved now",
    edits: [["records.yaml", "THING: { number", "THING: { reserved: true, number"]],
    told: [`images ${ALL}: record THING: in use → reserved`],
  },
  {
    name: "an object of another number, framing and record",
    edits: [["records.yaml", "BOX: { number: 1, principal: BOX", "BOX: { number: 2, framed: false, principal: THING"]],
    told: [
      `images ${ALL}: object BOX: number 1 → 2`,
      `images ${ALL}: object BOX: framed true → false`,
      `images ${ALL}: object BOX: principal record BOX → THING`,
    ],
  },
];

const HEADER_AND_THINGS = "        - record: HEADER\n        - rule: thing";

const GRAMMAR: readonly Case[] = [
  {
    name: "a record more, and where",
    edits: [["grammar.yaml", HEADER_AND_THINGS, HEADER_AND_THINGS.replace("\n", "\n        - record: OBJREF\n")]],
    told: [`images ${ALL}: rule image: after record HEADER: nothing → record OBJREF`],
  },
  {
    name: "a record more that may be missing: old images fit as they did",
    edits: [
      [
        "grammar.yaml",
        HEADER_AND_THINGS,
        HEADER_AND_THINGS.replace("\n", "\n        - record: OBJREF\n          optional: true\n"),
      ],
    ],
    told: [`readers ${ALL}: rule image: after record HEADER: nothing → record OBJREF (optional)`],
  },
  {
    name: "another condition",
    edits: [["grammar.yaml", "when: HEADER.nr_things > 0", "when: HEADER.nr_things > 1"]],
    told: [
      `images ${ALL}: rule thing: at its start: ref BOX (when HEADER.nr_things > 0) → ref BOX (when HEADER.nr_things > 1)`,
    ],
  },
  {
    name: "another repetition",
    edits: [["grammar.yaml", "repeat: HEADER.nr_things", "repeat: any"]],
    told: [
      `images ${ALL}: rule image: after record HEADER: rule thing (repeat HEADER.nr_things) → rule thing (repeat any)`,
    ],
  },
  {
    name: "a record less at the end",
    edits: [["grammar.yaml", "        - record: THING\n", ""]],
    told: [`images ${ALL}: rule thing: after ref BOX (when HEADER.nr_things > 0): record THING → the end`],
  },
  {
    name: "what follows an object",
    edits: [["grammar.yaml", "        - record: BOX\n", "        - record: BOX\n        - record: THING\n"]],
    told: [`images ${ALL}: body BOX: after record BOX: nothing → record THING`],
  },
  {
    name: "what may stand anywhere",
    edits: [["grammar.yaml", "  start: image\n", "  start: image\n  anywhere:\n    - record: OBJREF\n"]],
    told: [`readers ${ALL}: anywhere: at its start: nothing → record OBJREF`],
  },
  {
    name: "another label",
    edits: [["grammar.yaml", "        - record: THING\n", "        - record: THING\n          as: it\n"]],
    told: [`readers ${ALL}: rule thing: label record THING → record THING as it`],
  },
  {
    name: "another name of a rule, told once",
    edits: [
      ["grammar.yaml", "rule: thing", "rule: item"],
      ["grammar.yaml", "    thing:", "    item:"],
    ],
    told: [`readers ${ALL}: rule item: name rule thing → rule item`],
  },
];

const ARCHES: readonly Case[] = [
  {
    name: "another byte order and word size",
    edits: [["abi.yaml", "bits: 64\n    endian: little", "bits: 32\n    endian: big"]],
    told: [
      "images v1..v2 on tiny64: architecture tiny64: word size 64 bits → 32 bits",
      "images v1..v2 on tiny64: architecture tiny64: byte order little-endian → big-endian",
    ],
  },
  {
    name: "another alignment of 64-bit members",
    edits: [["abi.yaml", "align64: 4", "align64: 8"]],
    told: [
      "images v1..v2 on tiny32: architecture tiny32: alignment of 64-bit members 4 → 8",
      "readers v1..v2 on tiny32: ckpt_hdr_thing: alignment 4 → 8",
    ],
  },
  {
    name: "another usual page size; one more is only documentation",
    edits: [["abi.yaml", "[4096]\n    doc: A small", "[65536, 4096]\n    doc: A small"]],
    told: [
      "images v1..v2 on tiny32: architecture tiny32: usual page size 4096 → 65536",
      "documentation v1..v2 on tiny32: architecture tiny32: now has page size 65536",
    ],
  },
  {
    name: "an architecture that is gone from a version",
    edits: [["abi.yaml", "[v1, v2]\n    id: CKPT_ARCH_TINY64", "[v1, v1]\n    id: CKPT_ARCH_TINY64"]],
    told: ["images v2 on tiny64: architecture tiny64: was removed from these versions"],
  },
];

describe.each([
  ["numbers", NUMBERS],
  ["records and objects", RECORDS],
  ["the grammar", GRAMMAR],
  ["architectures", ARCHES],
] as const)("%s", (_, cases) => {
  it.each(cases)("$name", ({ edits, told }) => {
    expect(brief(afterEdits(...edits))).toEqual(told);
  });
});

describe("what other headers define", () => {
  const external: Edit = [
    "enums.yaml",
    "  color:\n",
    "  shape:\n    external: kernel\n    summary: Shapes.\n    values:\n      ROUND: { value: 1, doc: Like a ball. }\n  color:\n",
  ];

  it("may get more names, and its values are described anew for readers only", () => {
    expect(brief(afterEdits(external))).toEqual([`documentation ${ALL}: ROUND: is new (1)`]);
    const before = edited(SMALL_SCHEMA, external);
    const after = edited(before, ["enums.yaml", "ROUND: { value: 1", "ROUND: { value: 2"]);
    expect(brief(compared(before, after))).toEqual([`readers ${ALL}: ROUND: value 1 → 2`]);
  });
});

describe("documentation only", () => {
  it("is one line per thing, with old and new where they are short", () => {
    const report = afterEdits(
      [
        "structs.yaml",
        "at: { type: u32, doc: Its",
        "at: { type: u32, unit: entries, format: hex, enum: color, doc: The",
      ],
      ["structs.yaml", "A place in a box.", "A spot in a box."],
      ["grammar.yaml", "A whole image.", "All of an image."],
      ["grammar.yaml", "Records follow", "They follow"],
      ["abi.yaml", "The first one.", "The oldest one."],
      ["abi.yaml", "Both machines", "The machines"],
      ["abi.yaml", "A small machine", "A tiny machine"],
      ["records.yaml", "Carries a thing.", "Has a thing."],
      ["enums.yaml", "Like blood", "As blood"],
    );
    expect(brief(report)).toEqual([
      "documentation: version v1: summary reworded",
      "documentation v1..v2 on tiny32: architecture tiny32: doc reworded",
      "documentation: family tiny: doc reworded",
      `documentation ${ALL}: RED: doc reworded`,
      "documentation: grammar: framing reworded",
      `documentation ${ALL}: rule image: doc reworded`,
      `documentation ${ALL}: record THING: summary reworded`,
      `documentation ${ALL}: ckpt_place: summary reworded`,
      `documentation ${ALL}: ckpt_place.at: doc reworded, unit none → entries, format none → hex, enum none → color`,
    ]);
    expect(report.breaking).toBe(0);
    expect(report.summary).toBe("v1..v2: nothing breaking, 9 changes of documentation only");
  });
});

describe("a new version", () => {
  it("is free to differ, in the stream too", () => {
    const report = afterEdits(
      ...V3,
      [
        "grammar.yaml",
        HEADER_AND_THINGS,
        HEADER_AND_THINGS.replace("\n", "\n        - record: OBJREF\n          since: v3\n"),
      ],
      ["records.yaml", "THING: { number: 2", "THING: { number: { v1: 2, v3: 7 }"],
      ["enums.yaml", "RED: {", "GREEN: { value: 7, since: v3, doc: Like grass. }\n      RED: {"],
      [
        "grammar.yaml",
        "    thing:\n",
        "    later:\n      doc: Used by nothing old.\n      sequence:\n        - record: BOX\n    thing:\n",
      ],
    );
    expect(printed(report)).toEqual(["new version v3 on tiny32, tiny64: free to differ", "v1..v2: nothing changed"]);
  });

  it("is named in the advice", () => {
    const report = afterEdits(...V3, ["structs.yaml", "at: { type: u32", "at: { type: s32"]);
    expect(printed(report)).toEqual([
      "schema/structs.yaml:38:13: breaking: old images unreadable: ckpt_place.at: type u32 → s32",
      "    every released version, v1..v2",
      "    images already written under these versions would be decoded differently; give the change a new version instead: `type: { v1: u32, v3: s32 }`",
      "new version v3 on tiny32, tiny64: free to differ",
      "v1..v2: 1 breaking change (1 for old images, 0 for old readers), 0 changes of documentation only",
    ]);
  });
});

describe("what has vanished", () => {
  it("is shown where it stood, with what was said about it", () => {
    const report = afterEdits(["enums.yaml", "      RED: { value: 1, doc: Like blood. }\n", ""]);
    expect(printed(report)[0]).toBe(
      "schema/enums.yaml:15:3: breaking: old readers broken: RED: was removed (it was 1)",
    );
    const constant = afterEdits(
      ["abi.yaml", "  NAME_LEN: { value: 8, doc: Room for a name. }", "  OTHER: { value: 1, doc: Another one. }"],
      ["structs.yaml", "char[NAME_LEN]", "char[8]"],
    );
    expect(printed(constant)[0]).toBe(
      "schema/abi.yaml:26:3 at v1.0: breaking: old readers broken: NAME_LEN: was removed (it was 8)",
    );
  });
});
