/** The search finds names and numbers, and nothing that has neither. */
import { expect, it } from "vitest";
import type { SearchData } from "../../generator/emit/reference/client/data.js";
import { find } from "../../generator/emit/reference/client/find.js";
import { siteFiles } from "./site.js";

const [, json = ""] = /^globalThis\.ckptNames = (.*);$/ms.exec(siteFiles().get("names.js") ?? "") ?? [];
const data: SearchData = JSON.parse(json);
const search = (typed: string) => find(data, typed).map(({ entry, reason }) => `${entry[0]}: ${reason}`);

it.each([
  // Record 402 is the mapping, in every version.
  ["402", "CKPT_HDR_VMA: record, number 402"],
  ["0x192", "CKPT_HDR_VMA: record, number 0x192"],
  ["number 402", "CKPT_HDR_VMA: record, number 402"],
  // MM_CONTEXT has 404 or, from v23-rc2 on, 405.
  ["404", "CKPT_HDR_MM_CONTEXT: record, number 404"],
  ["405", "CKPT_HDR_MM_CONTEXT: record, number 405"],
  ["80 bytes", "ckpt_hdr_vma: struct, 80 bytes"],
  ["size 72", "ckpt_hdr_vma: struct, 72 bytes"],
  ["offset 72", "ckpt_hdr_vma.hugetlb_shift: field, offset 72"],
  ["Offset 0x48", "ckpt_hdr_vma.hugetlb_shift: field, offset 0x48"],
  ["-4096", "CKPT_PID_NULL: constant, value -4096"],
])("%s finds %s", (typed, expected) => {
  expect(search(typed)).toContain(expected);
});

it("a number alone finds records first, then what else has it", () => {
  const reasons = search("8").map((text) => text.replace(/^.*: /, ""));
  const order = ["record, number 8", "object, number 8", "struct, 8 bytes", "constant, value 8", "field, offset 8"];
  const kinds = [...new Set(reasons)];
  expect(kinds.filter((kind) => order.includes(kind))).toEqual(order.filter((kind) => kinds.includes(kind)));
  expect(kinds).toContain("field, offset 8");
  expect(reasons.length).toBeLessThanOrEqual(30);
});

it.each(["vmfl", "ckpvma", "0xdeadbeef", "999999999", "offset 123456", "nothing of this name"])(
  "%s finds nothing",
  (typed) => {
    expect(search(typed)).toEqual([]);
  },
);

it("every match by name contains all that was typed", () => {
  for (const typed of ["flags", "vma", "vma flags"]) {
    const found = find(data, typed);
    expect(found.length).toBeGreaterThan(0);
    for (const { entry } of found) for (const word of typed.split(" ")) expect(entry[0].toLowerCase()).toContain(word);
  }
});

it.each([
  ["ckpt_hdr_vma.vm_flags", "ckpt_hdr_vma.vm_flags: field"],
  ["CKPT_HDR_VMA", "CKPT_HDR_VMA: record"],
  ["ckpt_hdr_vma", "ckpt_hdr_vma: struct"],
  ["CKPT_OBJ_FILE", "CKPT_OBJ_FILE: object"],
  ["v19-rc3", "v19-rc3: version"],
])("%s is found first", (typed, first) => {
  expect(search(typed)[0]).toBe(first);
});
