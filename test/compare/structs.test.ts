/** Changes of structs and members in released versions, and whom they affect. */
import { describe, expect, it } from "vitest";
import type { Edit } from "../generator/mistake.js";
import { afterEdits, brief, printed, V3 } from "./compared.js";

const ALL = "every released version, v1..v2";

/** Findings after edits of the structs. */
function told(from: string, to: string, ...more: Edit[]): string[] {
  return brief(afterEdits(["structs.yaml", from, to], ...more));
}

describe("old images become unreadable", () => {
  it("when a member gets another width, which moves others", () => {
    expect(told("size: { type: u32, unit", "size: { type: u64, unit")).toEqual([
      "images v1..v2 on tiny32: ckpt_place: layout 8 bytes → 12 bytes; with it 1 struct that contains it: ckpt_hdr_box",
      "images v1..v2 on tiny64: ckpt_place: layout 8 bytes aligned to 4 → 16 bytes aligned to 8; offsets: size 4 → 8; with it 1 struct that contains it: ckpt_hdr_box",
      `images ${ALL}: ckpt_place.size: type u32 → u64`,
    ]);
  });

  it("when a member gets another sign", () => {
    expect(told("at: { type: u32", "at: { type: s32")).toEqual([`images ${ALL}: ckpt_place.at: type u32 → s32`]);
  });

  it("when an array gets another length, here by a constant", () => {
    expect(brief(afterEdits(["abi.yaml", "NAME_LEN: { value: 8", "NAME_LEN: { value: 16"]))).toEqual([
      `images ${ALL}: NAME_LEN: value 8 → 16`,
      "images v1 on tiny32, tiny64: ckpt_hdr_thing: layout 32 bytes → 40 bytes",
      "images v2 on tiny32, tiny64: ckpt_hdr_thing: layout 40 bytes → 48 bytes; offsets: weight 32 → 40",
      `images ${ALL}: ckpt_hdr_thing.name: type char[8] → char[16]`,
    ]);
  });

  it("when a flexible array becomes one of a fixed length", () => {
    expect(told('"ckpt_place[]", count: nr_places', '"ckpt_place[1]"')).toEqual([
      `images ${ALL}: ckpt_hdr_box: layout 16 bytes → 24 bytes`,
      `images ${ALL}: ckpt_hdr_box.places: number of elements nr_places → none`,
      `images ${ALL}: ckpt_hdr_box.places: type struct ckpt_place[] → struct ckpt_place[1]`,
    ]);
  });

  it("when another field counts a flexible array", () => {
    expect(told("count: nr_places", "count: _pad")).toEqual([
      `images ${ALL}: ckpt_hdr_box.places: number of elements nr_places → _pad`,
    ]);
  });

  it("when a member vanishes, from all versions or from one", () => {
    expect(told("      size: { type: u32, unit: bytes, doc: Its size. }\n", "")).toEqual([
      `images ${ALL}: ckpt_place.size: was removed (it was u32)`,
      `images ${ALL}: ckpt_place: layout 8 bytes → 4 bytes; with it 1 struct that contains it: ckpt_hdr_box`,
    ]);
    expect(told("size: { type: u32, unit", "size: { since: v2, type: u32, unit")).toEqual([
      "images v1 on tiny32, tiny64: ckpt_place: layout 8 bytes → 4 bytes; with it 1 struct that contains it: ckpt_hdr_box",
      "images v1 on tiny32, tiny64: ckpt_place.size: was removed (it was u32)",
    ]);
  });

  it("when a member is new, also where padding was", () => {
    expect(told("doc: Its size. }", "doc: Its size. }\n      more: { type: u32, doc: More. }")).toEqual([
      `images ${ALL}: ckpt_place: layout 8 bytes → 12 bytes; with it 1 struct that contains it: ckpt_hdr_box`,
      `images ${ALL}: ckpt_place.more: is new (u32)`,
    ]);
  });

  it("when members change places in one version", () => {
    expect(told("v1: [h, start, objref, color, name]", "v1: [h, start, color, objref, name]")).toEqual([
      "images v1 on tiny32, tiny64: ckpt_hdr_thing: layout; offsets: objref 16 → 20, color 20 → 16",
    ]);
  });

  it("when a struct that others contain grows: told once, with those that follow", () => {
    expect(told("len: { type: u32, unit", "len: { type: u16, unit")).toEqual([
      `images ${ALL}: ckpt_hdr.len: type u32 → u16`,
    ]);
    expect(
      told("doc: Length of the record. }", "doc: Length of the record. }\n      more: { type: u64, doc: More. }"),
    ).toEqual([
      "images v1..v2 on tiny32: ckpt_hdr: layout 8 bytes → 16 bytes; with it 3 structs that contain it: ckpt_hdr_header, ckpt_hdr_thing, ckpt_hdr_box",
      "images v1..v2 on tiny64: ckpt_hdr: layout 8 bytes aligned to 4 → 16 bytes aligned to 8; with it 3 structs that contain it: ckpt_hdr_header, ckpt_hdr_thing, ckpt_hdr_box",
      `images ${ALL}: ckpt_hdr.more: is new (u64)`,
    ]);
  });

  it("when alignment moves the members of another struct", () => {
    expect(told("  ckpt_hdr:\n", "  ckpt_hdr:\n    aligned: 16\n")).toEqual([
      `images ${ALL}: ckpt_hdr: layout 8 bytes aligned to 4 → 16 bytes aligned to 16; with it 3 structs that contain it: ckpt_hdr_header, ckpt_hdr_thing, ckpt_hdr_box`,
    ]);
  });

  it("when a value is prescribed, not when it is not any more", () => {
    expect(told("at: { type: u32", "at: { const: 7, type: u32")).toEqual([
      `images ${ALL}: ckpt_place.at: allowed value any → 7`,
    ]);
  });

  it("when a struct vanishes from a version", () => {
    expect(
      told("  ckpt_place:\n", "  ckpt_place:\n    until: v2\n", [
        "structs.yaml",
        'places: { type: "ckpt_place[]"',
        'places: { until: v2, type: "ckpt_place[]"',
      ]),
    ).toEqual([
      "images v2 on tiny32, tiny64: ckpt_hdr_box.places: was removed (it was struct ckpt_place[])",
      "images v2 on tiny32, tiny64: ckpt_place: was removed (it was struct ckpt_place)",
    ]);
  });
});

describe("old readers are broken", () => {
  it("when a member or a struct gets another name", () => {
    expect(told("      size: { type: u32", "      length: { type: u32")).toEqual([
      `readers ${ALL}: ckpt_place.length: C name size → length`,
    ]);
    expect(told("  ckpt_place:", "  ckpt_spot:", ["structs.yaml", "ckpt_place[]", "ckpt_spot[]"])).toEqual([
      `readers ${ALL}: ckpt_spot: C name struct ckpt_place → struct ckpt_spot`,
    ]);
  });

  it("when the same bytes get another type", () => {
    expect(told('"char[NAME_LEN]"', '"u8[NAME_LEN]"')).toEqual([
      `readers ${ALL}: ckpt_hdr_thing.name: type char[8] → u8[8]`,
    ]);
  });

  it("when a struct is new in an old version", () => {
    const added =
      "  ckpt_new:\n    summary: A new one.\n    purpose: Tests.\n    fields:\n      x: { type: u32, doc: An x. }\n";
    expect(told("  ckpt_place:", `${added}  ckpt_place:`)).toEqual([
      `readers ${ALL}: ckpt_new: is new (struct ckpt_new)`,
    ]);
  });

  it("when named padding becomes implicit; what moves is told as moving", () => {
    expect(told("      _pad: { type: u32, reserved: true, doc: Padding. }\n", "")).toEqual([
      `images ${ALL}: ckpt_hdr_box: layout 16 bytes → 12 bytes; offsets: places 16 → 12`,
      `readers ${ALL}: ckpt_hdr_box._pad: padding lost its name (it was u32)`,
    ]);
  });

  it("when a member becomes reserved", () => {
    expect(told("at: { type: u32", "at: { reserved: true, type: u32")).toEqual([
      `readers ${ALL}: ckpt_place.at: a value → reserved`,
    ]);
  });

  it("when only the alignment of a struct differs", () => {
    expect(told("  ckpt_hdr_header:\n", "  ckpt_hdr_header:\n    aligned: 8\n")).toEqual([
      `readers ${ALL}: ckpt_hdr_header: alignment 4 → 8`,
    ]);
  });
});

describe("nothing is said", () => {
  it("when a new version renames a member, and expressions name it by its new key", () => {
    const report = afterEdits(
      ...V3,
      ["structs.yaml", "nr_things: {", "nr_items: { names: { v1: nr_things, v3: nr_items },"],
      ["grammar.yaml", "repeat: HEADER.nr_things", "repeat: HEADER.nr_items"],
      ["grammar.yaml", "when: HEADER.nr_things", "when: HEADER.nr_items"],
    );
    expect(printed(report)).toEqual(["new version v3 on tiny32, tiny64: free to differ", "v1..v2: nothing changed"]);
  });

  it("when a new version renames a struct, has one of its own, or another width", () => {
    const report = afterEdits(
      ...V3,
      ["structs.yaml", "  ckpt_place:\n", "  ckpt_spot:\n    names: { v1: ckpt_place, v3: ckpt_spot }\n"],
      ["structs.yaml", "ckpt_place[]", "ckpt_spot[]"],
      ["structs.yaml", "size: { type: u32", "size: { type: { v1: u32, v3: u64 }"],
      ["structs.yaml", "weight: {", "height: { type: u64, since: v3, doc: How high it is. }\n      weight: {"],
    );
    expect(printed(report)).toEqual(["new version v3 on tiny32, tiny64: free to differ", "v1..v2: nothing changed"]);
  });
});
