/** Kernel structs as elements of payloads: the sizes that the schema has to state. */
import { describe, expect, it } from "vitest";
import type { StructDescriptor } from "../../runtime/index.js";
import { compile, type Edit, edited, told } from "./mistake.js";
import { SMALL_SCHEMA } from "./small-schema.js";

const PLACE = "  ckpt_place:\n";

const STRUCT = `  lock:
    summary: A lock of the kernel.
    purpose: A tool shows who holds it.
    external: kernel
    private: { doc: Who waits for it., sizes: { 2.6.1: 0, 2.6.20: 2 * word_size } }
    fields:
      owner: { type: s32, doc: Who holds it. }
`;

/** The small schema with a payload of kernel structs. */
const SCHEMA = edited(
  SMALL_SCHEMA,
  ["structs.yaml", PLACE, `${STRUCT}${PLACE}`],
  [
    "records.yaml",
    "  OBJREF:",
    "  LOCKS: { number: 6, summary: Locks., payload: { kind: array, of: lock, count: HEADER.nr_things, doc: Locks. } }\n  OBJREF:",
  ],
  ["grammar.yaml", "        - record: THING\n", "        - record: THING\n        - record: LOCKS\n"],
);

function headlines(...edits: readonly Edit[]): string[] {
  return told(edited(SCHEMA, ...edits)).filter((line) => line.startsWith("schema/"));
}

describe("a struct of the kernel in a payload", () => {
  it("is sound with the sizes of the kernels, or with a reason for one size", () => {
    expect(compile(SCHEMA).problems).toEqual([]);
    expect(
      headlines(["structs.yaml", /private: .*/.exec(STRUCT)?.[0] ?? "", "fixed_size: It has none but one."]),
    ).toEqual([]);
  });

  it("has its sizes in the descriptor", () => {
    const { files } = compile(SCHEMA);
    const [, text = ""] = [...files].find(([name]) => name.endsWith("descriptors/lock.ts")) ?? [];
    const sizes: NonNullable<StructDescriptor["private"]>["sizes"] = [
      ["2.6.1", 0],
      ["2.6.20", ["*", 2, ["variable", "word_size"]]],
    ];
    const flat = text.replace(/\s+/g, "").replace(/,(?=[\]}])/g, "");
    expect(flat).toContain(`sizes:${JSON.stringify(sizes)}`);
  });

  it.each<[string, Edit, string]>([
    [
      "without a word about its size",
      ["structs.yaml", "    private: { doc: Who waits for it., sizes: { 2.6.1: 0, 2.6.20: 2 * word_size } }\n", ""],
      "images hold lock exactly as kernel memory has it, but it has neither `private` nor `fixed_size`: add `private` with the sizes of the kernels, or `fixed_size` with a reason [size-of-kernel-struct]",
    ],
    [
      "whose number is not known",
      ["records.yaml", ", count: HEADER.nr_things", ""],
      "the size of a lock follows from the number of elements, but this payload has no `count`: add `count`: the field that holds the number [private-without-count]",
    ],
    [
      "that is none of the kernel",
      ["structs.yaml", "    external: kernel\n    private", "    private"],
      "lock is not a struct of the kernel: say `external: kernel`, or describe all fields [private-part]",
    ],
    [
      "with kernels in the wrong order",
      ["structs.yaml", "2.6.1: 0, 2.6.20", "2.6.20: 0, 2.6.3"],
      "2.6.3 comes after 2.6.20, which is not older: sort the releases from old to new [private-part]",
    ],
    [
      "with a size that depends on more than the word size",
      ["structs.yaml", "2 * word_size", "2 * NAME_LEN"],
      "the size is not a number of bytes: write numbers and `word_size` only [private-part]",
    ],
    [
      "with a field that is called as what is behind the fields",
      ["structs.yaml", "      owner: {", "      private: {"],
      "JSON texts of images use the key `private` for the bytes after the fields: choose another key [private-part]",
    ],
    [
      "within another struct",
      ["structs.yaml", "      at: { type: u32, doc: Its number. }", "      at: { type: lock, doc: Its lock. }"],
      "lock has no size of its own, so no struct can contain it: describe the bytes [private-part]",
    ],
  ])("%s is refused", (_, edit, message) => {
    const [headline, ...others] = headlines(edit);
    expect(headline?.replace(/^\S+ /, "")).toBe(message);
    expect(others).toEqual([]);
  });
});
