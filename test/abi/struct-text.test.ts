/** Exact text of the pahole-like table, for a struct that no header has. */
import pc from "picocolors";
import { expect, test } from "vitest";
import type { ShownStruct } from "../../tools/abi/show.js";
import { structText } from "../../tools/cli/print/abi/struct.js";

const plain = pc.createColors(false);

const SAMPLE: ShownStruct = {
  name: "ckpt_sample",
  doc: "A sample.",
  purpose: "Shows every kind of line.",
  confidence: "inferred",
  note: { since: "v17", text: "It has a union." },
  records: [
    { record: "CKPT_HDR_SAMPLE", number: 901 },
    { record: "CKPT_HDR_FILE", number: 304, when: "f_type == CKPT_FILE_SAMPLE" },
    { record: "CKPT_HDR_ARRAY", number: 902, payload: true },
  ],
  since: "v16",
  until: "v20-a",
  reference: "structs/ckpt_sample.html#v19/x86_32",
  layout: "v17..v19",
  size: 40,
  align: 8,
  padding: [
    { offset: 10, size: 6, before: "(anonymous union)" },
    { offset: 36, size: 4, trailing: true },
  ],
  members: [
    { name: "h", offset: 0, size: 8, c: "struct ckpt_hdr", type: "struct ckpt_hdr", doc: "Header." },
    {
      name: "arch_id",
      offset: 8,
      size: 2,
      c: "__u16",
      type: "u16",
      width: "le16",
      doc: "Architecture.",
      enum: "arch_id",
      since: "v17",
      until: "v20-a",
      note: { since: "v17", text: "New." },
      confidence: "general",
    },
    {
      name: null,
      key: "address",
      offset: 16,
      size: 16,
      c: "union",
      kind: "union",
      doc: "One of two.",
      padding: [{ offset: 12, size: 4, trailing: true }],
      members: [
        {
          name: "inet",
          offset: 0,
          size: 12,
          c: "struct",
          kind: "struct",
          doc: "An address.",
          padding: [{ offset: 1, size: 3, before: "words" }],
          members: [
            { name: "flag", offset: 0, size: 1, c: "__u8", type: "u8", doc: "Bits.", flags: "sample_flags" },
            {
              name: "words",
              offset: 4,
              size: 8,
              c: "__be32",
              type: "be32",
              dims: [2],
              element_size: 4,
              doc: "Words.",
              unit: "bytes",
            },
          ],
        },
        { name: "magic", offset: 0, size: 8, c: "__u64", type: "u64", doc: "Magic.", const: 2778n, format: "hex" },
      ],
    },
    {
      name: "ref",
      key: "objref",
      offset: 32,
      size: 4,
      c: "__s32",
      type: "s32",
      doc: "The file.",
      refers: ["FILE", "TTY"],
    },
    {
      name: "tail",
      offset: 36,
      size: 0,
      c: "struct ckpt_sigaction",
      type: "struct ckpt_sigaction",
      dims: [0],
      flexible: true,
      element_size: 32,
      doc: "",
    },
  ],
};

test("docs beside the table where there is room", () => {
  expect(structText(SAMPLE, "v19/x86_32", plain, 120)).toBe(`/*
 * A sample.
 *
 * Shows every kind of line.
 *
 * Record CKPT_HDR_SAMPLE (901).
 * Record CKPT_HDR_FILE (304) when f_type == CKPT_FILE_SAMPLE.
 * Element of the array in record CKPT_HDR_ARRAY (902).
 * Present since v16, gone in v20-a. Layout on x86_32: v17..v19.
 * From v17 on: It has a union.
 * Confidence: inferred.
 * Reference: structs/ckpt_sample.html#v19/x86_32
 */
struct ckpt_sample {                 /* offset  size */
    struct ckpt_hdr       h;         /*      0     8 */  Header.
    __u16                 arch_id;   /*      8     2 */  Architecture. Values: arch_id. Stored as le16. Since v17. Gone
                                                         in v20-a. From v17 on: New. (general)
    /* XXX 6 bytes hole */
    union {
        struct {
            __u8          flag;      /*     16     1 */  Bits. Bits: sample_flags.
            /* XXX 3 bytes hole */
            __be32        words[2];  /*     20     8 */  Words. In bytes.
        } inet;                      /*     16    12 */  An address.
        __u64             magic;     /*     16     8 */  Magic. Always 0x0000000000000ada.
        /* XXX 4 bytes padding */
    };                               /*     16    16 */  One of two.
    __s32                 ref;       /*     32     4 */  The file. Number of an object of type FILE or TTY. Later named
                                                         objref.
    struct ckpt_sigaction tail[];    /*     36     0 */

    /* size: 40, align: 8, members: 5, holes: 1, sum holes: 6, padding: 4 */
};
`);
});

test("docs below the fields where there is none", () => {
  const lines = structText(SAMPLE, "v19/x86_32", plain, 80).split("\n");
  const at = lines.findIndex((line) => line.includes("arch_id;"));
  expect(lines.slice(at, at + 4)).toEqual([
    "    __u16                 arch_id;   /*      8     2 */",
    "            Architecture. Values: arch_id. Stored as le16. Since v17. Gone in",
    "            v20-a. From v17 on: New. (general)",
    "    /* XXX 6 bytes hole */",
  ]);
  expect(lines.every((line) => line.length <= 80)).toBe(true);
});

test("colours change nothing but colours", () => {
  const coloured = structText(SAMPLE, "v19/x86_32", pc.createColors(true), 120);
  expect(coloured).not.toBe(structText(SAMPLE, "v19/x86_32", plain, 120));
  expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(structText(SAMPLE, "v19/x86_32", plain, 120));
});
