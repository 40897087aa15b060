/** The layout rules of C, for small structs on three architectures that differ in word size, alignment and byte order. */
import { describe, expect, it } from "vitest";
import { type DistinctLayout, type Layout, layOut } from "../../generator/layout.js";
import { load } from "../../generator/load/index.js";
import { resolve } from "../../generator/resolve/index.js";
import { JSON_SCHEMA } from "./mistake.js";

const ARCHES = {
  i386: { bits: 32, endian: "little", align64: 4 },
  x86_64: { bits: 64, endian: "little", align64: 8 },
  s390: { bits: 32, endian: "big", align64: 8 },
} as const;
type ArchId = keyof typeof ARCHES;

const ABI = `
versions:
  v1: { date: 2009-01-01, evidence: Made up., summary: The first one. }
  v2: { date: 2010-01-01, evidence: Made up., summary: The second one. }
arches:
${Object.entries(ARCHES)
  .map(
    ([id, { bits, endian, align64 }]) =>
      `  ${id}: { family: ${id}, bits: ${bits}, endian: ${endian}, align64: ${align64}, versions: [v1, v2], page_sizes: [4096], doc: A machine. }`,
  )
  .join("\n")}
families: { i386: { doc: One. }, x86_64: { doc: Two. }, s390: { doc: Three. } }
constants:
  LEN: { value: { v1: 4, v2: 6 }, doc: A length. }
grammar: { start: image, rules: { image: { doc: Nothing., sequence: [] } }, bodies: {} }
`;

/** Lays out structs, each given as its fields in YAML and, after a bar, its own attributes. */
function lay(structs: Readonly<Record<string, string>>): (name: string, arch: ArchId, version?: string) => Layout {
  const layouts = distinct(structs);
  return (name, arch, version = "v2") => {
    const found = layouts(name).find(({ abis }) => abis.some((abi) => abi.name === `${version}/${arch}`));
    if (!found) throw new Error(`${name} has no layout in ${version}/${arch}`);
    return found.layout;
  };
}

function distinct(structs: Readonly<Record<string, string>>): (name: string) => readonly DistinctLayout[] {
  const texts = Object.entries(structs).map(([name, text]) => {
    const [fields, attributes = ""] = text.split("|");
    return `  ${name}: { summary: For tests., purpose: For tests., fields: { ${fields} }, ${attributes} }\n`;
  });
  const loaded = load([{ file: "schema/abi.yaml", text: `${ABI}structs:\n${texts.join("")}` }], JSON_SCHEMA);
  const { model, structs: table, problems } = resolve(loaded.documents);
  const layouts = layOut(model, table);
  expect([...loaded.problems, ...problems, ...layouts.problems].filter(({ rule }) => rule !== "undocumented")).toEqual(
    [],
  );
  return (name) => [...layouts.distinct].find(([struct]) => struct.key === name)?.[1] ?? [];
}

/** A layout as text: `a@0+4 b@8+8 =16/8` has members with offset and size, then size and alignment of the whole; nested ones are in parentheses. */
function shape({ members, size, align }: Layout): string {
  const parts = members.map(({ name, field, offset, size: bytes, type, flexible }) => {
    const inner = type.kind === "struct" || type.kind === "union" ? `(${shape(type.layout)})` : "";
    return `${name ?? `<${field.key}>`}@${offset}+${flexible ? "flexible" : bytes}${inner}`;
  });
  return [...parts, `=${size}/${align}`].join(" ");
}

/** Shapes on all three architectures. */
function shapes(structs: Readonly<Record<string, string>>, name: string): Record<ArchId, string> {
  const layout = lay(structs);
  return {
    i386: shape(layout(name, "i386")),
    x86_64: shape(layout(name, "x86_64")),
    s390: shape(layout(name, "s390")),
  };
}

const everywhere = (text: string): Record<ArchId, string> => ({ i386: text, x86_64: text, s390: text });

describe("scalars", () => {
  it("have the alignment of their width", () => {
    expect(
      shapes({ a: "a: { type: u8 }, b: { type: u16 }, c: { type: u8 }, d: { type: u32 }, e: { type: be16 }" }, "a"),
    ).toEqual(everywhere("a@0+1 b@2+2 c@4+1 d@8+4 e@12+2 =16/4"));
  });

  it("of 64 bits are aligned to 4 on i386 and to 8 elsewhere", () => {
    expect(shapes({ a: "a: { type: u32 }, b: { type: u64 }, c: { type: u32 }" }, "a")).toEqual({
      i386: "a@0+4 b@4+8 c@12+4 =16/4",
      x86_64: "a@0+4 b@8+8 c@16+4 =24/8",
      s390: "a@0+4 b@8+8 c@16+4 =24/8",
    });
    expect(shapes({ a: "a: { type: u8 }, b: { type: f64 }" }, "a")).toEqual({
      i386: "a@0+1 b@4+8 =12/4",
      x86_64: "a@0+1 b@8+8 =16/8",
      s390: "a@0+1 b@8+8 =16/8",
    });
  });

  it("differ where the schema says so", () => {
    expect(shapes({ a: "a: { type: { x86_64: u64, else: u32 } }, b: { type: u8 }" }, "a")).toEqual({
      i386: "a@0+4 b@4+1 =8/4",
      x86_64: "a@0+8 b@8+1 =16/8",
      s390: "a@0+4 b@4+1 =8/4",
    });
  });
});

describe("aligned(8)", () => {
  it("on a member moves it and raises the alignment of the struct", () => {
    expect(shapes({ a: "a: { type: u32 }, b: { type: u64, aligned: 8 }" }, "a")).toEqual(
      everywhere("a@0+4 b@8+8 =16/8"),
    );
    expect(shapes({ a: "a: { type: u32 }, b: { type: u8, aligned: 8 }, c: { type: u8 }" }, "a")).toEqual(
      everywhere("a@0+4 b@8+1 c@9+1 =16/8"),
    );
  });

  it("on a member cannot lower its alignment", () => {
    expect(shapes({ a: "a: { type: u8 }, b: { type: u32, aligned: 2 }" }, "a")).toEqual(everywhere("a@0+1 b@4+4 =8/4"));
  });

  it("on a struct rounds its size up and moves it within another", () => {
    const structs = { a: "a: { type: u32 }, b: { type: u64 } | aligned: 8", b: "x: { type: u32 }, a: { type: a }" };
    expect(shapes(structs, "a").i386).toBe("a@0+4 b@4+8 =16/8");
    expect(shapes(structs, "a").x86_64).toBe("a@0+4 b@8+8 =16/8");
    expect(shapes(structs, "b")).toEqual(everywhere("x@0+4 a@8+16 =24/8"));
  });

  it("on a nested type rounds its size up, on the member only moves it", () => {
    const nested = "struct: { p: { type: u32 }, q: { type: u8 } }";
    expect(shapes({ a: `x: { type: u8 }, n: { ${nested}, type_aligned: 8 }, y: { type: u8 }` }, "a")).toEqual(
      everywhere("x@0+1 n@8+8(p@0+4 q@4+1 =8/8) y@16+1 =24/8"),
    );
    expect(
      shapes({ a: `x: { type: u8 }, n: { struct: { p: { type: u32 } }, type_aligned: 8 }, y: { type: u8 }` }, "a"),
    ).toEqual(everywhere("x@0+1 n@8+8(p@0+4 =8/8) y@16+1 =24/8"));
    expect(
      shapes({ a: `x: { type: u8 }, n: { struct: { p: { type: u32 } }, aligned: 8 }, y: { type: u8 }` }, "a"),
    ).toEqual(everywhere("x@0+1 n@8+4(p@0+4 =4/4) y@12+1 =16/8"));
  });

  it("on a struct may begin in a version", () => {
    const layout = lay({ a: "a: { type: u32 }, b: { type: u8 } | aligned: { v1: 0, v2: 8 }" });
    expect(shape(layout("a", "i386", "v1"))).toBe("a@0+4 b@4+1 =8/4");
    expect(shape(layout("a", "i386", "v2"))).toBe("a@0+4 b@4+1 =8/8");
  });
});

describe("aggregates", () => {
  it("nest, with the alignment of their strictest member", () => {
    const structs = { a: "x: { type: u8 }, n: { struct: { p: { type: u8 }, q: { type: u64 } } }, y: { type: u8 }" };
    expect(shapes(structs, "a")).toEqual({
      i386: "x@0+1 n@4+12(p@0+1 q@4+8 =12/4) y@16+1 =20/4",
      x86_64: "x@0+1 n@8+16(p@0+1 q@8+8 =16/8) y@24+1 =32/8",
      s390: "x@0+1 n@8+16(p@0+1 q@8+8 =16/8) y@24+1 =32/8",
    });
  });

  it("without a name are laid out like others", () => {
    expect(
      shapes({ a: "x: { type: u32 }, n: { anonymous: true, union: { p: { type: u16 }, q: { type: u32 } } }" }, "a"),
    ).toEqual(everywhere("x@0+4 <n>@4+4(p@0+2 q@0+4 =4/4) =8/4"));
  });

  it("may be unions, as large as their largest member, rounded up", () => {
    expect(
      shapes({ a: 'x: { type: u8 }, u: { union: { p: { type: "u8[5]" }, q: { type: u32 }, r: { type: u16 } } }' }, "a"),
    ).toEqual(everywhere("x@0+1 u@4+8(p@0+5 q@0+4 r@0+2 =8/4) =12/4"));
    expect(shapes({ a: 'x: { type: u8 }, u: { union: { p: { type: "u8[9]" }, q: { type: u64 } } }' }, "a")).toEqual({
      i386: "x@0+1 u@4+12(p@0+9 q@0+8 =12/4) =16/4",
      x86_64: "x@0+1 u@8+16(p@0+9 q@0+8 =16/8) =24/8",
      s390: "x@0+1 u@8+16(p@0+9 q@0+8 =16/8) =24/8",
    });
  });

  it("repeat in arrays with the padding at their end", () => {
    const structs = {
      a: "p: { type: u32 }, q: { type: u8 }",
      b: 'x: { type: u8 }, a: { type: "a[3]" }, y: { type: u8 }',
    };
    expect(shapes(structs, "b")).toEqual(everywhere("x@0+1 a@4+24 y@28+1 =32/4"));
    expect(shapes({ a: 'x: { type: u8 }, n: { array: "[2][3]", struct: { p: { type: u16 } } }' }, "a")).toEqual(
      everywhere("x@0+1 n@2+12(p@0+2 =2/2) =14/2"),
    );
  });

  it("without members take no room", () => {
    expect(shapes({ a: "", b: "x: { type: u8 }, a: { type: a }" }, "b")).toEqual(everywhere("x@0+1 a@1+0 =1/1"));
  });
});

describe("arrays", () => {
  it("have the alignment of an element, and all dimensions together as size", () => {
    expect(shapes({ a: 'x: { type: u8 }, a: { type: "u16[2][3]" }, t: { type: "char[5]" }' }, "a")).toEqual(
      everywhere("x@0+1 a@2+12 t@14+5 =20/2"),
    );
  });

  it("may have a length that changes", () => {
    const layout = lay({ a: 'a: { type: "u8[LEN + 1]" }, b: { type: u32 }' });
    expect(shape(layout("a", "i386", "v1"))).toBe("a@0+5 b@8+4 =12/4");
    expect(shape(layout("a", "i386", "v2"))).toBe("a@0+7 b@8+4 =12/4");
  });

  it("that are flexible take no room but align the struct", () => {
    expect(shapes({ a: 'n: { type: u32 }, a: { type: "u64[]", count: n }' }, "a")).toEqual({
      i386: "n@0+4 a@4+flexible =4/4",
      x86_64: "n@0+4 a@8+flexible =8/8",
      s390: "n@0+4 a@8+flexible =8/8",
    });
  });
});

describe("holes", () => {
  it("are told with the member before them, nested ones in their aggregate", () => {
    const layout = lay({
      a: "a: { type: u8 }, n: { struct: { p: { type: u8 }, q: { type: u16 } } }, b: { type: u64 }, c: { type: u8 }",
    });
    const { holes, members } = layout("a", "x86_64");
    expect(holes).toEqual([
      { after: "a", offset: 1, size: 1, trailing: false },
      { after: "n", offset: 6, size: 2, trailing: false },
      { after: "c", offset: 17, size: 7, trailing: true },
    ]);
    const [, nested] = members;
    expect(nested?.type.kind === "struct" && nested.type.layout.holes).toEqual([
      { after: "p", offset: 1, size: 1, trailing: false },
    ]);
  });

  it("are not told of unions but for the end", () => {
    const layout = lay({ a: 'u: { union: { p: { type: "u8[5]" }, q: { type: u32 } } }' });
    const [union] = layout("a", "i386").members;
    expect(union?.type.kind === "union" && union.type.layout.holes).toEqual([
      { after: "q", offset: 5, size: 3, trailing: true },
    ]);
  });
});

describe("distinct layouts", () => {
  const ids = (structs: Readonly<Record<string, string>>, name: string) =>
    distinct(structs)(name).map(({ id, abis }) => `${id}: ${abis.map((abi) => abi.name).join(" ")}`);

  it("are one where only the byte order or the word size differs", () => {
    expect(ids({ a: "a: { type: u32 }, b: { type: u8 }" }, "a")).toEqual([
      "v1: v1/i386 v1/x86_64 v1/s390 v2/i386 v2/x86_64 v2/s390",
    ]);
  });

  it("are two where the bytes differ, named by version and, where that is not enough, by architecture", () => {
    expect(ids({ a: "a: { type: u32 }, b: { type: u64 }" }, "a")).toEqual([
      "v1_i386: v1/i386 v2/i386",
      "v1: v1/x86_64 v1/s390 v2/x86_64 v2/s390",
    ]);
    expect(ids({ a: "a: { type: u32 }, b: { type: u32, since: v2 }" }, "a")).toEqual([
      "v1: v1/i386 v1/x86_64 v1/s390",
      "v2: v2/i386 v2/x86_64 v2/s390",
    ]);
  });

  it("are two where the same bytes have another name, type or order", () => {
    expect(ids({ a: "a: { type: { v1: u32, v2: s32 } }" }, "a")).toHaveLength(2);
    expect(ids({ a: "a: { names: { v1: old, v2: a }, type: u32 }" }, "a")).toHaveLength(2);
    expect(ids({ a: "a: { type: u32 }, b: { type: u32 } | order: { v1: [b, a], v2: default }" }, "a")).toHaveLength(2);
  });

  it("of a struct follow those of the structs in it", () => {
    const structs = { a: "a: { type: { v1: u32, v2: s32 } }", b: "a: { type: a }" };
    expect(ids(structs, "b")).toHaveLength(2);
  });
});
