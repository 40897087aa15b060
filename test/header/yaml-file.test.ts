/** Editing YAML at positions: the result has the intended content, and every other character is unchanged. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { CannotImport } from "../../generator/header/import/cannot-import.js";
import { FIRST, YamlFile } from "../../generator/header/import/yaml-file.js";

/** A value as text; parts in `⟨⟩` may be removed when the mapping gets its first entry. */
const EMPTY = [
  "⟨ {}⟩",
  "⟨ { }⟩",
  "⟨ {}⟩ # none yet",
  "⟨ ⟩⟨{⟩\n    # none yet\n⟨  }⟩",
  "⟨ ⟩⟨{⟩ # none yet\n⟨    }⟩ # really",
  "\n    ⟨{}⟩",
  " &anchor⟨ {}⟩",
  " !!map⟨ {}⟩",
  "",
  " # none yet",
  "⟨ ~⟩",
  "⟨ null⟩ # none yet",
] as const;
const FULL = [
  " { a: 1 }",
  " { a: 1, b: [2, { c: 3 }], }",
  " {a: 1,b: 2}",
  " { a: 1, # one\n    b: 2 # two\n  }",
  " { a: , b: 2 }",
  ' { a: "}, {", b: 2 } # a: 3',
  "\n    a: 1\n    b: 2 # two",
  "\n    # first\n    a: 1\n    # last",
  "\n    a: |\n      text: {}\n\n    b: >-\n      more\n      text",
  "\n    a: |+\n      text\n\n    b: 2",
  "\n    a:\n      - x\n      - y: 1\n\n    b: { c: 1 }",
  "\n    &key a: 1\n    b: &value 2",
  "\n    ? a\n    : 1\n    b: 2",
] as const;

interface Document {
  /** The text with the marks. */
  readonly marked: string;
  readonly paths: readonly (readonly (string | number)[])[];
}

const value = fc.constantFrom(...EMPTY, ...FULL);
/** An empty mapping on one line within another mapping or a list. */
const inFlow = fc.constantFrom("⟨{⟩⟨}⟩", "⟨{⟩⟨ ⟩⟨}⟩", "{ a: 1 }", "{a: 1, b: 2,}", "{ a: { b: 1 } }");

const section = fc.oneof(
  {
    weight: 4,
    arbitrary: value.map((text) => ({ text: (key: string) => `  ${key}:${text}\n`, inner: [] as (string | number)[] })),
  },
  {
    weight: 1,
    arbitrary: inFlow.map((text) => ({
      text: (key: string) => `  ${key}: { x: 0, in: ${text}, y: [1] }\n`,
      inner: ["in"],
    })),
  },
  { weight: 1, arbitrary: inFlow.map((text) => ({ text: (key: string) => `  ${key}: [0, ${text}]\n`, inner: [1] })) },
  {
    weight: 1,
    arbitrary: inFlow.map((text) => ({
      text: (key: string) => `  ${key}:\n    - 0\n    -⟨ ⟩${text} # item\n`,
      inner: [1],
    })),
  },
  {
    weight: 1,
    arbitrary: value.map((text) => ({
      text: (key: string) => `  ${key}:\n    - x: 1\n      in:${text.replaceAll("\n", "\n    ")}\n`,
      inner: [0, "in"],
    })),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ text: (key: string) => `  ${key}:\n    - a: 1\n      b: 2\n    - 3\n`, inner: [0] }),
  },
);

const documents: fc.Arbitrary<Document> = fc
  .record({
    sections: fc.array(section, { minLength: 1, maxLength: 4 }),
    crlf: fc.boolean(),
    end: fc.boolean(),
    comment: fc.boolean(),
  })
  .map(({ sections, crlf, end, comment }) => {
    let marked = "# head\nroot:\n";
    const paths = sections.map(({ text, inner }, index) => {
      marked += `${comment ? `  # section ${index}\n` : ""}${text(`s${index}`)}`;
      return ["root", `s${index}`, ...inner];
    });
    if (!end) marked = marked.replace(/\n+$/, "");
    return { marked: crlf ? marked.replaceAll("\n", "\r\n") : marked, paths };
  });

interface Insertion {
  readonly section: number;
  readonly behind: string | typeof FIRST | undefined;
  readonly shape: number;
}

const insertions: fc.Arbitrary<Insertion[]> = fc.array(
  fc.record({
    section: fc.nat(3),
    behind: fc.constantFrom("a", "b", "missing", FIRST, undefined),
    shape: fc.nat(3),
  }),
  { minLength: 1, maxLength: 8 },
);

const SHAPES = [
  { lines: (key: string) => [`${key}: 1`], value: 1 },
  { lines: (key: string) => [`${key}: "u32[4]"`], value: "u32[4]" },
  { lines: (key: string) => [`${key}:`, "  value: 5", "  doc: TODO"], value: { value: 5, doc: "TODO" } },
  {
    lines: (key: string) => [`${key}:`, '  type: { x: u8, else: "u8[2]" }', "  list:", "    - one", "    - two: 2"],
    value: { type: { x: "u8", else: "u8[2]" }, list: ["one", { two: 2 }] },
  },
] as const;

/** Applies the insertions to the data of the text. */
function expected(text: string, paths: Document["paths"], list: readonly Insertion[]): unknown {
  const data: unknown = parse(text);
  for (const [index, path] of paths.entries()) {
    const own = list
      .map((insertion, number) => ({ ...insertion, key: `n${number}` }))
      .filter(({ section }) => section % paths.length === index);
    if (own.length === 0) continue;
    let parent = data as Record<string | number, unknown>;
    for (const step of path.slice(0, -1)) parent = parent[step] as typeof parent;
    const old = Object.entries((parent[path.at(-1) as string] ?? {}) as object);
    // Entries at the end follow the last key, in the order of the calls.
    const last = old.at(-1)?.[0];
    const behindOf = ({ behind }: Insertion) =>
      old.some(([key]) => key === behind) || (behind === FIRST && last !== undefined) ? behind : last;
    const at = (place: string | typeof FIRST | undefined) =>
      own.filter((insertion) => behindOf(insertion) === place).map(({ key, shape }) => [key, SHAPES[shape as 0].value]);
    parent[path.at(-1) as string] = Object.fromEntries([
      ...at(FIRST),
      ...(last === undefined ? at(undefined) : []),
      ...old.flatMap((pair) => [pair, ...at(pair[0])]),
    ]);
  }
  return data;
}

/** JSON text, which preserves the order of keys. */
const ordered = (data: unknown) => JSON.stringify(data, undefined, 1);

function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (character === part[at]) at++;
  return at === part.length;
}

test("of insertions that end at one line the innermost comes first, whatever the order of the calls", () => {
  const text = "structs:\n  one:\n    fields:\n      a: 1\n";
  const calls: readonly ((file: YamlFile) => void)[] = [
    (file) => file.addEntry(["structs"], ["two:", "  fields: {}"], "one"),
    (file) => file.addEntry(["structs", "one", "fields"], ["b: 2"], "a"),
    (file) => file.addEntry([], ["enums: {}"], "structs"),
  ];
  const wanted = `${text}      b: 2\n  two:\n    fields: {}\nenums: {}\n`;
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ]) {
    const file = new YamlFile("a.yaml", text);
    for (const index of order) calls[index]?.(file);
    expect(file.edited()).toBe(wanted);
  }
});

test("random sets of insertions into mappings of every form", () => {
  fc.assert(
    fc.property(documents, insertions, ({ marked, paths }, list) => {
      const text = marked.replace(/[⟨⟩]/g, "");
      const file = new YamlFile("a.yaml", text);
      for (const [number, { section: index, behind, shape }] of list.entries())
        file.addEntry(
          paths[index % paths.length] as (typeof paths)[number],
          SHAPES[shape as 0].lines(`n${number}`),
          behind,
        );
      const edited = file.edited();
      expect(ordered(parse(edited))).toBe(ordered(expected(text, paths, list)));
      expect(isWithin(marked.replace(/⟨[^⟩]*⟩/g, ""), edited)).toBe(true);
      if (text.includes("\r\n")) expect(edited.replaceAll("\r\n", "")).not.toContain("\n");
    }),
    { numRuns: 400 },
  );
});

describe("what cannot be edited in one place is refused with that place", () => {
  const cases: readonly (readonly [what: string, text: string, edit: (file: YamlFile) => void, message: RegExp])[] = [
    [
      "an alias",
      "a: &x\n  b: 1\nc: *x\n",
      (file) => file.addEntry(["c"], ["d: 1"]),
      /^a\.yaml:3:4: `c` is the alias `\*x`: write it out as a mapping/,
    ],
    [
      "what an alias stands for",
      "a: &x\n  b: {}\nc: *x\n",
      (file) => file.addEntry(["a", "b"], ["d: 1"]),
      /^a\.yaml:2:6: `a\/b` is used elsewhere as `\*x`: write it out in each place/,
    ],
    [
      "a value that an alias repeats",
      "a: &x 1\nc: *x\n",
      (file) => file.replaceValue(["a"], "2"),
      /^a\.yaml:1:7: `a` is used elsewhere as `\*x`/,
    ],
    ["a list", "a: [1]\n", (file) => file.addEntry(["a"], ["d: 1"]), /^a\.yaml:1:4: `a` is no mapping/],
    ["nothing", "a: 1\n", (file) => file.replaceValue(["b"], "2"), /^a\.yaml:1:1: `b` is no mapping/],
    [
      "two values for one",
      "a: 1\n",
      (file) => {
        file.replaceValue(["a"], "2");
        file.replaceValue(["a"], "3");
        file.edited();
      },
      /^a\.yaml:1:4: two changes overlap: write one of them by hand/,
    ],
    [
      "a comment on one line",
      "a: { b: 1 }\n",
      (file) => file.addEntry(["a"], ["c:", "  # so", "  d: 1"]),
      /^a\.yaml:1:4: `a` is on one line, so no comment can be inserted/,
    ],
  ];
  test.each(cases)("%s", (_, text, edit, message) => {
    const file = new YamlFile("a.yaml", text);
    expect(() => edit(file)).toThrow(CannotImport);
    expect(() => edit(new YamlFile("a.yaml", text))).toThrow(message);
  });
});

describe("keys go with their lines", () => {
  test.each([
    ["a: 1\nb: 2\nc: 3\n", "a: 1\nc: 3\n"],
    ["a: 1\nb: 2", "a: 1\n"],
    ["a: { b: 2, c: 3 }\nb: 1\n", "a: { b: 2, c: 3 }\n"],
    ["b: 1\n", "{}\n"],
  ])("%j", (text, left) => {
    const file = new YamlFile("a.yaml", text);
    file.removeKey(["b"]);
    expect(file.edited()).toBe(left);
  });

  test.each([
    ["a: { b: 2, c: 3 }\n", "a: { c: 3 }\n"],
    ["a: { c: 3, b: 2 }\n", "a: { c: 3 }\n"],
    ["a: { b: 2 }\n", "a: {  }\n"],
    ["a:\n  b: 2\n", "a:\n  {}\n"],
  ])("inside, %j", (text, left) => {
    const file = new YamlFile("a.yaml", text);
    file.removeKey(["a", "b"]);
    expect(file.edited()).toBe(left);
  });

  test("behind a dash the next key takes the place", () => {
    const file = new YamlFile("a.yaml", "- b: 1 # one\n  c: 2\n- 3\n");
    file.removeKey([0, "b"]);
    expect(parse(file.edited())).toEqual([{ c: 2 }, 3]);
  });
});
